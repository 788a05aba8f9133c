"""The owner's desk: numbers with their definitions, programs from form to version, the team, the connection."""

from __future__ import annotations

import re

import pytest
import wtforms
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.extensions import Database
from app.models import AuditEntry, Claim, Coupon, Program, ProgramVersion, Store
from app.services import decisions
from app.web.owner.fields import FigureField
from tests import factories
from tests.scenes import Scene
from tests.web.desks import Desk, signed_in

ANSWERS = {
    "name": "Tea for two",
    "friend_kind": "percent",
    "friend_percent": "15",
    "minimum": "30",
    "friend_days": "14",
    "new_customers_only": "y",
    "reward_kind": "fixed",
    "reward_amount": "10",
    "reward_days": "180",
    "trigger": "paid",
    "hold_days": "30",
    "window_days": "30",
    "approval": "never",
    "unproven": "ask",
    "doubt_days": "7",
    "budget_period": "whole",
    "margin_limit": "50",
}


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    """The store's name in addresses."""
    with db.begin() as session:
        decisions.settle(session, scene.store_id, scene.order_ref)
        return session.get_one(Store, scene.store_id).slug


@pytest.fixture
def desk(app: Flask, scene: Scene, slug: str) -> Desk:
    """The owner at the desk."""
    return signed_in(app, scene.account_id)


def words(page: str) -> str:
    """The page's text without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- numbers ---


@pytest.mark.parametrize(("locale", "revenue"), [("en", "€50.00"), ("ar", "٥٠٫٠٠"), ("fa", "۵۰٫۰۰")])
def test_overview_speaks_the_language_with_its_digits(desk: Desk, slug: str, locale: str, revenue: str) -> None:
    page = desk.get(f"/s/{slug}/?lang={locale}")
    assert f'<html lang="{locale}"' in page.text
    assert revenue in words(page.text)


def test_every_number_has_its_definition_on_the_page(desk: Desk, slug: str) -> None:
    page = desk.get(f"/s/{slug}/").text
    for label in re.findall(r"<dt>([^<]+)</dt><dd>", page.split('class="tiles"')[1].split("</dl>")[0]):
        assert page.count(label) >= 2, f"{label} has no definition"


def test_nothing_divided_by_nothing_is_no_number(app: Flask, db: Database, scene: Scene, desk: Desk) -> None:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        factories.visits(session, session.get_one(factories.programs.Advocate, scene.advocate_id), 2)
        other = factories.store(session)
        factories.member(session, other, session.get_one(factories.stores.Account, scene.account_id))
        version = factories.program(session, other)
        factories.advocate(session, version, factories.person(session, other))
        factories.installation(session, other)
        assert store.slug != other.slug
    page = words(desk.get(f"/s/{other.slug}/").text)
    assert "Cost for a new customer n/a" in page


def test_new_store_is_told_what_to_do(db: Database, scene: Scene, desk: Desk) -> None:
    with db.begin() as session:
        other = factories.store(session)
        factories.member(session, other, session.get_one(factories.stores.Account, scene.account_id))
    page = desk.get(f"/s/{other.slug}/").text
    assert "/connect" in page
    assert 'class="tiles"' not in page


def test_unknown_period_is_thirty_days(desk: Desk, slug: str) -> None:
    for asked in ("31", "x", "-1", ""):
        assert desk.get(f"/s/{slug}/?days={asked}").status_code == 200


# --- programs ---


def newest(db: Database, program_id: int) -> ProgramVersion:
    with db.read() as session:
        where = ProgramVersion.program_id == program_id
        return session.scalars(select(ProgramVersion).where(where).order_by(ProgramVersion.number.desc())).first()  # type: ignore[return-value]


def test_new_program_is_previewed_reviewed_and_saved(desk: Desk, db: Database, slug: str) -> None:
    form = f"/s/{slug}/programs/new"
    preview = words(desk.post(form, **ANSWERS, step="preview").text)
    assert "A friend gets 15% off on an order from €30" in preview
    review = desk.post(form, **ANSWERS, step="review")
    assert "a coupon worth €10" in words(review.text)
    with db.read() as session:
        assert len(session.scalars(select(Program)).all()) == 1, "nothing is saved before it was looked over"
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', review.text.split("<main")[1]))
    hidden.pop("csrf_token")
    answer = desk.post(form, **hidden, step="save")
    assert answer.status_code == 302
    made = newest(db, int(answer.location.rsplit("/", 1)[1]))
    assert made.rules == factories.RULES


@pytest.mark.parametrize("typed", ["12.5", "١٢٫٥", "۱۲٫۵", "12.5 %", "12,5", "12,50%", "۱۲،۵"])
def test_numbers_are_read_in_anybodys_digits(desk: Desk, db: Database, slug: str, typed: str) -> None:
    answer = desk.post(f"/s/{slug}/programs/new", **(ANSWERS | {"friend_percent": typed}), step="save")
    assert newest(db, int(answer.location.rsplit("/", 1)[1])).rules.friend.basis_points == 1250


@pytest.mark.parametrize(
    ("typed", "places", "minor"),
    [
        ("7,5", 2, 750),
        ("12,50", 2, 1250),
        ("0,5", 2, 50),
        ("1,500", 2, 150_000),
        ("1,500.50", 2, 150_050),
        ("1.500,50", 2, 150_050),
        ("1 500,50", 2, 150_050),
        ("1.500.000", 2, 150_000_000),
        ("۱٬۵۰۰٬۰۰۰", 0, 1_500_000),
        ("١٬٥٠٠٫٥٠", 2, 150_050),
        ("1.500", 3, 1500),
        ("0,250", 2, 25),
        ("1.500", 2, None),
        ("1.500", 0, None),
        ("1,500", 3, None),
        ("1,2,3", 2, None),
        ("12.50.1", 2, None),
        ("1,50,000", 2, None),
    ],
)
def test_a_mark_parts_decimals_where_its_writer_means_it_and_nothing_is_guessed(
    typed: str, places: int, minor: int | None
) -> None:
    class Form(wtforms.Form):
        figure = FigureField("Figure", places=places)

    form = Form(MultiDict({"figure": typed}))
    assert form.validate() == (minor is not None)
    if minor is not None:
        assert form.figure.read() == minor


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"friend_percent": "150"}, "friend_percent"),
        ({"friend_percent": "x"}, "friend_percent"),
        ({"friend_percent": "1e9999"}, "friend_percent"),
        ({"friend_percent": "NaN"}, "friend_percent"),
        ({"hold_days": "400"}, "hold_days"),
        ({"hold_days": "1.5"}, "hold_days"),
        ({"minimum": "10"}, "minimum"),
        ({"name": ""}, "name"),
        ({"reward_amount": ""}, "reward_amount"),
        ({"minimum": "30.005"}, "minimum"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(desk: Desk, slug: str, changed: dict[str, str], field: str) -> None:
    page = desk.post(f"/s/{slug}/programs/new", **(ANSWERS | changed), step="save")
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text


def test_too_generous_a_program_says_what_would_mend_it(desk: Desk, slug: str) -> None:
    page = desk.post(f"/s/{slug}/programs/new", **(ANSWERS | {"minimum": "10"}), step="review")
    assert "Ask for orders from €28.58" in words(page.text)


def test_change_is_shown_before_it_is_saved(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    form = f"/s/{slug}/programs/{scene.program_id}/edit"
    review = words(desk.post(form, **(ANSWERS | {"hold_days": "14"}), step="review").text)
    assert "The reward waits for returns 30 days 14 days" in review
    assert newest(db, scene.program_id).number == 1
    desk.post(form, **(ANSWERS | {"hold_days": "14"}), step="save")
    assert newest(db, scene.program_id).rules.hold_days == 14
    history = words(desk.get(f"/s/{slug}/programs/{scene.program_id}").text)
    assert "Version 2 The reward waits for returns 30 days → 14 days" in history


def test_edit_form_stands_as_the_rules_do(desk: Desk, scene: Scene, slug: str) -> None:
    page = desk.get(f"/s/{slug}/programs/{scene.program_id}/edit").text
    for field, value in (("friend_percent", "15"), ("minimum", "30"), ("reward_amount", "10"), ("hold_days", "30")):
        shown = re.search(rf'<input[^>]*name="{field}"[^>]*>', page)
        assert shown
        assert f'value="{value}"' in shown[0]


def test_program_is_switched(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    page = f"/s/{slug}/programs/{scene.program_id}"
    for state in ("paused", "live", "ended"):
        desk.post(f"{page}/state", page=page, state=state)
        with db.read() as session:
            assert session.get_one(Program, scene.program_id).state == state
    desk.post(f"{page}/state", page="/account", state="live")
    assert "not possible" in desk.get(page).text


def test_nonsense_states_are_refused(desk: Desk, scene: Scene, slug: str) -> None:
    page = f"/s/{slug}/programs/{scene.program_id}"
    desk.post(f"{page}/state", page=page, state="draft")
    assert "not possible" in desk.get(page).text


# --- the test order ---


def test_test_order_takes_a_marked_code_and_is_followed(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    with db.begin() as session:
        handed = factories.coupon(session, session.get_one(ProgramVersion, scene.version_id))
    page = f"/s/{slug}/programs/{scene.program_id}/test"
    desk.post(page)
    assert handed.code[:3] in desk.get(page).text
    with db.read() as session:
        claim = session.scalars(select(Claim).where(Claim.is_test.is_(True))).one()
    assert claim.coupon_id == handed.id
    assert desk.get(f"{page}/progress").json == {"reached": 1, "ready": False}
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        placed = factories.order_with_code(session, store, session.get_one(Coupon, handed.id).code)
        decisions.settle(session, scene.store_id, placed.order_ref)
    assert desk.get(f"{page}/progress").json == {"reached": 3, "ready": False}
    assert f"#{placed.number}" in desk.get(page).text
    assert "€50.00" in words(desk.get(f"/s/{slug}/").text), "the test counts nowhere"


def test_test_order_needs_a_live_program(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    with db.begin() as session:
        session.get_one(Program, scene.program_id).state = "paused"
    page = f"/s/{slug}/programs/{scene.program_id}/test"
    desk.post(page)
    assert "live" in words(desk.get(page).text)
    assert desk.get(f"{page}/progress").status_code == 404


# --- team and connection ---


def test_invitation_is_shown_to_copy(desk: Desk, slug: str) -> None:
    page = desk.post(f"/s/{slug}/team", email="lea@shop.test", role="agent").text
    assert "http://refer.test/invitations/" in page
    assert "lea@shop.test" not in page.split("invitation-link")[1].split("</div>")[0]


def test_members_change_and_leave(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    with db.begin() as session:
        lea = factories.account(session, name="Zohreh")
        factories.member(session, session.get_one(Store, scene.store_id), lea, "agent")
    team = f"/s/{slug}/team"
    desk.post(f"{team}/{lea.id}/role", page=team, role="owner")
    desk.post(f"{team}/{lea.id}/remove", page=team)
    assert "Zohreh" not in desk.get(team).text
    desk.post(f"{team}/{scene.account_id}/remove", page=team)
    assert "at least one owner" in desk.get(team).text
    with db.read() as session:
        assert [row.verb for row in session.scalars(select(AuditEntry))] == ["change_role", "remove_member"]


def test_connection_page_shows_facts_and_no_secret(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    assert "not connected" in desk.get(f"/s/{slug}/connection").text
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        facts = {
            "name": "Leaf & Kettle",
            "home_url": "https://tea.test",
            "currency": "EUR",
            "timezone": "Europe/Berlin",
        }
        factories.installation(session, store, facts=facts, credentials=b'{"secret":"cs_very_secret"}')
    page = desk.get(f"/s/{slug}/connection").text
    assert "Europe/Berlin" in page
    assert "very_secret" not in page
