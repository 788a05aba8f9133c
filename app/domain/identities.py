"""Normal forms by which two records are seen to be one person. They serve matching only: mail goes to what was given.

Telephone numbers are brought to E.164 in services, where the library for it may be used."""

from __future__ import annotations

import re

from app.domain import text

_SAME_DOMAIN = {"googlemail.com": "gmail.com"}
_IGNORES_DOTS = frozenset({"gmail.com"})
# Names under which one provider gives the same mailbox to the same person, and never one to each of two.
_ONE_MAILBOX = {
    **dict.fromkeys(("me.com", "mac.com"), "icloud.com"),
    **dict.fromkeys(("protonmail.com", "protonmail.ch", "pm.me"), "proton.me"),
    **dict.fromkeys(("yandex.com", "yandex.by", "yandex.kz", "ya.ru"), "yandex.ru"),
}
# Marks that a provider does not tell apart from others, or does not see at all.
_SAME_MARKS = {"proton.me": str.maketrans(dict.fromkeys(".-_", "")), "yandex.ru": str.maketrans({".": "-"})}
# Providers that deliver name+anything to name. Elsewhere name+anything may be another person's, so the tag stays.
_IGNORES_TAGS = frozenset(
    {
        *("gmail.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "me.com", "mac.com"),
        *("fastmail.com", "proton.me", "protonmail.com", "pm.me"),
    }
)
_IGNORES_TAGS_TOO = frozenset({"yandex.ru", "proton.me", "msn.com", "posteo.de", "mailbox.org"})
_LOCAL = re.compile(r"[^\s@]+")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")

_NOBODY = frozenset(
    {
        *("guest", "nobody", "none", "anonymous", "unknown", "walkin", "walk-in", "pos", "test", "example"),
        *("noreply", "no-reply", "donotreply", "do-not-reply", "noemail", "no-email", "nomail"),
    }
)
# RFC 2606's other reserved names are left to match: shops that try us out use them for people who differ.
_NOBODYS_DOMAIN = re.compile(r"(.*\.)?invalid")
_NO_CUSTOMER = frozenset({"", "0", "-1", "guest", "null", "none"})
_TELLING_DIGITS = 7  # the last digits of a number, which no country or area code fills
_RUNS = ("01234567890", "09876543210")


def email_forms(email: str) -> tuple[str, ...]:
    """The address as one mailbox, in every form in which it was ever kept, the first of all first; empty where it is no
    address.

    Only digests of forms are stored, and most of what they were made of is not. A form that was stored once therefore
    stays among those that are looked for: what is added may bring two records together and parts none."""
    local, _, domain = text.visible(email).strip().casefold().rpartition("@")
    domain = _ascii(domain)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return ()
    domain = _SAME_DOMAIN.get(domain, domain)
    first = f"{_mailbox(local, domain)}@{domain}"
    return tuple(dict.fromkeys((first, _one_mailbox(first))))


def name_and_address_forms(name: str, address: str) -> tuple[str, ...]:
    """Both as one comparable string whatever the order of their words, in every form in which it was ever kept, the
    first of all first; empty where one of them says nothing."""
    names, places = text.tokens(name), text.tokens(address)
    if not names or not places:
        return ()
    home = " ".join(sorted(set(places)))
    written = (names, text.plain_names(names))
    return tuple(dict.fromkeys(f"{' '.join(sorted(set(each)))}|{home}" for each in written))


def is_placeholder(kind: str, value: str) -> bool:
    """Whether this stands for nobody (guest@shop, 000…), so that it must match nobody (R9)."""
    match kind:
        case "email":
            return _is_nobody(value)
        case "phone":
            return _is_made_up(value)
        case "customer":
            return value.strip().casefold() in _NO_CUSTOMER
        case _:
            return not text.tokens(value)


def _ascii(domain: str) -> str:
    """The domain in IDNA form without its root dot; empty where it cannot have one."""
    try:
        return domain.removesuffix(".").encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _one_mailbox(email: str) -> str:
    """The first form with what providers treat alike made one."""
    local, _, domain = email.rpartition("@")
    domain = _ONE_MAILBOX.get(domain, domain)
    if domain in _IGNORES_TAGS_TOO:
        local = local.partition("+")[0] or local
    if domain in _SAME_MARKS:
        local = local.translate(_SAME_MARKS[domain]) or local
    return f"{local}@{domain}"


def _mailbox(local: str, domain: str) -> str:
    if domain in _IGNORES_TAGS:
        local = local.partition("+")[0] or local
    if domain in _IGNORES_DOTS:
        local = local.replace(".", "") or local
    return local


def _is_nobody(email: str) -> bool:
    local, _, domain = email.strip().casefold().rpartition("@")
    return local in _NOBODY or not local or _NOBODYS_DOMAIN.fullmatch(domain) is not None


def _is_made_up(phone: str) -> bool:
    digits = "".join(letter for letter in text.fold(phone) if letter.isdecimal())
    telling = digits[-_TELLING_DIGITS:]
    return len(digits) < _TELLING_DIGITS or len(set(telling)) == 1 or any(telling in run for run in _RUNS)
