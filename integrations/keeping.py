"""What a store keeps for a customer itself, other than coupons: credit, gift cards, tags. A platform that has one of
them gives it as a Keeper."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from integrations.events import Money

if TYPE_CHECKING:
    from integrations.contract import StoreSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One thing that the store is to keep for a customer. It is the same at every try."""

    key: str  # ours alone; stands beside it where the platform has room for a note
    customer_ref: str = field(default="", repr=False)  # whose it is; empty where the keeper needs to know nobody
    amount: Money | None = None  # of credit and of a gift card
    code: str = field(default="", repr=False)  # of a gift card: 18 letters, so that a second one is refused as taken
    tag: str = ""  # as the shop's staff read it
    asked_at: datetime  # when the store was first asked for it: what the store shows from before is not it


class Keeper(Protocol):
    """Command in, HTTP out. `give` is the one call that is never repeated blindly: after an unknown outcome, find()
    comes first."""

    needs_customer: bool  # whether it is kept under an account of the store

    def customer(self, store: StoreSession, email: str) -> str | None:
        """The reference of the account with this address; None where there is none, or more than one."""

    def give(self, store: StoreSession, grant: Grant) -> str:
        """The store's reference of what it keeps from now on.

        Raises RemoteUnavailable (nothing happened), ItemRefused (it said no to this one), RemoteRejected,
        RemoteOutcomeUnknown.
        """

    def find(self, store: StoreSession, grant: Grant, others: Collection[str]) -> str | None:
        """The reference of what an earlier give() of this grant made, or None where it made nothing.

        Where the platform has no room for the key, it is told by customer, amount and time; `others` are references of
        other grants of ours, none of which it is. Raises ItemRefused("outcome_unclear") where several may be meant, so
        that a person looks.
        """

    def take_back(self, store: StoreSession, grant: Grant, grant_ref: str) -> bool:
        """True when the store keeps all of it no more (already gone is success); False where the customer has used some
        of it, and then nothing was taken (R7).

        May be repeated without harm: where the platform would take twice, what it shows is looked at first.
        """
