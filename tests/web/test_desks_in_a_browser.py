"""The desks in Chromium: nothing for axe to find, nothing wider than the phone, and what scripts add."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app import clock as app_clock
from app.config import Settings
from app.extensions import Database
from app.models import Account, Coupon, Effect, ProgramVersion, Store, StoreDay, StoreLook
from app.services import accounts, decisions, effects, intake, support
from app.services.support import Act
from integrations.contract import RawRequest
from integrations.registry import PLATFORMS
from tests import factories
from tests.scenes import Scene

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
SIZES = {"phone": (360, 800), "desk": (1280, 900)}


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    """A store in which everything that pages show has happened."""
    with db.begin() as session:
        decisions.settle(session, scene.store_id, scene.order_ref)
        store = session.get_one(Store, scene.store_id)
        session.get_one(Account, scene.account_id).runs_server = True
        version = session.get_one(ProgramVersion, scene.version_id)
        factories.visits(session, session.get_one(factories.programs.Advocate, scene.advocate_id), 5)
        factories.coupon(session, version)
        facts = {
            "name": "Leaf & Kettle",
            "home_url": "https://tea.test",
            "timezone": "Europe/Berlin",
            "currency": "EUR",
        }
        installation = factories.installation(session, store, facts=facts, platform=PLATFORMS[0].key)
        packed = intake.pack(RawRequest("POST", "/webhooks/x/y", "", (("Host", "refer.test"),), b'{"total": "5.00"}'))
        factories.message(session, installation, request=packed, id=1)
        effects.owe(session, store.id, "push_coupons", "store", lane="coupons")
        session.query(Effect).update({"state": "stopped", "reason": "key_read_only"})
        now = app_clock.now()
        looked = {"looked_at": now, "next_at": now}
        for kind, problem in (("webhooks", "role_missing"), ("orders", "key_unknown"), ("days", "")):
            session.add(StoreLook(store_id=store.id, kind=kind, problem=problem, memory={}, **looked))
        counted = {"in_store": 30, "known": 29, "gone": 1, "untold": 2, "slowest_seconds": 9000}
        counted |= {"until": now, "compared_at": now, "untold_from": now, "untold_until": now}
        session.add(StoreDay(store_id=store.id, day=now.date(), **counted))
        slug = store.slug
    act = Act(store_id=scene.store_id, account_id=scene.account_id, reason="the customer called")
    support.reject(act, scene.order_ref)
    support.add_note(act, f"person:{scene.person_id}")
    return slug


@pytest.fixture
def page(browser_page: Page, server: str, settings: Settings, scene: Scene) -> Page:
    """The owner's browser, signed in."""
    browser_page.goto(accounts.one_time_sign_in(settings.public_url, scene.account_id))
    browser_page.click("main button")
    browser_page.wait_for_url("**/s/**")
    return browser_page


def places(scene: Scene, slug: str) -> list[str]:
    program = f"programs/{scene.program_id}"
    return [
        *("", "programs", program, "programs/new", f"{program}/edit", f"{program}/test", "team", "connection"),
        *("support", f"people/{scene.person_id}", f"orders/{scene.order_ref}"),
        *("messages", "messages/1", "waiting", "audit", "/account", "/desk", "/server", "/connect"),
        *("connection/disconnect", f"/connect/{PLATFORMS[0].key}?at={slug}", "/connect/done/1"),
        f"/p/{PLATFORMS[0].key}/return?success=1",
    ]


def faults(page: Page) -> list[str]:
    """What axe finds, with where."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize(
    ("size", "locale", "scheme"),
    [("phone", "en", "light"), ("desk", "en", "dark"), ("phone", "ar", "dark"), ("desk", "fa", "light")],
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    page: Page, server: str, slug: str, scene: Scene, size: str, locale: str, scheme: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for place in places(scene, slug):
        answer = page.goto(urljoin(f"{server}/s/{slug}/", place) + ("&" if "?" in place else "?") + f"lang={locale}")
        assert answer is not None
        assert answer.status in (200, 422), place
        for closed in page.query_selector_all("details:not([open]) > summary"):
            closed.evaluate("summary => { summary.parentElement.open = true }")
        assert faults(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place


def test_summary_follows_the_form_while_it_is_filled_in(page: Page, server: str, slug: str) -> None:
    page.goto(f"{server}/s/{slug}/programs/new")
    assert not page.locator("[name=friend_amount]").is_visible(), "only what the choice asks for is shown"
    page.fill("[name=name]", "Tea")
    page.check("[name=friend_kind][value=fixed]")
    page.fill("[name=friend_amount]", "5")
    page.fill("[name=minimum]", "40")
    page.locator("#promise", has_text="€5 off on an order from €40").wait_for()


def test_acts_are_done_by_keyboard_alone(page: Page, server: str, slug: str, scene: Scene, db: Database) -> None:
    page.goto(f"{server}/s/{slug}/orders/{scene.order_ref}")
    page.focus("text=Approve")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("it was a mistake")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The order counts now.")


def test_test_order_page_moves_on_by_itself(page: Page, server: str, slug: str, scene: Scene, db: Database) -> None:
    page.goto(f"{server}/s/{slug}/programs/{scene.program_id}/test")
    page.click("text=Take a test code")
    page.wait_for_selector(".ticket .code")
    code = (page.inner_text(".ticket .code") or "").replace(" ", "").replace("\n", "")
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        assert session.query(Coupon).filter_by(code=code).one()
        placed = factories.order_with_code(session, store, code)
        decisions.settle(session, scene.store_id, placed.order_ref)
    page.wait_for_selector(f"text=#{placed.number}", timeout=15_000)


def test_invitation_is_copied(page: Page, server: str, slug: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server}/s/{slug}/team")
    page.fill("[name=email]", "lea@shop.test")
    page.click("text=Make an invitation")
    page.click("button[data-copy]")
    assert "/invitations/" in page.evaluate("navigator.clipboard.readText()")
