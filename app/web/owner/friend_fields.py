"""The part of a program's form that says what a friend gets."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, StringField

from app.domain import text
from app.domain.programs import (
    AMOUNTS,
    IN_WORDS,
    AdvocateReward,
    FriendOffer,
    InWords,
    OfferKind,
    RewardKind,
    Rules,
)
from app.web.owner.fields import FigureField, ProductField

# Where the domain's names for fields differ from the form's.
FRIEND_NAMES = {
    "friend.basis_points": "friend_percent",
    "friend.amount_minor": "friend_amount",
    "friend.product": "friend_product",
    "friend.kind": "friend_kind",
    "friend.valid_days": "friend_days",
    "friend_reward.kind": "friend_reward_kind",
    "friend_reward.amount_minor": "friend_reward_amount",
    "friend_reward.gift.en": "friend_gift_en",
    "friend_reward.gift.ar": "friend_gift_ar",
    "friend_reward.gift.fa": "friend_gift_fa",
}


class FriendForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """The friend's coupon, and the least order for it."""

    friend_kind = RadioField(
        _l("A friend gets"),
        choices=[
            SelectChoice("percent", _l("Percent off")),
            SelectChoice("fixed", _l("A fixed amount off")),
            SelectChoice("free_shipping", _l("Free shipping")),
            SelectChoice("free_product", _l("A product for free")),
        ],
        default="percent",
    )
    friend_percent = FigureField(_l("Percent off"), places=2)
    friend_amount = FigureField(_l("Amount off"))
    friend_product = ProductField(_l("Which product"))
    minimum = FigureField(_l("On orders from"))
    friend_days = FigureField(_l("The code is valid for"))
    friend_combines = BooleanField(_l("Goes together with other codes"))
    friend_not_on_sale = BooleanField(_l("Not on sale items"))
    friend_reward_kind = RadioField(
        _l("Once the friend’s order has stayed, the friend also gets"),
        choices=[
            SelectChoice("", _l("Nothing more")),
            SelectChoice("gift", _l("Something that you hand over")),
            SelectChoice("money", _l("Money that you pay out")),
            SelectChoice("bank_code", _l("A code that you bring, such as a gift card")),
        ],
        default="",
    )
    friend_reward_amount = FigureField(_l("Amount"))
    friend_gift_en = StringField(_l("What it is, in English"), render_kw={"dir": "ltr", "maxlength": 80})
    friend_gift_ar = StringField(_l("What it is, in Arabic"), render_kw={"dir": "rtl", "maxlength": 80})
    friend_gift_fa = StringField(_l("What it is, in Persian"), render_kw={"dir": "rtl", "maxlength": 80})

    def friend_amounts(self) -> tuple[FigureField, ...]:
        """The fields whose figures are sums of money."""
        return self.friend_amount, self.minimum, self.friend_reward_amount

    def _friend_gift_fields(self) -> dict[str, StringField]:
        return {"en": self.friend_gift_en, "ar": self.friend_gift_ar, "fa": self.friend_gift_fa}

    def show_friend(self, rules: Rules) -> None:
        """The fields stand as the offer does."""
        offer = rules.friend
        self.friend_kind.data = offer.kind.value
        self.friend_combines.data, self.friend_not_on_sale.data = offer.combines, offer.excludes_sale_items
        self.friend_product.data = offer.product.name if offer.product else ""
        self.friend_percent.write(offer.basis_points)
        self.friend_amount.write(offer.amount_minor)
        self.friend_days.write(offer.valid_days)
        self.minimum.write(rules.minimum_minor)
        reward = rules.friend_reward
        self.friend_reward_kind.data = reward.kind.value if reward else ""
        self.friend_reward_amount.write(reward.amount_minor if reward else 0)
        for locale, field in self._friend_gift_fields().items():
            field.data = getattr(reward.gift, locale) if reward else ""

    def read_friend_reward(self) -> AdvocateReward | None:
        """What the answers promise the friend beside the code; None where that is nothing."""
        if not self.friend_reward_kind.data:
            return None
        kind = RewardKind(self.friend_reward_kind.data)
        fields = self._friend_gift_fields()
        said = InWords(**{locale: text.one_line(field.data or "") for locale, field in fields.items()})
        return AdvocateReward(
            kind=kind,
            amount_minor=self.friend_reward_amount.read() if kind in AMOUNTS else 0,
            gift=said if kind in IN_WORDS else InWords(),
        )

    def read_friend(self) -> FriendOffer:
        """The offer that the answers describe; amounts of a kind that was not chosen are left out."""
        kind = OfferKind(self.friend_kind.data)
        return FriendOffer(
            kind=kind,
            basis_points=self.friend_percent.read() if kind is OfferKind.PERCENT else 0,
            amount_minor=self.friend_amount.read() if kind is OfferKind.FIXED else 0,
            product=self.friend_product.read() if kind is OfferKind.FREE_PRODUCT else None,
            combines=self.friend_combines.data,
            excludes_sale_items=self.friend_not_on_sale.data and kind is not OfferKind.FREE_PRODUCT,
            valid_days=self.friend_days.read(),
        )
