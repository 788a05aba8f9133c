"""One person is recognised under every spelling of their addresses (R4, R9), and who was known stays known when
normal forms grow."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import Database
from app.models import OrderKey, PersonKey, ProgramVersion, Store
from app.services import people
from app.services.people import Identity
from app.vault import keyed_digest
from integrations.events import Buyer
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road


def reason(road: Road, ref: str) -> str:
    attribution = road.attribution(ref)
    assert attribution is not None
    return attribution.reason


def only_first_form(session: Session, store: Store, table: type[OrderKey] | type[PersonKey], form: str) -> None:
    """Of an e-mail's keys the table holds what it held before there was a second form."""
    first = keyed_digest(store.digest_key, "email", form)
    rows = session.scalars(select(table).where(table.store_id == store.id, table.kind == "email")).all()
    assert any(row.digest == first for row in rows)
    for row in rows:
        if row.digest != first:
            session.delete(row)


@pytest.mark.parametrize(
    ("advocate", "buyer"),
    [
        ("sara@gmail.com", "S.a.r.a+second@googlemail.com"),
        ("sara@icloud.com", "sara+tea@me.com"),
        ("sara.m@pm.me", "sara-m@protonmail.com"),
        ("sara@bücher.de", "SARA@xn--bcher-kva.de"),
    ],
)
def test_r9_an_alias_of_ones_own_mailbox_is_oneself(road: Road, advocate: str, buyer: str) -> None:
    with road.db.begin() as session:
        who = factories.person(session, session.get_one(Store, road.store_id), email=advocate)
        advocate_id = factories.advocate(session, session.get_one(ProgramVersion, road.version_id), who).id
    _, code = road.claim(advocate_id)
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer(email=buyer)))
    assert reason(road, "1001") == "self_referral"


def test_r4_a_customer_who_was_known_by_an_earlier_form_is_no_new_one(road: Road, clock: FrozenClock) -> None:
    road.see(road.shop.order("900", buyer=Buyer(email="karim@me.com")))
    with road.db.begin() as session:
        only_first_form(session, session.get_one(Store, road.store_id), OrderKey, "karim@me.com")
    clock.advance(days=1)
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer(email="Karim+tea@me.com")))
    assert reason(road, "1001") == "not_new"


def test_r4_both_forms_are_kept_so_that_an_alias_is_no_new_customer(road: Road, clock: FrozenClock) -> None:
    road.see(road.shop.order("900", buyer=Buyer(email="karim@me.com")))
    clock.advance(days=1)
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer(email="karim@icloud.com")))
    assert reason(road, "1001") == "not_new"


def test_a_person_who_was_known_by_an_earlier_form_is_found_and_gets_the_later_one(db: Database) -> None:
    with db.begin() as session:
        store = factories.store(session)
        karim = people.meet(session, store, Identity(email="karim@me.com"), "en")
        only_first_form(session, store, PersonKey, "karim@me.com")
        session.flush()
        assert people.find(session, store, Identity(email="karim@icloud.com")) is None
        assert people.meet(session, store, Identity(email="karim@me.com"), "en").id == karim.id
        found = people.find(session, store, Identity(email="karim@icloud.com"))
        assert found is not None
        assert found.id == karim.id


def test_two_who_were_two_by_earlier_forms_each_find_their_own_page(db: Database) -> None:
    with db.begin() as session:
        store = factories.store(session)
        one = people.meet(session, store, Identity(email="karim@me.com"), "en")
        only_first_form(session, store, PersonKey, "karim@me.com")
        session.flush()
        other = people.meet(session, store, Identity(email="karim@icloud.com"), "en")
        assert one.id != other.id
        for _ in range(2):
            assert people.meet(session, store, Identity(email="karim@me.com"), "en").id == one.id
            assert people.meet(session, store, Identity(email="karim@icloud.com"), "en").id == other.id


@pytest.mark.parametrize(
    ("written", "country"),
    [
        *(("0501234561", "SA"), ("٠٥٠١٢٣٤٥٦١", "SA"), ("00966 50 123 4561", None), ("(00966) 501234561", "DE")),
        *(("+966-50-123-4561", "US"), ("966501234561", "SA")),
    ],
)
def test_r9_a_number_is_one_however_it_is_dialled(written: str, country: str | None) -> None:
    assert people.normal_phone(written, country) == "+966501234561"


@pytest.mark.parametrize("written", ["", "0501234561", "00", "0000000000", "call me"])
def test_r9_without_a_country_a_short_number_is_nobodys(written: str) -> None:
    assert people.normal_phone(written, None) is None


def test_r9_a_placeholder_is_nobody_to_match(road: Road, clock: FrozenClock) -> None:
    nobody = Buyer(email="guest@shop.test", phone="000 000 0000", customer_ref=" 0 ")
    road.see(road.shop.order("900", buyer=nobody))
    clock.advance(days=1)
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code], buyer=nobody))
    assert reason(road, "1001") == "newness_unproven"
