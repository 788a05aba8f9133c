"""The owner's ledger: what is owed in each currency, a month's sums, and a file that an accountant can open."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from app import formats
from app.extensions import Database
from app.models import Order, Store
from app.queries import ledger
from app.services import decisions
from tests import factories
from tests.scenes import Scene
from tests.web.desks import Desk, signed_in

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    """The store's name in addresses; its one referral has been decided."""
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


def rows_of(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.removeprefix("\ufeff"))))


def test_what_is_owed_and_what_the_month_brought(desk: Desk, slug: str) -> None:
    page = words(desk.get(f"/s/{slug}/ledger").text)
    assert "EUR €10.00 €0.00 €10.00 €0.00" in page
    assert "March 2026" in page
    assert "Promised 1 €10.00" in page


@pytest.mark.parametrize(("locale", "month"), [("ar", "مارس ٢٠٢٦"), ("fa", "اسفند ۱۴۰۴")])
def test_months_are_those_of_the_reader(desk: Desk, slug: str, locale: str, month: str) -> None:
    assert month in desk.get(f"/s/{slug}/ledger?lang={locale}").text


def test_the_file_has_every_entry_with_its_order_as_numbers_that_add_up(desk: Desk, slug: str, scene: Scene) -> None:
    answer = desk.get(f"/s/{slug}/ledger.csv")
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    (row,) = rows_of(answer.text)
    assert (row["What"], row["Currency"], row["Amount"]) == ("Promised", "EUR", "10.00")
    assert row["Customer’s code"] == scene.advocate_code


def test_a_number_that_would_be_a_formula_is_none(db: Database, desk: Desk, slug: str, scene: Scene) -> None:
    with db.begin() as session:
        session.query(Order).update({"number": '=HYPERLINK("http://evil.test")'})
    (row,) = rows_of(desk.get(f"/s/{slug}/ledger.csv").text)
    assert row["Order"].startswith("'=")


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "0001-01-01", "9999-12-31"])
def test_no_such_month_is_no_page(desk: Desk, slug: str, day: str) -> None:
    assert desk.get(f"/s/{slug}/ledger?day={day}").status_code == 404
    assert desk.get(f"/s/{slug}/ledger?day={day}&lang=fa").status_code == 404


def test_a_month_without_entries_says_so_and_leads_on(desk: Desk, slug: str) -> None:
    page = desk.get(f"/s/{slug}/ledger?day=2026-02-11").text
    assert "No entry in this month" in page
    assert "day=2026-03-01" in page


def test_an_agent_sees_no_ledger(app: Flask, db: Database, scene: Scene, slug: str) -> None:
    with db.begin() as session:
        agent = factories.account(session)
        factories.member(session, session.get_one(Store, scene.store_id), agent, "agent")
        agent_id = agent.id
    assert signed_in(app, agent_id).get(f"/s/{slug}/ledger").status_code in (403, 404)


@pytest.mark.parametrize(
    ("day", "locale", "first", "following"),
    [
        (date(2026, 11, 25), "en", date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 12, 31), "ar", date(2026, 12, 1), date(2027, 1, 1)),
        (date(2026, 3, 20), "fa", date(2026, 2, 20), date(2026, 3, 21)),  # the last month of 1404
        (date(2026, 3, 21), "fa", date(2026, 3, 21), date(2026, 4, 21)),  # new year's day
    ],
)
def test_a_month_of_each_calendar(day: date, locale: str, first: date, following: date) -> None:
    assert formats.month(day, locale) == (first, following)


def test_entries_are_read_page_by_page(db: Database, scene: Scene, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "PAGE", 1)
    found = list(ledger.entries(scene.store_id, datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)))
    assert [entry.kind for entry in found] == ["earned"]
