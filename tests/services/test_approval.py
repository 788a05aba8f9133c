"""Rewards that wait for a person (R5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.programs import Approval, Rules
from app.services import support
from app.services.support import Act
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
