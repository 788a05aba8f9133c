"""What is regularly looked at in a shop, and what was wrong with its webhooks, in words."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LOOKS: dict[str, LazyString] = {
    "webhooks": _l("Does the shop send its messages here?"),
    "orders": _l("Orders that were changed"),
    "held": _l("Orders whose reward is on hold"),
    "coupons": _l("Coupons that somebody relies on"),
    "days": _l("Is every order known here?"),
}
FAULTS: dict[str, LazyString] = {
    "missing": _l("The shop’s messages to this server were set up."),
    "switched_off": _l("The shop had switched off its messages to this server. They were switched on again."),
    "moved": _l("The shop’s messages led to another address. They lead here again."),
    "doubled": _l("The shop sent its messages twice. What was too many was removed."),
    "empty": _l(
        "The shop’s messages came without the orders: the shop’s user whose keys had set them up may not see orders "
        "any more. They were set up anew with the keys of today."
    ),
    "silent": _l(
        "Orders had been changed without a message. In case its secret was changed, the shop was given ours again."
    ),
}
