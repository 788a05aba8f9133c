"""What looks odd about an order, in words: a sentence for every sign, with its figures and nothing personal (R9)."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.domain.fraud import Sign
from app.web.formats import number, sentence

SIGNS: dict[Sign, LazyString] = {
    Sign.SAME_PERSON: _l("The buyer’s e-mail, telephone or account is that of the one who recommended."),
    Sign.SAME_NAME_AND_ADDRESS: _l("Name and address are those on an order of the one who recommended."),
    Sign.SAME_PHONE: _l("The telephone number is the one on an order of the one who recommended."),
    Sign.SAME_ACCOUNT: _l("The shop account is the one on an order of the one who recommended."),
    Sign.KNOWN_PHONE: _l(
        "An earlier order has this telephone number, under another e-mail address: the same person, or people who "
        "share it."
    ),
    Sign.FRIEND_AGAIN: _l("Another friend of the same customer gave this name and address, with another e-mail."),
    Sign.FRIENDS_PHONE: _l("Another friend of the same customer gave this telephone number, with another e-mail."),
    Sign.RING: _l("These customers recommended one another: %(count)s recommendations make a circle."),
    Sign.LEAKED_CODE: _l("Strangers may be passing this code around: used %(count)s times within a day."),
    Sign.CROWD: _l("%(count)s codes were taken from this link within a day; usual are %(usual)s in a week."),
    Sign.THROWAWAY_MAIL: _l("The e-mail address is of a kind that lasts for minutes."),
    Sign.THROWAWAY_FRIENDS: _l(
        "%(count)s of %(friends)s friends of this customer gave e-mail addresses of a kind that lasts for minutes."
    ),
    Sign.REFUSED_PARCELS: _l("%(count)s earlier orders of this buyer, to be paid on delivery, were not accepted."),
}


def told(found: dict[str, Any]) -> Markup:
    """The sentence of a sign as the decision's evidence has it."""
    figures = {name: number(value) for name, value in found["figures"].items()}
    return sentence(SIGNS[Sign(found["sign"])], **figures)
