"""The public pages in a real browser: nothing for axe to find, no script needed, the keyboard enough."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from app.links.tokens import ShareLink, tokens
from app.models import Advocate, Claim, Coupon, Program, ProgramVersion, SignInLink
from tests import factories
from tests.engines.browser import page_of
from tests.engines.frozen import FrozenClock
from tests.web.conftest import Stand

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.engines("sqlite")]
SIZES = {"phone": 360, "desk": 1280}


@pytest.fixture
def addresses(server: str, stand: Stand, clock: FrozenClock) -> dict[str, str]:
    """Where each public page is, in one of its fuller states."""
    with stand.db.begin() as session:
        version = session.get_one(ProgramVersion, stand.version_id)
        sara = session.get_one(Advocate, stand.advocate_id)
        claim = factories.claim(session, version, sara, expires_at=clock.now.replace(day=16))
        waiting = factories.claim(session, version, sara, expires_at=clock.now.replace(day=16), state="waiting")
        waiting.coupon_id = None
        paused = factories.program(session, _store(session, stand), state="paused")
        elsewhere = factories.advocate(session, paused, factories.person(session, _store(session, stand)))
        link = SignInLink(
            store_id=stand.store_id,
            person_id=stand.person_id,
            intent="sign_in",
            program_id=stand.program_id,
            created_at=clock.now,
        )
        session.add(link)
        session.flush()
        return {
            "offer": stand.path,
            "code": f"/c/{tokens.claim(claim.id)}",
            "waiting": f"/c/{tokens.claim(waiting.id)}",
            "closed": f"/r/{tokens.share(ShareLink(paused.program_id, elsewhere.id))}",
            "unknown": "/r/nonsense",
            "program": f"/join/{stand.slug}/{stand.program_id}",
            "terms": f"/join/{stand.slug}/{stand.program_id}/terms",
            "mailed": f"/m/{tokens.timed('sign-in', [link.id, 0])}",
            "signed_out": "/me/signed-out",
            "me": "/me",
            "card": f"/me/card/{stand.program_id}",
            "outbox": "/outbox",
        }


def _store(session: object, stand: Stand) -> object:
    from app.models import Store

    return session.get_one(Store, stand.store_id)  # type: ignore[attr-defined]


def signed_in(page: Page, server: str, stand: Stand) -> None:
    """The page's browser is Sara's."""
    token = tokens.timed("me", [stand.store_id, stand.person_id])
    page.context.add_cookies([{"name": "goodword_me", "value": token, "url": f"{server}/me"}])


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    server: str, stand: Stand, browser: Browser, addresses: dict[str, str], lang: str, scheme: str
) -> None:
    found: dict[str, object] = {}
    with page_of(browser, 360, color_scheme=scheme) as page:
        signed_in(page, server, stand)
        for name, path in addresses.items():
            page.goto(f"{server}{path}?lang={lang}")
            # The waiting page turns a ring, and axe reads colours while things move.
            violations = Axe().run(page).response["violations"]
            if violations:
                found[name] = [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]
    assert found == {}


@pytest.mark.parametrize("lang", ["en", "ar", "fa"])
def test_nothing_is_wider_than_its_window_or_refused_by_the_policy(
    server: str, stand: Stand, browser: Browser, addresses: dict[str, str], lang: str
) -> None:
    complaints: list[str] = []
    for width in SIZES.values():
        with page_of(browser, width) as page:
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            signed_in(page, server, stand)
            for name, path in addresses.items():
                page.goto(f"{server}{path}?lang={lang}")
                root = "document.documentElement"
                if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
                    complaints.append(f"{name} is wider than {width} pixels")
    assert [each for each in complaints if "status of 4" not in each] == []


def test_the_whole_tap_works_without_a_script(server: str, stand: Stand, browser: Browser) -> None:
    with page_of(browser, 360, java_script_enabled=False) as page:
        page.goto(f"{server}{stand.path}")
        page.get_by_role("button", name="Get my code").click()
        assert page.get_by_role("heading", name="Your code is ready").is_visible()
        code = page.locator("#plain-code").input_value()
    (claim,) = stand.claims()
    assert stand.coupon(claim.coupon_id).code == code


def test_the_page_that_waits_shows_the_code_by_itself(server: str, stand: Stand, browser: Browser) -> None:
    with stand.db.begin() as session:
        for coupon in session.query(Coupon):
            coupon.state = "revoked"
    with page_of(browser, 360) as page:
        page.goto(f"{server}{stand.path}")
        page.get_by_role("button", name="Get my code").click()
        assert page.get_by_role("heading", name="Ready in a moment").is_visible()
        (claim,) = stand.claims()
        stand.fill(1)
        with stand.db.begin() as session:
            fresh = session.query(Coupon).filter_by(state="ready").one()
            fresh.state = "claimed"
            waiting = session.get_one(Claim, claim.id)
            waiting.coupon_id, waiting.state = fresh.id, "ready"
        page.get_by_role("heading", name="Your code is ready").wait_for(timeout=10_000)


def test_the_code_is_copied_and_the_address_can_be_kept(server: str, stand: Stand, browser: Browser) -> None:
    with page_of(browser, 360, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{server}{stand.path}?c=wa")
        page.get_by_role("button", name="Get my code").click()
        page.get_by_role("button", name="Copy the code").click()
        page.get_by_role("button", name="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert re.fullmatch("/c/[^/]+", urlsplit(page.url).path)
        page.reload()  # a reload asks nothing and sends nothing twice
        assert page.get_by_role("heading", name="Your code is ready").is_visible()
    (claim,) = stand.claims()
    assert stand.coupon(claim.coupon_id).code == copied


def test_the_keyboard_alone_joins(server: str, stand: Stand, browser: Browser) -> None:
    with page_of(browser, 1280) as page:
        page.goto(f"{server}/join/{stand.slug}")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Skip to the page itself"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Lea")
        page.keyboard.press("Tab")
        page.keyboard.type("lea@mail.shop")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Look into your inbox").wait_for()
        page.goto(f"{server}/outbox")
        page.locator("a[href*='/m/']").click()
        page.get_by_role("button", name="Make my link").press("Enter")
        page.get_by_role("heading", name="Hello Lea").wait_for()


@pytest.mark.parametrize("state", ["live", "paused"])
def test_a_program_of_each_state_is_drawn(server: str, stand: Stand, browser: Browser, state: str) -> None:
    with stand.db.begin() as session:
        session.get_one(Program, stand.program_id).state = state
    with page_of(browser, 360) as page:
        signed_in(page, server, stand)
        page.goto(f"{server}/me")
        assert page.get_by_role("heading", name="Your friends").is_visible()
        assert page.get_by_role("heading", name="Share your link").is_visible() == (state == "live")
