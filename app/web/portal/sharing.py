"""How a share link goes out: from the sender's own client, with a text that says that the advocate gets something too
(R15, R16)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import url_for
from flask_babel import gettext as _

from app.links.tokens import ShareLink, tokens
from app.queries.offers import Shop
from app.queries.portal import Place
from app.web import shopfront, terms


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to pass the link on."""

    key: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """Everything that is needed to pass a link on."""

    address: str
    text: str  # for native sharing, without the address
    native_address: str
    channels: tuple[Channel, ...]


def address(link: ShareLink, channel: str = "") -> str:
    """The link under this server's public address, with the channel it is shared on."""
    path = url_for("links.open_link", token=tokens.share(link), c=channel or None)
    return shopfront.public_address(path)


def share(place: Place, shop: Shop) -> Sharing:
    """The link with a prepared text for each channel."""
    text = prepared_text(place, shop)
    return Sharing(address(place.link), text, address(place.link, "sh"), tuple(_channels(place.link, text, shop)))


def prepared_text(place: Place, shop: Shop) -> str:
    """What the advocate sends; it always says that they get something too."""
    offer = terms.headline(place.program.rules).striptags()
    reward = terms.now_words(place.program.rules).striptags()
    message = _("I like to shop at %(shop)s. With my link you get: %(offer)s. I get %(reward)s too.")
    return str(message) % {"shop": shop.name, "offer": offer, "reward": reward}


def _channels(link: ShareLink, text: str, shop: Shop) -> list[Channel]:
    def whole(channel: str) -> str:
        return f"{text} {address(link, channel)}"

    def split(base: str, channel: str, address_name: str, text_name: str) -> str:
        return f"{base}?{urlencode({address_name: address(link, channel), text_name: text}, quote_via=quote)}"

    subject = _("A good word for %(shop)s") % {"shop": shop.name}
    return [
        Channel("wa", "WhatsApp", f"https://wa.me/?{urlencode({'text': whole('wa')}, quote_via=quote)}"),
        Channel("tg", "Telegram", split("https://t.me/share/url", "tg", "url", "text")),
        Channel("x", "X", split("https://x.com/intent/post", "x", "url", "text")),
        Channel("fb", "Facebook", split("https://www.facebook.com/sharer/sharer.php", "fb", "u", "quote")),
        Channel("em", _("E-mail"), f"mailto:?subject={quote(subject)}&body={quote(whole('em'))}"),
        Channel("sms", _("SMS"), f"sms:?&body={quote(whole('sms'))}"),
    ]
