"""Between real processes: messages get lost, a secret is changed in the shop; after the next look all is known once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app import extensions
from app.models import AuditEntry, InboxMessage, Order, Reward, StoreDay
from tests.e2e.test_story import Story, story

__all__ = ["story"]  # a fixture: pytest finds it here
pytestmark = pytest.mark.slow
NAMES = ("Anna", "Bob", "Cleo", "Dirk")


def messages() -> int:
    with extensions.db.read() as session:
        return session.scalar(select(func.count()).select_from(InboxMessage)) or 0


def test_lost_messages_and_a_changed_secret_are_made_good(story: Story) -> None:
    story.shop.keep("mishap", drop_percent="30")
    numbers = [story.buy(name) for name in NAMES]
    story.shop.keep("mishap", drop_percent="0")
    api = story.town._signed()
    base = f"{story.town.shop_url}/wp-json/wc/v3/webhooks"
    for hook in api.get(base, timeout=30).json():
        assert api.put(f"{base}/{hook['id']}", json={"secret": "changed in the shop"}, timeout=30).status_code == 200
    numbers.append(story.buy("Erik"))  # every message about it is refused
    for _ in range(4):
        story.pass_days(0.05)
    with extensions.db.read() as session:
        assert sorted(session.scalars(select(Order.order_ref).where(Order.order_ref.in_(numbers)))) == sorted(numbers)
        rewards = session.execute(select(Reward.cause_ref, Reward.state).where(Reward.cause_ref.in_(numbers))).all()
        assert sorted((row.cause_ref, row.state) for row in rewards) == sorted((each, "held") for each in numbers)
        mended = [row.evidence["fault"] for row in session.scalars(select(AuditEntry)) if row.verb == "mend_webhooks"]
        assert "silent" in mended
        days = session.scalars(select(StoreDay)).all()
        assert sum(day.in_store for day in days) == sum(day.known for day in days)
        assert sum(day.untold for day in days) >= 1
    before = messages()
    story.buy("Fien")
    assert messages() > before, "the shop signs with our secret again"
