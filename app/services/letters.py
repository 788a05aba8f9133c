"""What each mail says. All of these are service mails: their reader asked for them, or is owed them (R15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import clock, formats, languages
from app.domain.programs import SUMS, AdvocateReward, Means, RewardKind
from app.models import Coupon, Store
from app.outbound.letter import Letter


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and in which language."""

    store: Store
    locale: str

    def letter(self, heading: str, *paragraphs: str, button: tuple[str, str], footer: str, code: str = "") -> Letter:
        """A letter of the store."""
        return Letter(
            locale=self.locale,
            shop=self.store.name,
            accent=self.store.accent,
            heading=heading,
            paragraphs=paragraphs,
            button=button,
            code=code or None,
            footer=footer,
        )

    def say(self, message: str, **values: str) -> str:
        """The message in the reader's language."""
        return languages.translations(self.locale).gettext(message) % values

    def money(self, minor: int, currency: str) -> str:
        """The amount as the store writes it."""
        return formats.money(minor, currency, self.locale, own=self.store.shown_currency)

    def day(self, instant: datetime) -> str:
        """The day as the store and the reader's language have it."""
        return formats.day(instant, self.store.timezone, self.locale, clock.now(), weekday=True)


def N_(message: str) -> str:
    """The message itself, marked for the catalogues."""
    return message


ONCE = N_("The button works once, within half an hour. If you did not ask for this mail, nothing needs to be done.")


def sign_in(writer: Writer, address: str) -> Letter:
    """The way back to an advocate's page."""
    say, shop = writer.say, writer.store.name
    return writer.letter(
        say(N_("Your page at %(shop)s"), shop=shop),
        say(N_("You asked for the way to your page: your link, your friends, your rewards.")),
        button=(say(N_("Open my page")), address),
        footer=say(ONCE),
    )


def join(writer: Writer, address: str) -> Letter:
    """The last step of joining a program (R17)."""
    say, shop = writer.say, writer.store.name
    return writer.letter(
        say(N_("Your personal link for %(shop)s"), shop=shop),
        say(N_("You asked to recommend %(shop)s. The button confirms your address and makes your link."), shop=shop),
        button=(say(N_("Make my link")), address),
        footer=say(ONCE),
    )


def claim_link(writer: Writer, address: str) -> Letter:
    """The friend's code goes to people: this button gets it."""
    say, shop = writer.say, writer.store.name
    return writer.letter(
        say(N_("One tap to your code for %(shop)s"), shop=shop),
        say(N_("You asked for a code. The button confirms your address and shows it.")),
        button=(say(N_("Get my code")), address),
        footer=say(ONCE),
    )


def invitation(writer: Writer, address: str, name: str, role: str) -> Letter:
    """Somebody is asked to work in the store."""
    say, shop = writer.say, writer.store.name
    to_do = {
        "owner": N_("%(name)s asks you to run the shop’s programs with them: to see everything, and to decide."),
        "agent": N_(
            "%(name)s asks you to help the shop’s customers: to find people and orders, and to put things right."
        ),
    }
    return writer.letter(
        say(N_("An invitation to the team of %(shop)s"), shop=shop),
        say(to_do[role], name=name or shop),
        button=(say(N_("Open the invitation")), address),
        footer=say(N_("The button works once, within a week. If you do not know this shop, nothing needs to be done.")),
    )


def your_code(writer: Writer, address: str, code: str, expires_at: datetime) -> Letter:
    """The friend asked for their code by mail."""
    say, shop = writer.say, writer.store.name
    return writer.letter(
        say(N_("Your code for %(shop)s"), shop=shop),
        say(N_("Put it into the coupon box at the checkout.")),
        say(N_("It is good for one order, through %(day)s."), day=writer.day(expires_at)),
        button=(say(N_("Open my code")), address),
        code=code,
        footer=say(N_("Somebody entered this address beside the code. We send nothing else.")),
    )


def reward_issued(writer: Writer, address: str, coupon: Coupon, product: str = "") -> Letter:
    """The promise was kept: here is the advocate's coupon."""
    say, shop = writer.say, writer.store.name
    return writer.letter(
        say(N_("Thank you: your reward from %(shop)s"), shop=shop),
        say(N_("A friend of yours ordered, and the order has stayed. This coupon is yours.")),
        *_coupon_lines(writer, coupon, product),
        button=(say(N_("Open my page")), address),
        code=coupon.code,
        footer=say(N_("You get this mail because you recommended %(shop)s."), shop=shop),
    )


def points_spent(writer: Writer, address: str, coupon: Coupon, product: str = "") -> Letter:
    """The coupon that the advocate's points bought."""
    say, shop = writer.say, writer.store.name
    return writer.letter(
        say(N_("Your coupon from %(shop)s"), shop=shop),
        say(N_("You exchanged points for this coupon.")),
        *_coupon_lines(writer, coupon, product),
        button=(say(N_("Open my page")), address),
        code=coupon.code,
        footer=say(N_("You get this mail because you recommended %(shop)s."), shop=shop),
    )


def _coupon_lines(writer: Writer, coupon: Coupon, product: str) -> list[str]:
    """What the coupon gives, until when, and on which orders."""
    say = writer.say
    lines = [
        say(N_("It gives you %(worth)s."), worth=_worth(writer, coupon, product)),
        say(N_("It is good for one order, through %(day)s."), day=writer.day(coupon.expires_at)),
    ]
    if coupon.minimum_minor:
        minimum = writer.money(coupon.minimum_minor, coupon.currency)
        lines.append(say(N_("The order must come to at least %(minimum)s."), minimum=minimum))
    return lines


def reward_handed_out(
    writer: Writer, address: str, terms: AdvocateReward, amount_minor: int, currency: str, cause: str | None
) -> Letter:
    """The promise was kept by hand."""
    say, shop = writer.say, writer.store.name
    is_code, is_money = terms.means is Means.BANK or terms.kind is RewardKind.GIFT_CARD, terms.kind in SUMS
    after = N_("Your code stands on your page.") if is_code else N_("If it does not reach you, write to the shop.")
    if terms.means is Means.STORE and not is_code:
        after = N_("It stands in your account at the shop.")
    what = writer.money(amount_minor, currency) if is_money else terms.gift.said(writer.locale)
    if terms.means is Means.ACCOUNT:
        what = formats.points(amount_minor, writer.locale, terms.gift.said(writer.locale))
        after = N_("They are in your account. Your page shows what they buy.")
    if cause:
        what = say(N_("a donation of %(amount)s to %(cause)s"), amount=what, cause=cause)
    return writer.letter(
        say(N_("Thank you: your reward from %(shop)s"), shop=shop),
        say(N_("A friend of yours ordered, and the order has stayed.")),
        say(N_("Your reward has been handed out: %(what)s."), what=what),
        say(after),
        button=(say(N_("Open my page")), address),
        footer=say(N_("You get this mail because you recommended %(shop)s."), shop=shop),
    )


def look_answered(writer: Writer, address: str, counts: bool, words: str) -> Letter:
    """The advocate asked somebody to look again; here is what they found."""
    say, shop = writer.say, writer.store.name
    outcome = N_("It counts. Your page says when your reward is sent.") if counts else N_("It does not count.")
    return writer.letter(
        say(N_("Somebody at %(shop)s has looked again"), shop=shop),
        say(N_("You asked for a second look at a friend’s order.")),
        say(outcome),
        say(N_("The shop writes: “%(words)s”"), words=words),
        button=(say(N_("Open my page")), address),
        footer=say(N_("You get this mail because you asked for it on your page. We send nothing else about it.")),
    )


def friend_reward(writer: Writer, address: str, terms: AdvocateReward, amount_minor: int, currency: str) -> Letter:
    """What the friend was promised beside their code was given."""
    say, shop = writer.say, writer.store.name
    what = writer.money(amount_minor, currency) if terms.kind in SUMS else terms.gift.said(writer.locale)
    is_code = terms.means is Means.BANK
    after = N_("Your code stands on your page.") if is_code else N_("If it does not reach you, write to the shop.")
    return writer.letter(
        say(N_("Something from %(shop)s for you"), shop=shop),
        say(N_("Your order has stayed. As promised with your code, you get: %(what)s."), what=what),
        say(after),
        button=(say(N_("Open my page")), address),
        footer=say(N_("You get this mail because you asked for your code with this address.")),
    )


def _worth(writer: Writer, coupon: Coupon, product: str) -> str:
    if coupon.kind == "free_product":
        return writer.say(N_("one %(product)s for free; put it into the basket yourself"), product=product)
    if coupon.kind == "free_shipping":
        return writer.say(N_("free shipping"))
    if coupon.kind == "percent":
        return writer.say(N_("%(amount)s off"), amount=formats.percent(coupon.basis_points, writer.locale))
    return writer.say(N_("%(amount)s off"), amount=writer.money(coupon.amount_minor, coupon.currency))


LETTERS: dict[str, Callable[..., Letter]] = {
    each.__name__: each
    for each in (
        sign_in,
        join,
        claim_link,
        your_code,
        reward_issued,
        points_spent,
        reward_handed_out,
        friend_reward,
        invitation,
        look_answered,
    )
}


def compose(template: str, store: Store, locale: str, **values: Any) -> Letter:
    """The letter that the template makes of these values."""
    return LETTERS[template](Writer(store, locale), **values)
