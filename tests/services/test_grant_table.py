"""What becomes of each form that the store keeps, through everything that may happen to it (R5, R7, R10): a table, over
the paper shop's road, since no platform that has them is here yet. tests/e2e/test_reward_forms.py has the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.programs import Rules
from integrations.events import OrderStatus
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road
from tests.services.test_grants import CARD, CREDIT, TAG

CASES = ("earned", "partly", "refunded", "cancelled", "restored", "over cap")
# A friend's order is 40.00 of goods and needs 30.00; "partly" gives 5.00 back. Credit and cards do not run out, and
# what was bought with them goes back to the account at the shop: so nothing is expired or mirrored here.
TABLE = {
    "store_credit": ("issued 1000, kept", "issued 1000, kept", "revoked 0", "revoked 0", "issued 1000, kept", "capped"),
    "gift_card": ("issued 1000, kept", "issued 1000, kept", "revoked 0", "revoked 0", "issued 1000, kept", "capped"),
    # Whoever has the tag keeps it while another friend still earns it.
    "tag": ("issued 1, kept", "issued 1, kept", "revoked 0", "revoked 0", "issued 1, kept", "capped"),
}
KINDS = {reward.kind.value: reward for reward in (CREDIT, CARD, TAG)}


@pytest.fixture
def rules(request: pytest.FixtureRequest) -> Rules:
    return replace(factories.RULES, reward=KINDS[request.getfixturevalue("kind")], cap_rewards=4)


def cell(road: Road, ref: str) -> str:
    reward = road.reward(ref)
    if reward is None:
        found = road.attribution(ref)
        assert found is not None
        return {"cap_reached": "capped"}[found.reason]
    books = "" if road.balance(ref) == 0 else f", owed {road.balance(ref)}"
    return f"{reward.state} {reward.worth_minor}" + books + (", kept" if reward.state == "issued" else "")


@pytest.mark.parametrize("kind", KINDS)
def test_r5_r7_r10_what_becomes_of_each_form_that_the_store_keeps(road: Road, clock: FrozenClock, kind: str) -> None:
    road.shop.keeper.accounts["sara@mail.test"] = "c7"
    refs = dict(zip(CASES, map(str, range(1001, 1007)), strict=True))
    for case in ("cancelled", "earned", "partly", "refunded", "restored", "over cap"):
        _, code = road.claim()
        road.see(road.shop.order(refs[case], codes=[code]))
        if case == "cancelled":
            road.see(road.shop.cancel(refs[case]))
        if case == "partly":
            road.see(road.shop.refund(refs[case], 500, "r1"))
        if case == "restored":
            road.see(road.shop.cancel(refs[case]))
            again = {"status": OrderStatus.PROCESSING, "status_word": "processing", "cancelled_at": None}
            road.see(road.shop.change(refs[case], **again))
        clock.advance(seconds=5)
    clock.advance(days=31)
    road.work()
    kept, over_cap = len(road.shop.keeper.kept), cell(road, refs["over cap"])
    road.see(road.shop.refund(refs["refunded"], 4000, "r2"))
    road.work()
    found = {case: cell(road, ref) for case, ref in refs.items()}
    assert found | {"over cap": over_cap} == dict(zip(CASES, TABLE[kind], strict=True))
    assert found["over cap"].endswith("kept")  # the refund made room below the cap
    assert (kept, len(road.shop.keeper.kept)) == ((4, 5) if kind == "tag" else (4, 4))
