"""What owners and support see: an empty server first, later the desk of a shop with a past."""

from __future__ import annotations

from playwright.sync_api import Browser

from tools.history import OWNER
from tools.people import Owner
from tools.shoppers import Shop
from tools.tour import LANGUAGES, See, Walker, World, walker

WRONG_KEYS = {"consumer_key": "ck_" + "0" * 40, "consumer_secret": "cs_" + "0" * 40}


def first_minutes(world: World, browser: Browser, see: See) -> None:
    """The first account, connecting, and a desk on which nothing has happened yet."""
    link = world.flask("setup-link").split()[-1]
    with walker(browser, world.web_url, see) as owner:
        for owner.language in LANGUAGES:
            owner.visit("doors", "setup", link)
            owner.send("main form")
            owner.show("doors", "setup-errors")
    mina = Owner(world.web_url)
    mina.set_up(link, **OWNER)
    with walker(browser, world.web_url, see) as owner:
        _sign_in(owner)
        for language in LANGUAGES:
            speak(owner, language)
            owner.visit("doors", "no-shop", "/desk")
        keys = Shop(world.shop_url).state()["keys"][0]
        mina.connect("woocommerce", world.shop_url, {name: keys[name] for name in WRONG_KEYS})
        for language in LANGUAGES:
            speak(owner, language)
            _nothing_yet(owner, mina.slug)


def _nothing_yet(owner: Walker, slug: str) -> None:
    owner.visit("owner", "overview-empty", f"/s/{slug}/")
    owner.visit("owner", "programs-empty", f"/s/{slug}/programs")
    owner.visit("support", "home-empty", f"/s/{slug}/support")
    owner.visit("support", "messages-empty", f"/s/{slug}/messages")
    owner.visit("support", "waiting-empty", f"/s/{slug}/waiting")
    owner.visit("portal", "no-program", f"/join/{slug}")


def doors(world: World, browser: Browser, see: See) -> None:
    """Signing in with a password or a link, and where that fails."""
    for language in LANGUAGES:
        with walker(browser, world.web_url, see) as somebody:
            somebody.language = language
            somebody.visit("doors", "sign-in", "/sign-in")
            somebody.fill(email=OWNER["email"], password=OWNER["password"][:-1])
            somebody.send("main form")
            somebody.show("doors", "sign-in-error")
            link = world.flask("sign-in-link").split()[-1]
            somebody.visit("doors", "sign-in-link", link)
            somebody.send("main form")
            somebody.visit("doors", "link-over", link)
            somebody.visit("doors", "nothing-here", "/no/such/page")


def desk(world: World, browser: Browser, see: See, slug: str) -> None:
    """The desks of a shop with a past."""
    with walker(browser, world.web_url, see) as owner:
        _sign_in(owner)
        for language in LANGUAGES:
            speak(owner, language)
            _numbers(owner, slug)
            _programs(owner, slug)
            _people(owner, slug)
            _records(owner, slug)
            _house(owner, slug)


def _sign_in(somebody: Walker) -> None:
    """With the password: a one-time link would end everybody else's session."""
    somebody.open("/sign-in")
    somebody.fill(email=OWNER["email"], password=OWNER["password"])
    somebody.send("main form")


def speak(owner: Walker, language: str) -> None:
    """The account's own language is this one, as it is after the account page's form."""
    owner.page.goto(f"{owner.base}/account")
    owner.page.select_option('[name="self-locale"]', language)
    owner.send('form[action$="/account"]')
    owner.language = language


def _numbers(owner: Walker, slug: str) -> None:
    owner.visit("owner", "overview", f"/s/{slug}/?days=90")
    owner.visit("owner", "overview-week", f"/s/{slug}/?days=7")
    owner.page.locator("main details summary").first.click()
    owner.show("owner", "overview-defined")


def _programs(owner: Walker, slug: str) -> None:
    owner.visit("owner", "programs", f"/s/{slug}/programs")
    address = owner.address_of('main .card h2 a[href*="/programs/"]')
    owner.visit("owner", "program", address)
    owner.visit("owner", "program-edit", f"{address}/edit")
    owner.page.fill('[name="friend_percent"]', "12,5%")
    owner.page.fill('[name="hold_days"]', "21")
    owner.send("form.two", 'button[value="review"]')
    owner.show("owner", "program-review-change")
    owner.visit("owner", "program-new", f"/s/{slug}/programs/new")
    owner.send("form.two", 'button[value="review"]')
    owner.show("owner", "program-errors")
    owner.page.fill('[name="name"]', "Autumn")
    owner.page.fill('[name="minimum"]', "25")
    owner.send("form.two", 'button[value="review"]')
    owner.show("owner", "program-review-new")
    owner.visit("owner", "test-order", f"{address}/test")
    if owner.page.locator(".story").count() == 0:
        owner.send('main form[action$="/test"]')
        owner.show("owner", "test-order-begun")


def _people(owner: Walker, slug: str) -> None:
    owner.visit("support", "home", f"/s/{slug}/support")
    _search(owner, "no-such-person")
    owner.show("support", "found-nothing")
    _search(owner, "2")
    owner.show("support", "found-by-number")
    _search(owner, "sara")
    owner.show("support", "found")
    person = owner.address_of('main a[href*="/people/"]')
    owner.visit("support", "person", person)
    owner.send('form[action$="/reveal"]')
    owner.show("support", "person-revealed")
    owner.page.goto(owner.base + person)
    owner.visit("support", "order", owner.address_of('main a[href*="/orders/"]'))
    owner.page.locator("details.act summary").first.click()
    owner.show("support", "order-act")


def _search(owner: Walker, typed: str) -> None:
    owner.page.fill('[name="typed"]', typed)
    owner.send('form[role="search"]')


def _records(owner: Walker, slug: str) -> None:
    owner.visit("support", "waiting", f"/s/{slug}/waiting")
    owner.visit("support", "doubts", f"/s/{slug}/doubts")
    owner.visit("support", "audit", f"/s/{slug}/audit")
    owner.visit("support", "messages", f"/s/{slug}/messages")
    owner.visit("support", "message", owner.address_of('main a[href*="/messages/"]'))


def _house(owner: Walker, slug: str) -> None:
    owner.visit("owner", "connection", f"/s/{slug}/connection")
    owner.visit("owner", "disconnect", f"/s/{slug}/connection/disconnect")
    owner.visit("owner", "team", f"/s/{slug}/team")
    owner.fill(email=f"agent-{owner.language}@leafandkettle.example")
    owner.send("main form.narrow")
    owner.show("owner", "team-invited")
    owner.visit("doors", "invitation", owner.page.locator("#invitation-link").input_value())
    owner.visit("doors", "account", "/account")
    owner.visit("doors", "server", "/server")
    owner.visit("doors", "connect", "/connect/woocommerce")
    owner.page.locator("main details", has=owner.page.locator('[name="consumer_key"]')).locator("summary").click()
    owner.fill(address="http://127.0.0.1:9", **WRONG_KEYS)
    owner.send("main form", "button:not([formaction])")
    owner.show("doors", "connect-failed")
    owner.visit("doors", "connected", "/connect/done/1")
