"""No rule of a program is missing from its form, its summary or its terms: they cannot drift from what is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Any

import pytest
from flask import Flask

from app.domain.programs import (
    AdvocateReward,
    Approval,
    Audience,
    Boost,
    BudgetPeriod,
    FriendOffer,
    InWords,
    Named,
    OfferKind,
    Price,
    RewardKind,
    Rules,
    Tier,
    Touch,
    Trigger,
    Unproven,
)
from app.web import terms
from app.web.owner import summary
from app.web.owner.forms import ProgramForm

# Rules under which every field says something, so that a change of it must be seen.
BASE = Rules(
    currency="EUR",
    friend=FriendOffer(kind=OfferKind.PERCENT, basis_points=1000),
    reward=AdvocateReward(kind=RewardKind.ORDER_SHARE, basis_points=1000),
    minimum_minor=5000,
    cap_rewards=5,
    approval=Approval.ABOVE,
    approval_above_minor=1000,
    budget_minor=100_000,
    budget_order_minor=6000,
)
NOON = datetime(2126, 3, 2, tzinfo=UTC)
GIFT = AdvocateReward(kind=RewardKind.GIFT, gift=InWords(en="a tea box", ar="علبة شاي", fa="یک جعبه چای"))
TEA = Named("12", "Sencha")
POINTS = AdvocateReward(
    kind=RewardKind.POINTS, points=100, price=Price(points=50, amount_minor=500), gift=InWords(en="stars")
)
# What one field needs of the others to mean anything.
UNDER: dict[str, dict[str, Any]] = {
    "friend.amount_minor": {"friend": replace(BASE.friend, kind=OfferKind.FIXED, basis_points=0)},
    "reward.amount_minor": {"reward": replace(BASE.reward, kind=RewardKind.FIXED, basis_points=0)},
    "friend.product": {"friend": FriendOffer(kind=OfferKind.FREE_PRODUCT, product=TEA)},
    "reward.product": {"reward": AdvocateReward(kind=RewardKind.FREE_PRODUCT, product=TEA)},
    "reward.tag": {"reward": AdvocateReward(kind=RewardKind.TAG, tag="club", gift=GIFT.gift)},
    "reward.causes": {"reward": AdvocateReward(kind=RewardKind.DONATION, amount_minor=500, causes=("Trees",))},
    **{
        f"reward.{name}": {"reward": POINTS} for name in ("points", "price.points", "price.amount_minor", "price.least")
    },
    **{f"reward.gift.{locale}": {"reward": GIFT} for locale in ("en", "ar", "fa")},
}
OTHERS: dict[str, Any] = {
    "friend.kind": OfferKind.FREE_SHIPPING,
    "reward.kind": RewardKind.PERCENT,
    "reward.tag": "friends of tea",
    "friend_reward": GIFT,
    "friend.product": Named("13", "Little Clay Kettle"),
    "reward.product": Named("13", "Little Clay Kettle"),
    "reward.causes": ("Trees", "Wells"),
    "reward.gift.en": "one month",
    "reward.gift.ar": "شهر واحد",
    "reward.gift.fa": "یک ماه",
    "trigger": Trigger.COMPLETED,
    "touch": Touch.LAST,
    "audience": Audience.STAFF,
    "unproven": Unproven.REFUSE,
    "approval": Approval.ALWAYS,
    "budget_period": BudgetPeriod.MONTH,
    "excluded.categories": (Named("20", "Kettles"),),
    "excluded.products": (Named("2", "Little Clay Kettle"),),
    "excluded.roles": ("wholesale",),
    "excluded.email_domains": ("teashop.example",),
    "tiers": (Tier(from_rank=3, reward=replace(BASE.reward, kind=RewardKind.FIXED, basis_points=0, amount_minor=500)),),
    "boosts": (Boost(starts_at=NOON, ends_at=NOON + timedelta(days=3), factor_points=15_000),),
}
NOT_ASKED = {"currency": "it is the store's"}
# What an advocate need not know to understand what they are promised.
NOT_IN_TERMS = {
    "currency": "amounts say it",
    "window_days": "the code's own last day is what a friend sees",
    "budget_minor": "that there is a budget is said, not which",
    "budget_period": "the same",
    "budget_order_minor": "the owner's own reckoning",
    "margin_limit_points": "the same",
    "gross_margin_points": "the same",
    "audience": "whoever reads the terms has the program's page before them",
    "approval_above_minor": "that somebody may look is said",
    "approval": "the same: above an amount or always",
    "doubt_days": "how doubts are weighed is told to nobody who might profit from it; the reward's page says its date",
    "doubt_release_minor": "the same",
    "crowd_limit": "the same",
    "personal_codes": "the code stands on their own page where it counts",
    "reward.combines": "said with the coupon itself, in the shop",
    "reward.excludes_sale_items": "the same",
    "reward.tag": "what it brings is said, not how the staff call it",
    "reward.gift.ar": "said where the page is in Arabic",
    "reward.gift.fa": "said where the page is in Persian",
    "excluded.email_domains": "said as people who work for the shop",
}


def leaves(value: Any, prefix: str = "") -> Iterator[str]:
    """Every field of the rules, those of its parts by their path."""
    for field in fields(value):
        inner = getattr(value, field.name)
        path = f"{prefix}{field.name}"
        yield from leaves(inner, f"{path}.") if is_dataclass(inner) else (path,)


def at(rules: Any, path: str) -> Any:
    for name in path.split("."):
        rules = getattr(rules, name)
    return rules


def put(rules: Any, path: str, value: Any) -> Any:
    first, _, rest = path.partition(".")
    return replace(rules, **{first: put(getattr(rules, first), rest, value) if rest else value})


def pair(path: str) -> tuple[Rules, Rules]:
    """Two sets of rules that differ in this field alone."""
    before = replace(BASE, **UNDER.get(path, {}))
    old = at(before, path)
    if path in OTHERS:
        new = OTHERS[path]
    elif isinstance(old, bool):
        new = not old
    else:
        assert isinstance(old, int), f"{path}: say in OTHERS what else it may be"
        assert not isinstance(old, StrEnum)
        new = old + 100
    return before, put(before, path, new)


PATHS = sorted(leaves(BASE))


@pytest.mark.parametrize("path", [path for path in PATHS if path not in NOT_ASKED])
def test_every_rule_is_in_the_summary_and_so_in_the_diff(app: Flask, path: str) -> None:
    before, after = pair(path)
    with app.test_request_context("/"):
        assert len(summary.changes(before, after)) >= 1, f"nobody sees a change of {path}"


@pytest.mark.parametrize("path", [path for path in PATHS if path not in NOT_ASKED])
def test_every_rule_goes_through_the_form_and_comes_back(app: Flask, path: str) -> None:
    for rules in pair(path):
        with app.test_request_context("/", method="POST", data={}):
            shown, form = ProgramForm(formdata=None), ProgramForm(formdata=None)
            for each in (shown, form):
                each.speak(rules.currency)
            shown.show("Tea", rules)
            for field in shown:
                form[field.name].data = field.data
            back = at(form.read(), path)
        wanted = at(rules, path)
        if path in ("friend.product", "reward.product"):  # the same
            back, wanted = back and back.name, wanted and wanted.name
        if path in (
            "excluded.categories",
            "excluded.products",
        ):  # the shop is asked for the references when it is saved
            back, wanted = [each.name for each in back], [each.name for each in wanted]
        assert back == wanted


@pytest.mark.parametrize("path", [path for path in PATHS if path not in NOT_IN_TERMS])
def test_every_rule_that_an_advocate_must_know_is_in_the_terms(app: Flask, path: str) -> None:
    before, after = pair(path)
    with app.test_request_context("/"):
        said = [repr(terms.sections(rules)) for rules in (before, after)]
    assert said[0] != said[1], f"the terms do not change with {path}: say it there, or say in NOT_IN_TERMS why not"


def test_what_is_left_out_of_form_and_terms_are_rules() -> None:
    assert set(NOT_ASKED) | set(NOT_IN_TERMS) | set(OTHERS) | set(UNDER) <= set(PATHS)


def test_names_in_the_terms_are_escaped(app: Flask) -> None:
    rules = put(BASE, "excluded.products", (Named("2", "<b>Tea</b>"),))
    with app.test_request_context("/"):
        said = " ".join(str(line) for section in terms.sections(rules) for line in section.lines)
    assert re.search(r"<b>", said) is None
    assert "&lt;b&gt;Tea" in said


@pytest.mark.parametrize(
    ("locale", "alone", "beside", "not_on_sale"),
    [
        ("en", "Not together with other codes", "Goes together with other codes", "sale items"),
        ("ar", "لا يُجمع مع رموز أخرى", "يُجمع مع رموز أخرى", "المنتجات المخفَّضة"),
        ("fa", "همراه با کدهای دیگر کار نمی‌کند", "همراه با کدهای دیگر هم کار می‌کند", "کالاهای حراج"),
    ],
)
def test_oddity_stacking_is_said_to_the_friend(
    app: Flask, locale: str, alone: str, beside: str, not_on_sale: str
) -> None:
    def told(**changes: bool) -> str:
        return " ".join(map(str, terms.friend_terms(replace(BASE, friend=replace(BASE.friend, **changes)))))

    with app.test_request_context(f"/?lang={locale}"):
        said = {pair: told(combines=pair[0], excludes_sale_items=pair[1]) for pair in product((True, False), repeat=2)}
    assert alone in said[False, False]
    assert beside in said[True, False]
    assert [not_on_sale in said[beside, True] for beside in (True, False)] == [True, True]
    assert [not_on_sale in said[beside, False] for beside in (True, False)] == [False, False]
