"""One box finds people, orders and codes however they are written (R13), and only in its own store."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.extensions import Database
from app.models import Coupon, ProgramVersion, Store
from app.queries import search
from app.queries.search import Found
from app.services import searches
from tests import factories
from tests.scenes import Scene


@dataclass(frozen=True)
class People:
    store_id: int
    sara: int
    mariam: int


@pytest.fixture
def people(db: Database, scene: Scene) -> People:
    """Sara Mahdavi of the scene, with a phone, and Mariam Yusufi, who writes her name in Persian."""
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        sara = factories.person(session, store, "Sara Mahdavi", "sara@mail.shop", phone="+49 170 9384756")
        mariam = factories.person(session, store, "مریم یوسفی", "mariam@mail.shop")
        return People(store.id, sara.id, mariam.id)


def found(store_id: int, typed: str) -> Found:
    return search.search(store_id, searches.wanted(store_id, typed))


@pytest.mark.parametrize(
    "typed", ["sara@mail.shop", " SARA@Mail.Shop ", "+49 170 938 47 56", "0170 9384756", "٠١٧٠٩٣٨٤٧٥٦"]
)
def test_person_is_found_by_address(people: People, typed: str) -> None:
    assert [row.person_id for row in found(people.store_id, typed).people] == [people.sara]


@pytest.mark.parametrize("typed", ["مريم", "مریم یوسفی", "يوسفي مر", "یُوسُفی"])
def test_person_is_found_by_name_in_any_spelling(people: People, typed: str) -> None:
    assert [row.person_id for row in found(people.store_id, typed).people] == [people.mariam]


def test_every_word_of_a_name_must_match(people: People) -> None:
    assert [row.person_id for row in found(people.store_id, "mah sar").people][:1] == [people.sara]
    assert found(people.store_id, "sara yusufi").people == ()


def test_addresses_are_masked(people: People) -> None:
    (row,) = found(people.store_id, "sara@mail.shop").people
    assert row.email == "s•••@mail.shop"


@pytest.mark.parametrize("prefix", ["", "#", " # "])
def test_order_is_found_by_number(scene: Scene, prefix: str) -> None:
    (row,) = found(scene.store_id, f"{prefix}{scene.order_ref}").orders
    assert (row.order_ref, row.state) == (scene.order_ref, "qualified")


def test_order_is_found_by_its_buyers_address_although_tied_to_nobody(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        placed = factories.order(session, store)
        factories.order_key(session, store, placed, "lonely@mail.shop")
    result = found(scene.store_id, "lonely@mail.shop")
    assert [(row.order_ref, row.state) for row in result.orders] == [(placed.order_ref, None)]
    assert result.people == ()


def test_code_leads_to_its_advocate_and_its_order(db: Database, scene: Scene) -> None:
    with db.read() as session:
        code = session.scalars(select(Coupon.code).where(Coupon.store_id == scene.store_id)).first()
    assert code is not None
    result = found(scene.store_id, f"{code[:3].lower()} {code[3:6]}-{code[6:]}")
    (row,) = result.codes
    assert (row.code, row.state, row.person_id, row.order_ref) == (code, "used", scene.person_id, scene.order_ref)
    assert [order.order_ref for order in result.orders] == [scene.order_ref]


def test_personal_code_leads_to_its_advocate(scene: Scene) -> None:
    result = found(scene.store_id, scene.advocate_code)
    assert [row.person_id for row in result.people] == [scene.person_id]


@pytest.mark.parametrize("typed", ["", "   ", "a", "%", "'; DROP TABLE people; --", "x" * 5000, "\u200f\u0000"])
def test_nonsense_finds_nothing_and_breaks_nothing(people: People, typed: str) -> None:
    assert found(people.store_id, typed).count == 0


@pytest.mark.parametrize("what", ["sara@mail.shop", "مریم", "order", "code"])
def test_another_store_finds_nothing(db: Database, scene: Scene, people: People, what: str) -> None:
    with db.begin() as session:
        other = factories.store(session).id
    typed = {"order": scene.order_ref, "code": scene.advocate_code}.get(what, what)
    assert found(scene.store_id, typed).count > 0
    assert found(other, typed).count == 0


def test_long_lists_say_that_there_is_more(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        version = session.get_one(ProgramVersion, scene.version_id)
        for number in range(search.MOST + 1):
            made = factories.person(session, store, "Petra", f"petra{number}@mail.shop")
            factories.advocate(session, version, made)
    result = found(scene.store_id, "petra")
    assert len(result.people) == search.MOST
    assert result.more
