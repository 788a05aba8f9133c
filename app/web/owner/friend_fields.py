"""The part of a program's form that says what a friend gets."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice

from app.domain.programs import FriendOffer, OfferKind, Rules
from app.web.owner.fields import FigureField, ProductField

# Where the domain's names for fields differ from the form's.
FRIEND_NAMES = {
    "friend.basis_points": "friend_percent",
    "friend.amount_minor": "friend_amount",
    "friend.product": "friend_product",
    "friend.kind": "friend_kind",
    "friend.valid_days": "friend_days",
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

    def friend_amounts(self) -> tuple[FigureField, ...]:
        """The fields whose figures are sums of money."""
        return self.friend_amount, self.minimum

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
