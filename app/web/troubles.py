"""What may go wrong between a shop and us, each with its mend."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.web.formats import sentence

# %(detail)s is what the error tells besides its reason: an address, a version.
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
    "answer_timeout": _l(
        "The shop took too long to answer. Try again in a minute; if it stays so slow, ask whoever hosts it."
    ),
    "connection_lost": _l("The shop broke off in the middle of its answer. Try again in a minute."),
    "server_error": _l(
        "The shop answers with an error of its own (%(detail)s). See whether it opens in the browser; its error log "
        "says more."
    ),
    "answer_too_large": _l(
        "The shop answered something that cannot be read. A plugin may be writing into its answers; look at the "
        "shop’s error log."
    ),
    "tls_invalid": _l(
        "The shop’s certificate is not valid, so the connection would not be safe. Renew it with whoever hosts "
        "the shop."
    ),
    "redirected": _l(
        "The shop sends us on to %(detail)s. If that is the shop, write its address; if it is a sign-in or a “coming "
        "soon” page, open the shop to visitors first."
    ),
    "redirected_nowhere": _l(
        "The shop sends visitors on to another address. Write that one, often with or without “www”."
    ),
    "shop_elsewhere": _l(
        "The shop has another name: it sends us on to %(detail)s. That address is filled in below now; look it over "
        "and try again."
    ),
    "rest_absent": _l(
        "The site opens, but no programming interface answers there. See whether this is the shop’s front page, and "
        "whether a security plugin has switched the REST API off."
    ),
    "permalinks_plain": _l(
        "The shop uses plain permalinks, and with those its keys open nothing. In its administration open Settings, "
        "then Permalinks, choose anything but “Plain”, and save."
    ),
    "version_old": _l(
        "The shop’s software is too old: version %(detail)s or newer is needed. Update the shop’s own plugin, then try "
        "again."
    ),
    "platform_absent": _l(
        "The site opens, but there is no shop in it. Install and switch on the shop’s own plugin first."
    ),
    "key_malformed": _l(
        "These are not a key and its secret. The key begins with ck_ and the secret with cs_; copy each as a whole."
    ),
    "key_unknown": _l(
        "The shop does not know this key. It may have been taken back: make a new one. If the new one is unknown too, "
        "the shop’s server drops the Authorization header; tell whoever hosts it."
    ),
    "key_wrong_secret": _l("Key and secret do not belong together. Make a new pair and copy both parts."),
    "key_read_only": _l(
        "This key may only read. Make one with the permission “Read/Write”, so that coupons can be made."
    ),
    "key_write_only": _l("This key may only write. Make one with the permission “Read/Write”."),
    "role_missing": _l("The key’s user may not manage the shop. Make the key for a user who does."),
    "tls_hidden": _l(
        "The shop does not see that it is called over https, and our signature does not reach it either. Tell whoever "
        "hosts it to pass on the headers X-Forwarded-Proto and Authorization."
    ),
    "shop_taken": _l(
        "This shop is connected here already, by somebody else. Ask its owner for an invitation to their team, or to "
        "disconnect it first. Two connections would pay for every recommendation twice."
    ),
    "shop_moved": _l(
        "This looks like your shop at %(detail)s, or a copy of it: our webhooks stand in it. If it has moved, open "
        "that shop’s Connection page and connect it once more with the new address. If it is a copy, delete our "
        "webhooks in the copy first."
    ),
    "another_shop": _l(
        "This is another shop than the one at %(detail)s: none of its newest orders is here. Connect it as a shop of "
        "its own."
    ),
    "callback_insecure": _l(
        "The shop hands keys only to an https address, and this server is not reached over https yet (PUBLIC_URL). "
        "Paste the keys instead."
    ),
    "callback_port": _l(
        "The shop hands keys only to the usual ports, and this server is reached at another one (PUBLIC_URL). Paste "
        "the keys instead."
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


def trouble(reason: str, detail: str = "") -> Markup:
    """What went wrong and how to mend it."""
    if reason == "redirected" and not detail:
        reason = "redirected_nowhere"
    if reason.startswith("server_error_"):
        reason, detail = "server_error", reason.removeprefix("server_error_")
    shown = Markup('<bdi dir="ltr" class="long">{}</bdi>').format(detail)
    return sentence(TROUBLE.get(reason, OTHERWISE), detail=shown)
