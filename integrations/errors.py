"""What can go wrong between us and a platform. The class fixes the reaction; `reason` is a slug for logs and pages."""

from __future__ import annotations


class PlatformError(Exception):
    """Every failure of an adapter is one of the classes below; `reason` never holds a secret or a payload."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignatureInvalid(PlatformError):
    """Something was wrong before trust, junk headers included: answer 401, count it, keep no body."""


class PayloadInvalid(PlatformError):
    """The message is authentic but unreadable: the inbox row becomes `failed`, visible, without retry."""


class RemoteUnavailable(PlatformError):
    """Surely nothing happened at the platform (refused, 429, name not found): try again after `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class RemoteRejected(PlatformError):
    """The platform said no and will say no again: stop, and show the operator why.

    `status` is the HTTP status; `code` the platform's own error code where it gave one; `detail` what a person needs to
    know besides the reason, such as the address that the store has now.
    """

    def __init__(self, reason: str, status: int = 0, code: str = "", detail: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.detail = detail


class ItemRefused(RemoteRejected):
    """The platform, or the adapter, said no to one thing and not to us: what else is owed to the store goes on."""


class RemoteOutcomeUnknown(PlatformError):
    """The request left us and no clear answer came (timeout, reset, 5xx): look up what happened, only then repeat."""
