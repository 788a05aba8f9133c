"""wc-auth: where the manager is sent, what the shop posts, what the browser brings back."""

from __future__ import annotations

import pytest

from integrations.connecting import Asking, CameBack
from integrations.contract import RawRequest
from integrations.errors import PayloadInvalid
from integrations.woocommerce import PLATFORM

assert PLATFORM.connector is not None
CONNECTOR = PLATFORM.connector
AUTHORIZER = CONNECTOR.authorizer
assert AUTHORIZER is not None
CALLBACK = "https://refer.example/p/x/keys"


@pytest.mark.parametrize(
    ("store", "callback", "obstacle"),
    [
        ("https://shop.example", CALLBACK, None),
        ("https://shop.example", "https://refer.example:443/k", None),
        ("http://shop.example", "https://refer.example:8080/k", None),
        ("https://shop.example", "http://refer.example/k", "callback_insecure"),
        ("https://shop.example", "https://refer.example:8443/k", "callback_port"),
        ("http://192.168.0.9", "http://refer.example/k", "callback_insecure"),
        ("http://127.0.0.1:8081", "http://localhost:8080/k", None),
        ("http://localhost:8081", "http://localhost:8080/k", None),
        ("http://[::1]:8081", "http://localhost:9/k", None),
    ],
)
def test_what_keeps_a_shop_from_handing_keys(store: str, callback: str, obstacle: str | None) -> None:
    assert AUTHORIZER is not None
    assert AUTHORIZER.obstacle(store, callback) == obstacle


def test_the_shop_is_asked_as_recorded() -> None:
    assert AUTHORIZER is not None
    asking = Asking(
        app_name="Referral App",
        state="merchant-42:state=abc",
        return_url="http://127.0.0.1:9080/woo/return?x=1",
        callback_url="https://127.0.0.1:9443/woo/callback?nonce=n1",
    )
    assert AUTHORIZER.address("http://127.0.0.1:8089", asking) == (
        "http://127.0.0.1:8089/wc-auth/v1/authorize?app_name=Referral+App&scope=read_write"
        "&user_id=merchant-42%3Astate%3Dabc&return_url=http%3A%2F%2F127.0.0.1%3A9080%2Fwoo%2Freturn%3Fx%3D1"
        "&callback_url=https%3A%2F%2F127.0.0.1%3A9443%2Fwoo%2Fcallback%3Fnonce%3Dn1"
    )
    assert "merchant-42" not in repr(asking)


def posted(body: bytes) -> RawRequest:
    return RawRequest("POST", "/p/x/keys", "", (("Content-Type", "application/json;charset=UTF-8"),), body)


RECORDED = (
    b'{"key_id":7,"user_id":"merchant-42:state=abc","consumer_key":"ck_41a22b4f2746627d89dcb37db3dee545176bd7fb",'
    b'"consumer_secret":"cs_7284eb34db98dcaf0afa1fd60c6e80a638cf2138","key_permissions":"read_write"}'
)


def test_posted_keys_are_read_and_not_shown() -> None:
    assert AUTHORIZER is not None
    handed = AUTHORIZER.keys(posted(RECORDED))
    assert handed.state == "merchant-42:state=abc"
    assert CONNECTOR.credentials("https://shop.example", handed.answers).key.startswith("ck_41a2")
    assert "cs_" not in repr(handed)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"user_id":"x"}', b"\xff", b'{"user_id":[]}', RECORDED[:-9]]
)
def test_a_post_of_another_shape_is_told(body: bytes) -> None:
    assert AUTHORIZER is not None
    with pytest.raises(PayloadInvalid):
        AUTHORIZER.keys(posted(body))


def test_coming_back_says_whose_asking_it_was_and_whether_it_was_approved() -> None:
    assert AUTHORIZER is not None
    assert AUTHORIZER.came_back({"success": "1", "user_id": "s"}) == CameBack("s", True)
    assert AUTHORIZER.came_back({"success": "0", "user_id": "s"}) == CameBack("s", False)
    assert AUTHORIZER.came_back({}) == CameBack("", False)
