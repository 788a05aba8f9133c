"""A sentence for every state and every reason code. Words before slugs: no page shows a code of ours.

Messages stand here lazily; they become text in the language of the request in which they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.domain.reasons import Reason
from app.web.formats import days, money, number, sentence

REASONS: dict[Reason, LazyString] = {
    Reason.WAITING_PAYMENT: _l("The order has been placed; its payment has not arrived yet."),
    Reason.WAITING_COMPLETION: _l("The order is on its way; it counts once it has been completed."),
    Reason.WAITING_HISTORY: _l("The shop’s earlier orders are still being read; the decision waits for them."),
    Reason.WAITING_GOODS: _l("The shop is being asked what was bought; the decision waits for its answer."),
    Reason.QUALIFIED: _l("Everything the program asks for is met."),
    Reason.ON_HOLD: _l("The reward is on hold until the time for returns has passed."),
    Reason.LOOKED_AT: _l("Somebody at the shop is looking at it before the reward is sent."),
    Reason.WAITING_APPROVAL: _l("The reward waits for somebody at the shop to approve it."),
    Reason.DUE: _l("The reward is due and is being sent."),
    Reason.TO_HAND_OUT: _l("The reward is due; somebody at the shop is about to hand it out."),
    Reason.WAITING_ACCOUNT: _l(
        "The reward is due, and waits for an account at the shop with the e-mail address of this page. Once there is "
        "one, it comes within a day."
    ),
    Reason.WAITING_STOCK: _l("The reward is due; its code is ready in a moment."),
    Reason.ISSUED: _l("The reward has been sent."),
    Reason.APPROVED_BY_PERSON: _l("Somebody at the shop approved it."),
    Reason.TEST_ORDER: _l("This is a test order: it runs the whole road and counts nowhere."),
    Reason.BELOW_MINIMUM: _l("The goods came to %(amount)s; the program asks for at least %(needs)s."),
    Reason.COUNTED_BELOW_MINIMUM: _l(
        "The goods that count came to %(amount)s; the program asks for at least %(needs)s."
    ),
    Reason.EXCLUDED_GOODS: _l("Nothing that was bought counts in this program: all of it is left out."),
    Reason.EXCLUDED_BUYER: _l("Orders of people who work for the shop, or buy to sell on, do not count."),
    Reason.WRONG_CURRENCY: _l("The order was paid in another currency than the program’s."),
    Reason.NOT_NEW: _l("Whoever bought had bought from this shop before; the program is for new customers."),
    Reason.NEWNESS_UNPROVEN: _l("It cannot be shown that whoever bought is a new customer."),
    Reason.SELF_REFERRAL: _l("The one who bought and the one who recommended are the same person."),
    Reason.NOT_COLLECTED: _l("No money has arrived for this order."),
    Reason.NOT_DELIVERED: _l("The parcel was not accepted, so nothing was paid."),
    Reason.CANCELLED: _l("The order was cancelled."),
    Reason.ORDER_GONE: _l("The shop no longer has this order."),
    Reason.EXCLUDED_CHANNEL: _l("The order did not come through the shop’s own checkout."),
    Reason.RENEWAL: _l("This is a renewal; only the first order of a subscription counts."),
    Reason.CAP_REACHED: _l("The most rewards that one person can earn has been reached: %(cap)s within %(days)s."),
    Reason.REJECTED_BY_PERSON: _l("Somebody at the shop rejected it."),
    Reason.BEFORE_CLAIM: _l("The order was placed before the code was taken."),
    Reason.WINDOW_PASSED: _l("Too much time had passed between the recommendation and the order."),
    Reason.CLAIM_ALREADY_PAID: _l("This recommendation already counted for another order."),
    Reason.WEAKER_EVIDENCE: _l("Something stronger points to another recommendation."),
    Reason.LATER_TOUCH: _l("Another recommendation came first."),
    Reason.EARLIER_TOUCH: _l("Another recommendation came later, and in this program the last one counts."),
    Reason.EVIDENCE_WITHDRAWN: _l("What tied the order to this recommendation was undone."),
    Reason.UNVERIFIED: _l("The e-mail address had not been confirmed before the order."),
    Reason.SMALLER_DISCOUNT: _l("Another code on the same order took more off."),
    Reason.REFUNDED_IN_PART: _l("A part of the order was refunded."),
    Reason.REFUNDED: _l("The order was refunded."),
    Reason.REVERSED_AFTER_USE: _l(
        "The order was taken back after its reward had been spent; the next reward settles it."
    ),
    Reason.REVERSED_AFTER_GIVING: _l(
        "The order was taken back after its reward had been handed out; the next reward settles it."
    ),
    Reason.NETTED: _l("It was settled against an earlier reward whose order was taken back."),
    Reason.POINTS_CAME_BACK: _l("The shop did not accept the coupon; what you gave for it is in your account again."),
    Reason.STORE_REFUSED: _l("The shop did not take the reward; somebody at the shop has been told."),
    Reason.COUPON_REFUSED: _l("The shop did not accept the coupon; somebody at the shop has been told."),
}


@dataclass(frozen=True, slots=True)
class State:
    """What a state is called, and the tone of its badge: good, wait, bad or info."""

    label: LazyString
    tone: str


STATES: dict[str, dict[str, State]] = {
    "referral": {
        "open": State(_l("Ordered"), "info"),
        "qualified": State(_l("Counts"), "good"),
        "rejected": State(_l("Does not count"), "bad"),
        "reversed": State(_l("Taken back"), "bad"),
    },
    "reward": {
        "held": State(_l("On hold"), "wait"),
        "due": State(_l("Due"), "wait"),
        "issued": State(_l("Sent"), "good"),
        "revoked": State(_l("Taken back"), "bad"),
        "failed": State(_l("Could not be sent"), "bad"),
    },
    "claim": {
        "waiting": State(_l("Code being made"), "wait"),
        "ready": State(_l("Has a code"), "good"),
        "revoked": State(_l("Code taken back"), "bad"),
    },
    "coupon": {
        "planned": State(_l("Being made"), "wait"),
        "pushing": State(_l("Being made"), "wait"),
        "ready": State(_l("Ready"), "good"),
        "claimed": State(_l("Handed out"), "info"),
        "used": State(_l("Used"), "good"),
        "revoking": State(_l("Being taken back"), "wait"),
        "revoked": State(_l("Taken back"), "bad"),
        "refused": State(_l("Refused by the shop"), "bad"),
    },
    "program": {
        "draft": State(_l("Draft"), "info"),
        "live": State(_l("Live"), "good"),
        "paused": State(_l("Paused"), "wait"),
        "ended": State(_l("Ended"), "bad"),
    },
    "advocate": {
        "active": State(_l("Active"), "good"),
        "blocked": State(_l("Blocked"), "bad"),
    },
    "mail": {
        "waiting": State(_l("Waiting to be sent"), "wait"),
        "sent": State(_l("Sent"), "good"),
        "failed": State(_l("Could not be sent"), "bad"),
    },
    "message": {
        "waiting": State(_l("Waiting"), "wait"),
        "done": State(_l("Done"), "good"),
        "ignored": State(_l("Not needed"), "info"),
        "failed": State(_l("Failed"), "bad"),
    },
    "effect": {
        "waiting": State(_l("Waiting"), "wait"),
        "done": State(_l("Done"), "good"),
        "stopped": State(_l("Stopped"), "bad"),
    },
}

CODE_RAN_OUT = State(_l("Ran out"), "info")

HOLD_STARTS = {
    "delivery": _l("the day the order arrived"),
    "completion": _l("the day the order was completed"),
    "payment": _l("the day the order was paid"),
}


def state(kind: str, word: str) -> State:
    """The state's name and tone; a word that we do not know shows as itself."""
    return STATES[kind].get(word) or State(LazyString(lambda: word), "info")


def reason(slug: str, figures: Mapping[str, int] | None = None, currency: str = "") -> Markup:
    """The reason's sentence with its figures; a slug that is none of the domain's shows as itself."""
    if slug not in Reason.__members__.values():
        return Markup("{}").format(slug.replace("_", " "))
    return sentence(REASONS[Reason(slug)], **_spoken(figures or {}, currency))


def _spoken(figures: Mapping[str, int], currency: str) -> dict[str, Any]:
    """Figures as sentences need them: amount_minor becomes amount, with its currency."""
    spoken: dict[str, Any] = {"amount": "…", "needs": "…", "cap": "…", "days": "…"}
    for name, value in figures.items():
        if name.endswith("_minor"):
            spoken[name.removesuffix("_minor")] = money(value, currency)
        else:
            spoken[name] = days(value) if name == "days" else number(value)
    return spoken
