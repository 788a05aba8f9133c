"""What a shop on paper keeps for its customers: credit, gift cards and tags, each given as often as it is asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from app import clock
from integrations.contract import StoreSession
from integrations.errors import ItemRefused
from integrations.keeping import Grant


@dataclass
class Kept:
    """One thing that the shop keeps."""

    ref: str
    grant: Grant
    used: bool = False


@dataclass
class PaperKeeper:
    """Keeps what it is given, without any room for our key, as a platform may; `trouble` is raised instead of giving,
    `lost` after something was given, `lost_back` after something was taken back."""

    needs_customer: bool = True
    accounts: dict[str, str] = field(default_factory=dict)  # customer by address
    kept: list[Kept] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    lost: list[Exception] = field(default_factory=list)
    lost_back: list[Exception] = field(default_factory=list)

    def customer(self, store: StoreSession, email: str) -> str | None:
        self.calls.append("customer")
        return self.accounts.get(email)

    def give(self, store: StoreSession, grant: Grant) -> str:
        self.calls.append("give")
        if self.trouble:
            raise self.trouble.pop(0)
        if grant.code and any(each.grant.code == grant.code for each in self.kept):
            raise ItemRefused("code_taken")
        kept = Kept(f"k{len(self.calls)}", grant)
        self.kept.append(kept)
        if self.lost:
            raise self.lost.pop(0)
        return kept.ref

    def find(self, store: StoreSession, grant: Grant, others: Collection[str]) -> str | None:
        """By customer, amount and time alone."""
        self.calls.append("find")
        assert grant.asked_at <= clock.now()
        wanted = (grant.customer_ref, grant.amount, grant.tag, grant.code)
        found = [
            each.ref
            for each in self.kept
            if (each.grant.customer_ref, each.grant.amount, each.grant.tag, each.grant.code) == wanted
            and each.ref not in others
        ]
        if len(found) > 1:
            raise ItemRefused("outcome_unclear")
        return found[0] if found else None

    def take_back(self, store: StoreSession, grant: Grant, grant_ref: str) -> bool:
        self.calls.append("take_back")
        kept = next((each for each in self.kept if each.ref == grant_ref), None)
        if kept is not None and kept.used:
            return False
        if kept is not None:
            self.kept.remove(kept)
        if self.lost_back:
            raise self.lost_back.pop(0)
        return True


@dataclass
class ForWhoeverHasIt:
    """The same keeper, giving what needs no account."""

    keeper: PaperKeeper
    needs_customer: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.keeper, name)
