"""The program's form: what an owner types, in their own digits and whole units, to Rules and back."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import ValidationError

from app.domain import money, text
from app.domain.programs import (
    AdvocateReward,
    Approval,
    BudgetPeriod,
    Exclusions,
    FriendOffer,
    Named,
    OfferKind,
    RewardKind,
    Rules,
    Trigger,
    Unproven,
)
from app.web.faults import FAULTS

# Where the domain's names for fields differ from the form's.
NAMES = {
    "friend.basis_points": "friend_percent",
    "friend.amount_minor": "friend_amount",
    "friend.valid_days": "friend_days",
    "reward.basis_points": "reward_percent",
    "reward.amount_minor": "reward_amount",
    "reward.minimum_minor": "reward_minimum",
    "reward.valid_days": "reward_days",
    "minimum_minor": "minimum",
    "approval_above_minor": "approval_above",
    "margin_limit_points": "margin_limit",
    "budget_minor": "budget",
    "budget_order_minor": "budget_order",
    "currency": "name",
    "excluded.sale_items": "excluded_sale",
    "excluded.categories": "excluded_categories",
    "excluded.products": "excluded_products",
    "excluded.roles": "excluded_roles",
    "excluded.email_domains": "excluded_domains",
}
_MARKS = str.maketrans({"٫": ".", "،": ",", "٬": "", "'": "", "’": "", " ": "", "%": "", "٪": ""})
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*")
_CODES = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}
_FIGURES = {"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"}


def plain(typed: str | None, places: int = 0) -> str:
    """A number as it was typed, in plain digits with a decimal point, whichever marks its writer is used to.

    Raises ValueError where a mark may part thousands or decimals: 1.500 is one and a half to some, and 1,500 of a
    currency with three decimals to others.
    """
    figure = text.fold((typed or "").translate(_MARKS)).replace(" ", "")
    grouped = _GROUPED.fullmatch(figure)
    if grouped:
        mark = grouped[1]
        if figure.count(mark) == 1 and (mark == ".") != (places == 3):
            raise ValueError(typed)
        return figure if mark == "." and figure.count(mark) == 1 else figure.replace(mark, "")
    decimal = max(".,", key=figure.rfind)
    return figure.replace({".": ",", ",": "."}[decimal], "").replace(decimal, ".")


class FigureField(StringField):  # type: ignore[misc]  # no types of its own
    """A number in anybody's digits, empty for zero; `read()` is its value in the units of the rules."""

    def __init__(self, label: Any, *, places: int = 0, **given: Any) -> None:
        super().__init__(label, render_kw=_FIGURES, **given)
        self.places = places

    def pre_validate(self, _form: object) -> None:
        """Whatever was typed is a number."""
        try:
            self.read()
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise ValidationError(str(FAULTS["not_a_number"])) from error

    def read(self) -> int:
        """The number in its smallest units: 12.50 with two places is 1250."""
        typed = plain(self.data, self.places)
        scaled = Decimal(typed or 0).scaleb(self.places)
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > 10**15:
            raise ValueError(typed)
        return int(scaled)

    def write(self, value: int) -> None:
        """The field shows the value, without decimals that say nothing."""
        shown = Decimal(value).scaleb(-self.places)
        self.data = f"{shown.normalize():f}" if value else ""


class LinesField(TextAreaField):  # type: ignore[misc]  # no types of its own
    """One answer in a line."""

    def read(self) -> tuple[str, ...]:
        """The answers, each once, without empty lines."""
        lines = (text.one_line(line) for line in (self.data or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))


class WordsField(StringField):  # type: ignore[misc]  # no types of its own
    """Several short words, in lower case; commas and spaces part them."""

    def read(self) -> tuple[str, ...]:
        """The words, each once."""
        return tuple(
            dict.fromkeys(word.lower().lstrip("@") for word in re.split(r"[\s,،;؛]+", self.data or "") if word)
        )


class ProgramForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """Every rule of a program. Defaults are the safe ones of PRODUCT.md."""

    name = StringField(_l("Name of the program"), render_kw={"required": True, "maxlength": 80})

    friend_kind = RadioField(
        _l("A friend gets"),
        choices=[
            SelectChoice("percent", _l("Percent off")),
            SelectChoice("fixed", _l("A fixed amount off")),
            SelectChoice("free_shipping", _l("Free shipping")),
        ],
        default="percent",
    )
    friend_percent = FigureField(_l("Percent off"), places=2)
    friend_amount = FigureField(_l("Amount off"))
    minimum = FigureField(_l("On orders from"))
    friend_days = FigureField(_l("The code is valid for"))
    friend_combines = BooleanField(_l("Goes together with other codes"))
    friend_not_on_sale = BooleanField(_l("Not on sale items"))

    reward_kind = RadioField(
        _l("Your customer gets"),
        choices=[
            SelectChoice("fixed", _l("A coupon of a fixed amount")),
            SelectChoice("order_share", _l("A coupon worth a share of the friend’s order")),
            SelectChoice("percent", _l("A coupon for percent off")),
            SelectChoice("free_shipping", _l("A coupon for free shipping")),
        ],
        default="fixed",
    )
    reward_amount = FigureField(_l("Amount"))
    reward_percent = FigureField(_l("Percent"), places=2)
    reward_minimum = FigureField(_l("To spend on orders from"))
    reward_days = FigureField(_l("The coupon is valid for"))
    reward_combines = BooleanField(_l("Goes together with other codes"))
    reward_not_on_sale = BooleanField(_l("Not on sale items"))

    trigger = RadioField(
        _l("An order counts when it is"),
        choices=[SelectChoice("paid", _l("Paid")), SelectChoice("completed", _l("Completed or delivered"))],
        default="paid",
    )
    hold_days = FigureField(_l("The reward waits for returns"))
    window_days = FigureField(_l("An order counts for so long after the code was taken"))
    new_customers_only = BooleanField(_l("Only for people who are new to the shop"), default=True)
    unproven = RadioField(
        _l("Where nobody can know whether somebody is new"),
        choices=[
            SelectChoice("ask", _l("Somebody looks before the reward is sent")),
            SelectChoice("refuse", _l("It does not count")),
            SelectChoice("accept", _l("It counts")),
        ],
        default="ask",
    )
    personal_codes = BooleanField(_l("Each customer’s own code counts too"))
    cap_rewards = FigureField(_l("At most so many rewards for one customer"))
    cap_days = FigureField(_l("Within"))
    approval = RadioField(
        _l("Somebody approves a reward before it is sent"),
        choices=[
            SelectChoice("never", _l("Never")),
            SelectChoice("above", _l("Above an amount")),
            SelectChoice("always", _l("Always")),
        ],
        default="never",
    )
    approval_above = FigureField(_l("Amount above which somebody approves"))
    budget = FigureField(_l("Budget for codes and their rewards"))
    budget_period = RadioField(
        _l("The budget is meant"),
        choices=[SelectChoice("whole", _l("In all")), SelectChoice("month", _l("For each calendar month"))],
        default="whole",
    )
    budget_order = FigureField(_l("A friend’s order usually comes to"))
    margin_limit = FigureField(_l("At most so much of an order for both together"), places=2)
    excluded_sale = BooleanField(_l("Sale items do not count"))
    excluded_categories = LinesField(_l("Categories that do not count"))
    excluded_products = LinesField(_l("Products that do not count"))
    excluded_roles = WordsField(_l("Roles of accounts whose orders do not count"), render_kw=_CODES)
    excluded_domains = WordsField(_l("E-mail domains whose orders do not count"), render_kw=_CODES)

    def speak(self, currency: str) -> None:
        """Amounts are typed in units of this currency."""
        self.currency = currency
        amounts = (self.friend_amount, self.minimum, self.reward_amount, self.reward_minimum, self.approval_above)
        for field in (*amounts, self.budget, self.budget_order):
            field.places = money.exponent(currency)

    def show(self, name: str, rules: Rules) -> None:
        """The form stands as the rules do."""
        friend, reward = rules.friend, rules.reward
        self.name.data = name
        self.friend_kind.data, self.reward_kind.data = friend.kind.value, reward.kind.value
        self.trigger.data, self.approval.data = rules.trigger.value, rules.approval.value
        self.friend_combines.data, self.friend_not_on_sale.data = friend.combines, friend.excludes_sale_items
        self.reward_combines.data, self.reward_not_on_sale.data = reward.combines, reward.excludes_sale_items
        self.new_customers_only.data, self.personal_codes.data = rules.new_customers_only, rules.personal_codes
        self.unproven.data, self.budget_period.data = rules.unproven.value, rules.budget_period.value
        for field, value in self._figures(rules).items():
            cast(FigureField, self[field]).write(value)
        self.hold_days.data = str(rules.hold_days)  # zero is an answer here
        self._show_exclusions(rules.excluded)

    def _show_exclusions(self, excluded: Exclusions) -> None:
        self.excluded_sale.data = excluded.sale_items
        self.excluded_categories.data = "\n".join(dict.fromkeys(each.name for each in excluded.categories))
        self.excluded_products.data = "\n".join(dict.fromkeys(each.name for each in excluded.products))
        self.excluded_roles.data = " ".join(excluded.roles)
        self.excluded_domains.data = " ".join(excluded.email_domains)

    def _figures(self, rules: Rules) -> dict[str, int]:
        friend, reward = rules.friend, rules.reward
        return {
            "friend_percent": friend.basis_points,
            "friend_amount": friend.amount_minor,
            "friend_days": friend.valid_days,
            "reward_percent": reward.basis_points,
            "reward_amount": reward.amount_minor,
            "reward_minimum": reward.minimum_minor,
            "reward_days": reward.valid_days,
            "minimum": rules.minimum_minor,
            "window_days": rules.window_days,
            "cap_rewards": rules.cap_rewards,
            "cap_days": rules.cap_days,
            "approval_above": rules.approval_above_minor,
            "budget": rules.budget_minor,
            "budget_order": rules.budget_order_minor,
            "margin_limit": rules.margin_limit_points,
        }

    def read(self) -> Rules:
        """The rules that the answers describe; amounts of a kind that was not chosen are left out."""
        friend, reward = OfferKind(self.friend_kind.data), RewardKind(self.reward_kind.data)
        approval = Approval(self.approval.data)
        return Rules(
            currency=self.currency,
            friend=FriendOffer(
                kind=friend,
                basis_points=self.friend_percent.read() if friend is OfferKind.PERCENT else 0,
                amount_minor=self.friend_amount.read() if friend is OfferKind.FIXED else 0,
                combines=self.friend_combines.data,
                excludes_sale_items=self.friend_not_on_sale.data,
                valid_days=self.friend_days.read(),
            ),
            reward=AdvocateReward(
                kind=reward,
                basis_points=self.reward_percent.read()
                if reward in (RewardKind.PERCENT, RewardKind.ORDER_SHARE)
                else 0,
                amount_minor=self.reward_amount.read() if reward is RewardKind.FIXED else 0,
                minimum_minor=self.reward_minimum.read(),
                combines=self.reward_combines.data,
                excludes_sale_items=self.reward_not_on_sale.data,
                valid_days=self.reward_days.read(),
            ),
            minimum_minor=self.minimum.read(),
            window_days=self.window_days.read(),
            hold_days=self.hold_days.read(),
            trigger=Trigger(self.trigger.data),
            personal_codes=self.personal_codes.data,
            new_customers_only=self.new_customers_only.data,
            unproven=Unproven(self.unproven.data),
            cap_rewards=self.cap_rewards.read(),
            cap_days=self.cap_days.read() or 365,
            approval=approval,
            approval_above_minor=self.approval_above.read() if approval is Approval.ABOVE else 0,
            budget_minor=self.budget.read(),
            budget_period=BudgetPeriod(self.budget_period.data),
            budget_order_minor=self.budget_order.read(),
            margin_limit_points=self.margin_limit.read(),
            excluded=Exclusions(
                sale_items=self.excluded_sale.data,
                categories=tuple(Named("", name) for name in self.excluded_categories.read()),
                products=tuple(Named("", name) for name in self.excluded_products.read()),
                roles=self.excluded_roles.read(),
                email_domains=self.excluded_domains.read(),
            ),
        )
