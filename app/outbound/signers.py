"""How a session shows who it is: one signer a scheme, each applied to every request."""

from __future__ import annotations

from collections.abc import Callable

import requests
from requests.auth import AuthBase, HTTPBasicAuth
from requests_oauthlib import OAuth1

from integrations.contract import AuthScheme, Credentials


class Unsigned(AuthBase):
    """Sends no credentials; its presence keeps requests from looking for any."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Bearer(AuthBase):
    """Puts a bearer token on each request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class OneLegged(AuthBase):
    """Signs each request with OAuth 1.0a over the http form of its address.

    Platforms ask for it exactly where they see no TLS, and then compute the signature over http:// themselves, also
    behind a proxy that ended TLS in front of them. Timestamps are real time: stores refuse old ones.
    """

    def __init__(self, key: str, secret: str) -> None:
        self._signer = OAuth1(key, secret, signature_method="HMAC-SHA256")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        address = str(request.url)
        request.url = "http://" + address.partition("://")[2]
        signed: requests.PreparedRequest = self._signer(request)
        signed.url = address
        return signed


SIGNERS: dict[AuthScheme, Callable[[Credentials], AuthBase]] = {
    AuthScheme.NONE: lambda _: Unsigned(),
    AuthScheme.BASIC: lambda each: HTTPBasicAuth(each.key.encode(), each.secret.encode()),
    AuthScheme.BEARER: lambda each: Bearer(each.secret),
    AuthScheme.OAUTH1: lambda each: OneLegged(each.key, each.secret),
}
