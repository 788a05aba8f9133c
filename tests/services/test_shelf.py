"""The shelf: waiting friends, pauses, versions that share an offer, and taps beside the worker (R10, R11, R12)."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from app import clock as app_clock
from app.models import Advocate, Claim, Coupon, Effect, ProgramVersion
from app.services import claims, programs, shelf
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road


def account(road: Road) -> int:
    with road.db.begin() as session:
        return factories.account(session).id


def wait_in_line(road: Road) -> int:
    """The shelf is dry and a friend waits."""
    with road.db.begin() as session:
        session.execute(update(Coupon).where(Coupon.state == "ready").values(state="claimed"))
    with road.db.begin() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        return claims.issue(session, session.get_one(Advocate, road.advocate_id), version, "nonce", locale="en")


def test_r10_friend_who_waits_when_the_program_is_paused_gets_a_code(road: Road) -> None:
    claim_id = wait_in_line(road)
    programs.set_state(road.store_id, account(road), road.program_id, "paused")
    with road.db.begin() as session:
        session.execute(update(Effect).values(state="done"))
    shelf.refill_now(road.version_id)
    with road.db.read() as session:
        fingerprint = session.get_one(ProgramVersion, road.version_id).fingerprint
    shelf.retire_now(road.store_id, fingerprint)  # comes between the planning and the pushing
    road.work()
    (claim,) = road.rows(Claim, id=claim_id)
    assert claim.state == "ready"
    assert len(road.rows(Coupon, state="ready")) == 0


def test_r11_new_version_with_the_same_offer_keeps_the_shelf(road: Road, clock: FrozenClock) -> None:
    with road.db.begin() as session:
        from app.domain.offers import offer_fingerprint

        version = session.get_one(ProgramVersion, road.version_id)
        fingerprint = offer_fingerprint(version.rules)
        session.execute(update(Coupon).values(fingerprint=fingerprint))
        version.fingerprint = fingerprint
        rules = replace(version.rules, hold_days=14)
    before = set(road.shop.coupons)
    programs.save_version(road.store_id, account(road), road.program_id, "Tea", rules)
    clock.advance(days=2)
    road.work()
    assert set(road.shop.coupons) == before


def test_r12_coupon_claimed_while_its_shelf_is_retired_stays_the_friends(road: Road) -> None:
    """The tap commits between the worker's look at the shelf and its writing."""
    if road.db.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time there")
    with road.db.begin() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        taken = shelf.take(session, version, app_clock.now() + timedelta(days=14))
        assert taken is not None
        session.flush()
        done = threading.Event()

        def retire() -> None:
            shelf.retire_now(road.store_id, version.fingerprint)
            done.set()

        worker = threading.Thread(target=retire)
        worker.start()
        done.wait(1)
    worker.join(10)
    (coupon,) = road.rows(Coupon, id=taken.coupon_id)
    assert coupon.state == "claimed"
