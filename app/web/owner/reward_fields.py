"""The part of a program's form that says what an advocate gets."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, StringField

from app.domain import text
from app.domain.programs import AMOUNTS, IN_WORDS, SHARES, AdvocateReward, InWords, Price, RewardKind
from app.web.owner.fields import FigureField, LinesField, ProductField

# Where the domain's names for fields differ from the form's.
REWARD_NAMES = {
    "reward.basis_points": "reward_percent",
    "reward.amount_minor": "reward_amount",
    "reward.product": "reward_product",
    "reward.tag": "reward_tag",
    "reward.kind": "reward_kind",
    "reward.causes": "reward_causes",
    "reward.gift.en": "reward_gift_en",
    "reward.gift.ar": "reward_gift_ar",
    "reward.gift.fa": "reward_gift_fa",
    "reward.points": "reward_points",
    "reward.price.points": "points_cost",
    "reward.price.amount_minor": "points_amount",
    "reward.price.least": "points_least",
    "reward.minimum_minor": "reward_minimum",
    "reward.valid_days": "reward_days",
}


class RewardForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """The advocate's reward, as it is where no tier says otherwise."""

    reward_kind = RadioField(
        _l("Your customer gets"),
        choices=[
            SelectChoice("fixed", _l("A coupon of a fixed amount")),
            SelectChoice("order_share", _l("A coupon worth a share of the friend’s order")),
            SelectChoice("percent", _l("A coupon for percent off")),
            SelectChoice("free_shipping", _l("A coupon for free shipping")),
            SelectChoice("free_product", _l("A coupon for a product for free")),
            SelectChoice("store_credit", _l("Credit in their account at the shop")),
            SelectChoice("gift_card", _l("A gift card of the shop")),
            SelectChoice("tag", _l("A tag for members, in the shop")),
            SelectChoice("money", _l("Money that you pay out")),
            SelectChoice("donation", _l("A donation to a cause that they choose")),
            SelectChoice("gift", _l("Something else that you hand over")),
            SelectChoice("bank_code", _l("A code that you bring, such as a gift card")),
            SelectChoice("points", _l("Points that they exchange for coupons")),
        ],
        default="fixed",
    )
    reward_amount = FigureField(_l("Amount"))
    reward_percent = FigureField(_l("Percent"), places=2)
    reward_product = ProductField(_l("Which product"))
    reward_tag = StringField(_l("The tag"), render_kw={"dir": "auto", "maxlength": 40, "autocomplete": "off"})
    reward_causes = LinesField(_l("Causes to choose from"))
    reward_gift_en = StringField(_l("What it is, in English"), render_kw={"dir": "ltr", "maxlength": 80})
    reward_gift_ar = StringField(_l("What it is, in Arabic"), render_kw={"dir": "rtl", "maxlength": 80})
    reward_gift_fa = StringField(_l("What it is, in Persian"), render_kw={"dir": "rtl", "maxlength": 80})
    reward_points = FigureField(_l("Points for each friend"))
    points_cost = FigureField(_l("So many points"))
    points_amount = FigureField(_l("buy a coupon worth"))
    points_least = FigureField(_l("Least to exchange at once"))
    reward_minimum = FigureField(_l("To spend on orders from"))
    reward_days = FigureField(_l("The coupon is valid for"))
    reward_combines = BooleanField(_l("Goes together with other codes"))
    reward_not_on_sale = BooleanField(_l("Not on sale items"))

    def reward_amounts(self) -> tuple[FigureField, ...]:
        """The fields whose figures are sums of money."""
        return self.reward_amount, self.reward_minimum, self.points_amount

    def _gift_fields(self) -> dict[str, StringField]:
        """Where the owner says what it is, or what points are called."""
        return {"en": self.reward_gift_en, "ar": self.reward_gift_ar, "fa": self.reward_gift_fa}

    def show_reward(self, reward: AdvocateReward) -> None:
        """The fields stand as the reward does."""
        self.reward_kind.data = reward.kind.value
        self.reward_combines.data, self.reward_not_on_sale.data = reward.combines, reward.excludes_sale_items
        self.reward_causes.data = "\n".join(reward.causes)
        for locale, field in self._gift_fields().items():
            field.data = getattr(reward.gift, locale)
        self.reward_product.data = reward.product.name if reward.product else ""
        self.reward_tag.data = reward.tag
        self.reward_percent.write(reward.basis_points)
        self.reward_amount.write(reward.amount_minor)
        self.reward_points.write(reward.points)
        self.points_cost.write(reward.price.points)
        self.points_amount.write(reward.price.amount_minor)
        self.points_least.write(reward.price.least)
        self.reward_minimum.write(reward.minimum_minor)
        self.reward_days.write(reward.valid_days)

    def read_reward(self) -> AdvocateReward:
        """The reward that the answers describe; what says nothing for the kind that was chosen is left out."""
        kind = RewardKind(self.reward_kind.data)
        return AdvocateReward(
            kind=kind,
            basis_points=self.reward_percent.read() if kind.value in SHARES else 0,
            amount_minor=self.reward_amount.read() if kind in AMOUNTS else 0,
            product=self.reward_product.read() if kind is RewardKind.FREE_PRODUCT else None,
            causes=self.reward_causes.read() if kind is RewardKind.DONATION else (),
            tag=text.one_line(self.reward_tag.data or "") if kind is RewardKind.TAG else "",
            gift=self._read_gift() if kind in IN_WORDS or kind is RewardKind.POINTS else InWords(),
            points=self.reward_points.read() if kind is RewardKind.POINTS else 0,
            price=self._read_price() if kind is RewardKind.POINTS else Price(),
            minimum_minor=self.reward_minimum.read(),
            combines=self.reward_combines.data,
            excludes_sale_items=self.reward_not_on_sale.data and kind is not RewardKind.FREE_PRODUCT,
            valid_days=self.reward_days.read(),
        )

    def _read_gift(self) -> InWords:
        return InWords(**{locale: text.one_line(field.data or "") for locale, field in self._gift_fields().items()})

    def _read_price(self) -> Price:
        return Price(
            points=self.points_cost.read(),
            amount_minor=self.points_amount.read(),
            least=self.points_least.read(),
        )
