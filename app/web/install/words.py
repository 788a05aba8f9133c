"""What connectors ask for, and what may go wrong, each with its mend."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LABELS: dict[str, LazyString] = {
    "consumer_key": _l("Consumer key"),
    "consumer_secret": _l("Consumer secret"),
}

# Where a thing that is asked for is found, by the first field of the connector.
HELP: dict[str, list[LazyString]] = {
    "consumer_key": [
        _l("In your shop’s administration open Settings, then Advanced, then REST API."),
        _l("Add a key: any description, a user who manages the shop, and the permission “Read/Write”."),
        _l("Copy both parts here before you leave that page. The shop shows the secret only once."),
    ],
}

TROUBLE: dict[str, LazyString] = {
    "address_invalid": _l(
        "This is not the address of a shop. Copy it from the browser, with the shop’s front page open."
    ),
    "address_private": _l(
        "This address is not reachable from the internet. If the shop stands in your own network, set "
        "ALLOW_PRIVATE_STORES=1 on the server."
    ),
    "name_not_found": _l("No shop answers to this name. Look for a typing mistake in the address."),
    "connection_refused": _l(
        "The shop’s server does not answer. See whether the shop opens in the browser, then try again."
    ),
    "connect_timeout": _l(
        "The shop’s server does not answer. See whether the shop opens in the browser, then try again."
    ),
    "timeout": _l("The shop took too long to answer. Try again in a minute."),
    "tls_invalid": _l(
        "The shop’s certificate is not valid, so the connection would not be safe. Renew it with whoever hosts "
        "the shop."
    ),
    "redirected": _l("The shop sends visitors on to another address. Write that one, often with or without “www”."),
    "rest_absent": _l(
        "The shop opens, but its programming interface does not. In its administration open Settings, then "
        "Permalinks, choose anything but “Plain”, and save."
    ),
    "platform_absent": _l(
        "The site opens, but there is no shop in it. Install and switch on the shop’s own plugin first."
    ),
    "key_malformed": _l(
        "These are not a key and its secret. The key begins with ck_ and the secret with cs_; copy each as a whole."
    ),
    "key_unknown": _l("The shop does not know this key. It may have been taken back: make a new one."),
    "key_wrong_secret": _l("Key and secret do not belong together. Make a new pair and copy both parts."),
    "key_read_only": _l(
        "This key may only read. Make one with the permission “Read/Write”, so that coupons can be made."
    ),
    "key_write_only": _l("This key may only write. Make one with the permission “Read/Write”."),
    "role_missing": _l("The key’s user may not manage the shop. Make the key for a user who does."),
    "tls_hidden": _l(
        "The shop does not see that it is called over https. Tell whoever hosts it to pass on X-Forwarded-Proto."
    ),
    "clock_wrong": _l("The clocks of shop and server differ by several minutes. Set the one that is wrong."),
    "coupons_disabled": _l(
        "Coupons are switched off in the shop. In its settings, under General, allow coupons, then try again."
    ),
    "blocked": _l(
        "Something in front of the shop turned us away: a security plugin or a firewall. Allow this server there."
    ),
    "rate_limited": _l("The shop asks for patience. Try again in a minute."),
    "answer_unreadable": _l(
        "The shop answered something that cannot be read. A plugin may be writing into its answers; look at the "
        "shop’s error log."
    ),
}
OTHERWISE = _l(
    "The shop did not accept the connection. See whether it opens in the browser and whether the keys are new, "
    "then try again."
)


def trouble(reason: str) -> LazyString:
    """What went wrong and how to mend it."""
    return TROUBLE.get(reason, OTHERWISE)
