"""The folded part of a program's form: rewards that change with the number of friends, or between two days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectField
from wtforms.validators import ValidationError

from app.domain.program_faults import MOST_BOOSTS, MOST_TIERS
from app.domain.programs import AMOUNTS, SHARES, AdvocateReward, Boost, RewardKind, Rules, Tier
from app.web.faults import FAULTS
from app.web.owner.fields import PERCENT, DayField, FigureField, ProductField, Unit

# Where the domain's names for fields differ from the form's.
LADDER_NAMES = {
    f"tiers.{place}.{field}": f"tier{place + 1}_{name}"
    for place in range(MOST_TIERS)
    for field, name in (
        ("from_rank", "from"),
        ("reward.basis_points", "worth"),
        ("reward.amount_minor", "worth"),
        ("reward.product", "product"),
        ("reward.kind", "kind"),
        ("reward.points", "worth"),
    )
} | {
    f"boosts.{place}.{field}": f"boost{place + 1}_{name}"
    for place in range(MOST_BOOSTS)
    for field, name in (("starts_at", "from"), ("ends_at", "through"), ("factor_points", "raise"))
}
_LAST_MOMENT = timedelta(microseconds=1)
_KINDS = [
    SelectChoice("", _l("The same kind as above")),
    SelectChoice("fixed", _l("A coupon of a fixed amount")),
    SelectChoice("order_share", _l("A coupon worth a share of the friend’s order")),
    SelectChoice("percent", _l("A coupon for percent off")),
    SelectChoice("free_shipping", _l("A coupon for free shipping")),
    SelectChoice("free_product", _l("A coupon for a product for free")),
]


class LadderForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """A few rows for tiers and boosts; an empty row is none."""

    @property
    def tier_rows(self) -> list[str]:
        """What the names of each tier's fields begin with."""
        return _TIERS

    @property
    def boost_rows(self) -> list[str]:
        """The same for boosts."""
        return _BOOSTS

    @property
    def has_ladder(self) -> bool:
        """Whether any row says something."""
        return any(self[name].data for name in _FIELDS)

    def speak_ladder(self, unit: Unit, zone: str) -> None:
        """Amounts are typed in this unit, days are those of this zone."""
        self.unit = unit
        for row in _TIERS:
            kind = self[f"{row}_kind"].data or self["reward_kind"].data
            self[f"{row}_worth"].unit = self._unit(kind)
        for row in _BOOSTS:
            self[f"{row}_from"].zone = self[f"{row}_through"].zone = zone

    def show_ladder(self, rules: Rules, *, knows_amounts: bool = True) -> None:
        """The rows stand as the rules do, without their amounts where those are of another currency."""
        for row, tier in zip(_TIERS, rules.tiers, strict=False):
            self[f"{row}_from"].write(tier.from_rank)
            reward = tier.reward if knows_amounts else replace(tier.reward, amount_minor=0)
            self._show_reward(row, reward, rules.reward)
        for row, boost in zip(_BOOSTS, rules.boosts, strict=False):
            self[f"{row}_from"].write(boost.starts_at)
            self[f"{row}_through"].write(boost.ends_at - _LAST_MOMENT)
            self[f"{row}_raise"].write(boost.factor_points)

    def _show_reward(self, row: str, reward: AdvocateReward, base: AdvocateReward) -> None:
        worth = cast(FigureField, self[f"{row}_worth"])
        self[f"{row}_kind"].data = "" if reward.kind is base.kind else reward.kind.value
        self[f"{row}_product"].data = reward.product.name if reward.product not in (None, base.product) else ""
        worth.unit = self._unit(reward.kind.value)
        worth.write(reward.basis_points if reward.kind.value in SHARES else reward.amount_minor or reward.points)

    def _unit(self, kind: str) -> Unit:
        """What is typed beside a reward of this kind."""
        if kind == RewardKind.POINTS:
            return Unit()
        return PERCENT if kind in SHARES else self.unit

    def read_ladder(self, rules: Rules) -> Rules:
        """The rules with what the rows describe; what a row does not ask is as in the reward above them.

        The rows then stand in their order and without gaps, so that what is wrong is marked where it stands.
        """
        tiers = tuple(sorted(self._tiers(rules.reward), key=lambda tier: tier.from_rank))
        boosts = tuple(sorted(self._boosts(), key=lambda boost: boost.starts_at))
        rules = replace(rules, tiers=tiers, boosts=boosts)
        for name in _FIELDS:
            self[name].data = ""
        self.show_ladder(rules)
        return rules

    def _tiers(self, base: AdvocateReward) -> Iterator[Tier]:
        for row in _TIERS:
            if any(self[f"{row}_{name}"].data for name in ("from", "worth", "product")):
                yield Tier(from_rank=self[f"{row}_from"].read(), reward=self._reward(row, base))

    def _reward(self, row: str, base: AdvocateReward) -> AdvocateReward:
        kind = RewardKind(self[f"{row}_kind"].data or base.kind.value)
        worth = self[f"{row}_worth"].read()
        product = (self[f"{row}_product"].read() or base.product) if kind is RewardKind.FREE_PRODUCT else None
        return replace(
            base,
            kind=kind,
            basis_points=worth if kind.value in SHARES else 0,
            amount_minor=worth if kind in AMOUNTS else 0,
            points=worth if kind is RewardKind.POINTS else 0,
            product=product,
        )

    def _boosts(self) -> Iterator[Boost]:
        for row in _BOOSTS:
            starts, ends = self[f"{row}_from"].read(), self[f"{row}_through"].read_end()
            if starts and ends:
                yield Boost(starts_at=starts, ends_at=ends, factor_points=self[f"{row}_raise"].read())


def _both_days(form: LadderForm, field: Field) -> None:
    """A boost has a first and a last day."""
    row = field.name.partition("_")[0]
    if not field.data and any(form[f"{row}_{name}"].data for name in ("from", "through", "raise")):
        raise ValidationError(str(FAULTS["not_a_day"]))


_TIERS = [f"tier{row}" for row in range(1, MOST_TIERS + 1)]
_BOOSTS = [f"boost{row}" for row in range(1, MOST_BOOSTS + 1)]
_FIELDS: dict[str, Any] = {}
for _row in _TIERS:
    _FIELDS[f"{_row}_from"] = FigureField(_l("From friend number"))
    _FIELDS[f"{_row}_kind"] = SelectField(_l("Your customer gets"), choices=_KINDS, default="", validate_choice=True)
    _FIELDS[f"{_row}_worth"] = FigureField(_l("Amount or percent"))
    _FIELDS[f"{_row}_product"] = ProductField(_l("Which product"))
for _row in _BOOSTS:
    _FIELDS[f"{_row}_from"] = DayField(_l("From"), validators=[_both_days])
    _FIELDS[f"{_row}_through"] = DayField(_l("Through"), validators=[_both_days])
    _FIELDS[f"{_row}_raise"] = FigureField(_l("Rewards are raised to"), places=2)
for _name, _field in _FIELDS.items():
    setattr(LadderForm, _name, _field)
