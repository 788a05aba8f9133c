"""Several programs of one store never pay twice for one order (R3)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.domain.programs import AdvocateReward, RewardKind
from app.models import Attribution, Reward, Store
from tests import factories
from tests.road import Road


@pytest.mark.parametrize("theirs", [500, 700])
def test_r3_an_order_with_codes_of_two_programs_pays_once(road: Road, theirs: int) -> None:
    """The larger discount decides, whichever program it belongs to (R2)."""
    rules = replace(factories.RULES, reward=AdvocateReward(kind=RewardKind.FIXED, amount_minor=700))
    with road.db.begin() as session:
        store = session.get_one(Store, road.store_id)
        other = factories.program(session, store, rules, fingerprint="b" * 16)
        omid = factories.advocate(session, other, factories.person(session, store, email="omid@mail.test"))
        handed = factories.coupon(session, other, state="claimed")
        factories.claim(session, other, omid, coupon=handed)
        code, program_id = handed.code, other.program_id
    _, ours = road.claim()
    order = road.shop.order("1001", codes=[ours, code])
    discounts = {ours: 600, code: theirs}
    codes = tuple(replace(used, discount=replace(used.discount, minor=discounts[used.code])) for used in order.codes)
    for source in ("webhook", "reconcile"):
        road.see(road.shop.change("1001", codes=codes), source)
    with road.db.read() as session:
        attributions = session.scalars(select(Attribution)).all()
        rewards = session.scalars(select(Reward)).all()
    wins = program_id if theirs > 600 else road.program_id
    assert [each.program_id for each in attributions] == [wins]
    assert [each.program_id for each in rewards] == [wins]
    assert [each.worth_minor for each in rewards] == [700 if theirs > 600 else 1000]
