"""Rewards that wait for a person (R5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.programs import Approval, Rules, Unproven
from app.models import ProgramVersion
from app.services import support
from app.services.support import Act
from integrations.events import Buyer
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.road import Road


@pytest.fixture
def rules() -> Rules:
    """Every reward is approved by hand."""
    return replace(factories.RULES, approval=Approval.ALWAYS)


def test_r5_reward_waits_quietly_for_approval(road: Road, clock: FrozenClock) -> None:
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code]))
    clock.advance(days=31)
    calls = len(road.shop.calls)
    road.work()
    reward = road.reward("1001")
    assert reward is not None
    assert (reward.state, reward.reason) == ("held", "waiting_approval")
    assert len(road.shop.calls) - calls < 6
    with road.db.begin() as session:
        agent = Act(store_id=road.store_id, account_id=factories.account(session).id, reason="Looks fine.")
    support.approve(agent, "1001")
    road.work()
    assert len(road.reward_coupons()) == 1


def nobody_known(road: Road, policy: Unproven) -> str:
    """An order that says nothing of its buyer, in a program with this policy; the hold has passed."""
    with road.db.begin() as session:
        version = session.get_one(ProgramVersion, road.version_id)
        version.rules = replace(version.rules, approval=Approval.NEVER, unproven=policy)
    _, code = road.claim()
    road.see(road.shop.order("1001", codes=[code], buyer=Buyer()))
    return "1001"


def test_r4_an_unknown_buyer_waits_for_a_person_and_earns_when_approved(road: Road, clock: FrozenClock) -> None:
    ref = nobody_known(road, Unproven.ASK)
    attribution = road.attribution(ref)
    assert attribution is not None
    assert (attribution.state, attribution.reason) == ("qualified", "newness_unproven")
    clock.advance(days=31)
    road.work()
    reward = road.reward(ref)
    assert reward is not None
    assert (reward.state, reward.reason) == ("held", "waiting_approval")
    with road.db.begin() as session:
        agent = Act(store_id=road.store_id, account_id=factories.account(session).id, reason="I know her.")
    support.approve(agent, ref)
    road.work()
    assert len(road.reward_coupons()) == 1


@pytest.mark.parametrize(
    ("policy", "state", "coupons"), [(Unproven.REFUSE, "rejected", 0), (Unproven.ACCEPT, "qualified", 1)]
)
def test_r4_an_unknown_buyer_is_refused_or_accepted_as_the_owner_chose(
    road: Road, clock: FrozenClock, policy: Unproven, state: str, coupons: int
) -> None:
    ref = nobody_known(road, policy)
    attribution = road.attribution(ref)
    assert attribution is not None
    assert attribution.state == state
    clock.advance(days=31)
    road.work()
    assert len(road.reward_coupons()) == coupons
