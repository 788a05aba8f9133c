"""From which order on the shop earns, in plain words with its figures."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from app.domain.break_even import Reckoning, least_order, margin_points, reckoned
from app.domain.eligibility import least_base
from app.domain.offers import products_given
from app.domain.programs import (
    Rules,
)
from app.web.formats import exact_money, money, named, percent, sentence


@dataclass(frozen=True, slots=True)
class Column:
    """One order, and what becomes of it."""

    label: str
    order: Markup
    margin: Markup
    friend: Markup
    advocate: Markup
    left: Markup


@dataclass(frozen=True, slots=True)
class Earnings:
    """What an order must bring so that the shop earns."""

    said: Markup
    based_on: Markup
    columns: list[Column]


def of(rules: Rules) -> Earnings:
    """The reckoning for these rules."""
    columns = []
    if rules.minimum_minor:
        columns.append(_column(_("The smallest that counts"), reckoned(rules, rules.minimum_minor), rules.currency))
    if rules.budget_order_minor > rules.minimum_minor:
        columns.append(_column(_("A usual order"), reckoned(rules, rules.budget_order_minor), rules.currency))
    return Earnings(_said(rules), _based_on(rules), columns)


def _said(rules: Rules) -> Markup:
    least = least_order(rules)
    if least is None:
        return sentence(_("No order earns the shop anything: friend and customer together get more than it earns."))
    if least <= least_base(rules):
        return sentence(_("Every order that counts leaves the shop something."))
    return sentence(_("An order must come to %(amount)s before it leaves the shop something."),
                    amount=money(least, rules.currency))  # fmt: skip


def _based_on(rules: Rules) -> Markup:
    if rules.gross_margin_points:
        text = _("Reckoned with the %(share)s that the shop earns of its goods, before tax and shipping.")
    else:
        text = _(
            "Reckoned as if the shop earned %(share)s of its goods, your limit for both together. "
            "Say in the form what it earns, and these figures become yours."
        )
    said = sentence(text, share=percent(margin_points(rules)))
    products = [named(product.name) for _field, product in products_given(rules)]
    if not products:
        return said
    return said + " " + sentence(_("What is given for free is not in these figures: %(products)s."),
                                 products=Markup(", ").join(dict.fromkeys(products)))  # fmt: skip


def _column(label: str, found: Reckoning, currency: str) -> Column:
    figures = (found.order_minor, found.margin_minor, found.friend_minor, found.advocate_minor, found.left_minor)
    return Column(label, *(exact_money(figure, currency) for figure in figures))
