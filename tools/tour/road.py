"""What a friend, an advocate and a customer of the demo shop see, in the town that tools/history.py has filled."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser

from tools.people import Advocate, mailed_link
from tools.tour import LANGUAGES, See, Walker, World, walker

MADE_UP = "/r/no.such-link"
NEWCOMERS = {"en": "Nina", "ar": "ليلى", "fa": "آرش"}


@dataclass(frozen=True)
class Links:
    """Share links of the town: one as it should be, one of which too many codes were taken, one whose shelf is dry."""

    open: str
    crowded: str
    dry: str


def friends(world: World, browser: Browser, see: See, links: Links) -> None:
    """Offer, code, and everything that may stand there instead."""
    for language in LANGUAGES:
        with walker(browser, world.web_url, see) as friend:
            friend.language = language
            friend.visit("friend", "offer", links.open)
            friend.send("main form")
            friend.show("friend", "code")
            _code_by_mail(friend)
            friend.visit("friend", "unknown", MADE_UP)
            _asked_for_address(friend, links.crowded)
            friend.open(links.dry)
            friend.send("main form")
            friend.show("friend", "waiting")


def _code_by_mail(friend: Walker) -> None:
    friend.page.locator("details summary").click()
    friend.fill(email="friend")
    friend.send("details form")
    friend.show("friend", "code-wrong-address")
    friend.fill(email=f"friend-{friend.language}@mail.example")
    friend.send("details form")
    friend.show("friend", "code-mailed")


def _asked_for_address(friend: Walker, link: str) -> None:
    friend.open(link)
    friend.send("main form")
    friend.show("friend", "address-asked")
    friend.fill(email=f"asked-{friend.language}@mail.example")
    friend.send("main form")
    friend.show("friend", "mail-is-coming")
    friend.visit("portal", "confirm-code", mailed_link(friend.base, f"asked-{friend.language}@mail.example"))


def closed(world: World, browser: Browser, see: See, link: str) -> None:
    """A link of a program that is paused."""
    with walker(browser, world.web_url, see) as friend:
        for friend.language in LANGUAGES:
            friend.visit("friend", "paused", link)


def advocates(world: World, browser: Browser, see: See, slug: str) -> None:
    """Joining, the mailed link, the advocate's page when it is new and when it is full, the card, the terms."""
    for language in LANGUAGES:
        with walker(browser, world.web_url, see) as newcomer:
            newcomer.language = language
            _join(newcomer, slug)
    with walker(browser, world.web_url, see) as regular:
        regular.page.goto(asked_link(world, slug, "sara@mail.example"))
        regular.send("main form")
        for regular.language in LANGUAGES:
            regular.visit("portal", "me", "/me")
            regular.page.goto(regular.base + regular.address_of('a[href*="/me/card/"]'))
            regular.show("portal", "card")


def _join(newcomer: Walker, slug: str) -> None:
    language = newcomer.language
    newcomer.visit("portal", "join", f"/join/{slug}")
    newcomer.send("main form")
    newcomer.show("portal", "join-errors")
    newcomer.fill(name=NEWCOMERS[language], email=f"new-{language}@mail.example")
    newcomer.send("main form")
    newcomer.visit("portal", "terms", f"/join/{slug}/terms")
    link = mailed_link(newcomer.base, f"new-{language}@mail.example")
    newcomer.visit("portal", "confirm-join", link)
    newcomer.send("main form")
    newcomer.show("portal", "me-empty")
    newcomer.visit("portal", "link-used", link)
    newcomer.visit("portal", "signed-out", "/me/signed-out")


def asked_link(world: World, slug: str, email: str) -> str:
    """The link that somebody who has joined before is mailed."""
    Advocate(world.web_url).ask_to_join(slug, name="Sara", email=email)
    return mailed_link(world.web_url, email)


def mails(world: World, browser: Browser, see: See) -> None:
    """The outbox of a developer's machine, and one mail of each language."""
    with walker(browser, world.web_url, see) as reader:
        reader.visit("mail", "outbox", "/outbox")
        for reader.language in LANGUAGES:
            reader.page.goto(f"{reader.base}/outbox")
            letter = f'article:has([lang="{reader.language}"]) a[href*="/outbox/"], article a[href*="/outbox/"]'
            reader.visit("mail", "letter", reader.base + reader.address_of(letter))


def shop(world: World, browser: Browser, see: See, code: str) -> None:
    """The demo shop's front and its keeper's desk; it speaks English only."""
    with walker(browser, world.shop_url, see) as buyer:
        buyer.visit("shop", "front", "/")
        buyer.page.goto(buyer.base + buyer.address_of('a[href*="/product/"]').removeprefix(buyer.base))
        buyer.show("shop", "product")
        buyer.visit("shop", "basket-empty", "/cart/")
        buyer.open("/cart/?add-to-cart=1&quantity=4")
        buyer.page.fill('[name="coupon_code"]', code)
        buyer.send('form[action*="coupon"]')
        buyer.show("shop", "basket")
        buyer.visit("shop", "checkout", "/checkout/")
        buyer.visit("shop", "track", "/track/")
        buyer.visit("shop", "missing", "/product/no-such-tea/")
        buyer.visit("shop", "keeper", "/keeper")
        buyer.page.goto(buyer.base + buyer.address_of('a[href*="/keeper/orders/"]').removeprefix(buyer.base))
        buyer.show("shop", "keeper-order")
