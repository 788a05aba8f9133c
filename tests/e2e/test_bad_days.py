"""Between real processes: webhooks switched off, a day without the shop, either side back from yesterday's backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import config, extensions
from app.models import AuditEntry, Coupon, InboxMessage, Order, Reward, Task
from tests.e2e.test_story import Story, story
from tests.services.saved import require_client_programs
from tools.people import Friend, code_on
from tools.shoppers import Buyer

__all__ = ["story"]  # a fixture: pytest finds it here
pytestmark = pytest.mark.slow
LOOK = 0.02  # of a day: longer than a quarter of an hour


def looked_at_again(story: Story, times: int = 4) -> None:
    for _ in range(times):
        story.pass_days(LOOK)


def take_code(story: Story) -> str:
    return Friend().take_code(story.link)


def check_out(story: Story, name: str, code: str) -> str:
    """Bought with a code that was taken before; nobody waits for what comes of it."""
    buyer = Buyer(name, "Maas", f"{name.lower()}@mail.example", address_1=f"{name}weg 7")
    return story.shop.buy(buyer, code=code, pieces=4)


def statement(story: Story) -> str:
    """What the owner's connection page says."""
    return story.owner.desk("connection").text


def known(numbers: list[str]) -> list[str]:
    with extensions.db.read() as session:
        return sorted(session.scalars(select(Order.order_ref).where(Order.order_ref.in_(numbers))))


def rewards(numbers: list[str]) -> list[tuple[str, str]]:
    with extensions.db.read() as session:
        rows = session.execute(select(Reward.cause_ref, Reward.state).where(Reward.cause_ref.in_(numbers)))
        return sorted((row.cause_ref, row.state) for row in rows)


def messages() -> int:
    with extensions.db.read() as session:
        return session.scalar(select(func.count()).select_from(InboxMessage)) or 0


def hooks_are(story: Story, status: str) -> Callable[[], bool]:
    def holds() -> bool:
        return any(
            hook["topic"] == "order.updated" and hook["status"] == status for hook in story.shop.state()["webhooks"]
        )

    return holds


def test_a_webhook_that_the_shop_switched_off_is_on_again_and_nothing_was_missed(story: Story) -> None:
    codes = [take_code(story), take_code(story)]
    story.town.kill("web")
    numbers = [check_out(story, "Anna", codes[0])]
    for status in ("on-hold", "processing") * 4:  # the seventh failure in a row switches it off
        story.shop.keep(f"orders/{numbers[0]}/status", status=status)
        story.shop.keep("run-queue")
    story.town.wait_until(hooks_are(story, "disabled"), "the shop switched the webhook off")
    story.town.start("web")
    numbers.append(check_out(story, "Bob", codes[1]))
    looked_at_again(story)
    assert hooks_are(story, "active")()
    assert known(numbers) == sorted(numbers)
    assert rewards(numbers) == [(number, "held") for number in sorted(numbers)]
    said = statement(story)
    assert "All 2 orders of the last 7 days are known here" in said
    assert "Of 1 order the shop’s message did not come in time" in said, "Bob's order.created still came"
    assert "The shop had switched off its messages to this server. They were switched on again." in said
    with extensions.db.read() as session:
        mended = [
            each.evidence["fault"] for each in session.scalars(select(AuditEntry)) if each.verb == "mend_webhooks"
        ]
    assert mended == ["switched_off"]
    before = messages()
    story.buy("Cleo")
    assert messages() > before


def test_a_shop_that_was_down_for_a_day_is_caught_up_with(story: Story) -> None:
    due = story.buy("Anna")
    code = take_code(story)
    story.pass_days(13.5)
    story.shop.keep("mishap", drop_percent="100")
    unheard = check_out(story, "Bob", code)
    story.shop.keep("mishap", down_seconds="3600")
    for _ in range(4):
        story.pass_days(0.25)
    assert rewards([due, unheard]) == [(due, "held")], "what cannot be read back is not paid"
    assert "At the moment the shop cannot be asked for its orders" in statement(story)
    story.shop.keep("mishap/end")
    looked_at_again(story)
    assert known([due, unheard]) == sorted([due, unheard])
    assert rewards([due, unheard]) == sorted([(due, "issued"), (unheard, "held")])
    assert story.spendable() == ["4.93"]
    said = statement(story)
    assert "cannot be asked" not in said
    assert "Of 1 order the shop’s message did not come in time" in said


def test_rewards_sent_since_yesterdays_backup_are_found_after_a_restore(
    story: Story, engine: str, tmp_path: Path
) -> None:
    require_client_programs(engine, extensions.db)
    numbers = [story.buy("Anna"), story.buy("Bob")]
    story.pass_days(13.5)
    saved = tmp_path / "yesterday"
    story.town.flask("backup", str(saved))
    story.pass_days(1)
    code = code_on(story.sara.page())
    later = story.buy("Cleo")
    assert story.spendable() == ["4.93", "4.93"]
    story.town.kill("web")
    story.town.kill("worker")
    extensions.db.dispose()
    story.town.flask("restore", str(saved), "--replace")
    extensions.connect(config.load(story.town.environment))
    assert rewards(numbers) == [(number, "held") for number in sorted(numbers)]
    assert known([later]) == []
    story.town.start("web", "worker")
    looked_at_again(story)
    assert known([*numbers, later]) == sorted([*numbers, later])
    assert rewards(numbers) == [(number, "issued") for number in sorted(numbers)]
    assert story.spendable() == ["4.93", "4.93"]
    assert code_on(story.sara.page()) == code
    for number in numbers:
        assert sum(amount for _, amount in story.entries(number)) == 0
    said = statement(story)
    assert "The one order of the last 7 days is known here" in said
    assert "Of 1 order the shop’s message did not come in time" in said


def copied(source: Path, target: Path) -> None:
    """The demo store's file as it stands, whatever is still in its log."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def test_a_shop_back_from_yesterdays_backup_counts_as_it_is_now(story: Story, tmp_path: Path) -> None:
    rewarded = story.buy("Anna")
    story.pass_days(13.5)
    code = take_code(story)
    file, saved = Path(story.town.environment["DEMO_DATABASE"]), tmp_path / "yesterday.sqlite"
    copied(file, saved)
    story.pass_days(1)
    assert story.spendable() == ["4.93"]
    replaced, vanished = story.buy("Bob"), story.buy("Cleo")
    take_code(story)
    story.settle()
    story.town.kill("worker")
    story.town.kill("demo")
    for log in ("-wal", "-shm"):
        file.with_name(file.name + log).unlink(missing_ok=True)
    copied(saved, file)
    story.town.start("demo")
    others = [check_out(story, "Olga", "")]
    while int(others[-1]) < int(replaced) - 1:
        others.append(check_out(story, "Olga", ""))
    assert check_out(story, "Dirk", code) == replaced, "the shop gives its numbers a second time"
    story.town.start("worker")
    looked_at_again(story)
    asked_again = story.buy("Bob")  # the shopkeeper told him that his order is lost
    story.pass_days(1.1)  # every coupon is compared once a day
    looked_at_again(story)
    numbers = [rewarded, replaced, asked_again]
    assert known([*numbers, *others]) == sorted({*numbers, *others})
    assert rewards([*numbers, vanished]) == sorted(
        [(rewarded, "issued"), (replaced, "held"), (asked_again, "held"), (vanished, "revoked")]
    )
    with extensions.db.read() as session:
        relied_on = session.scalars(select(Coupon.code).where(Coupon.state.in_(("ready", "claimed")))).all()
        tasks = session.scalars(select(Task.kind)).all()
    assert set(relied_on) <= {coupon["code"].upper() for coupon in story.town.coupons()}
    assert tasks == ["reward_coupon_deleted"], "whether Anna's is sent again is a person's to say"
    said = statement(story)
    assert "orders of the last 7 days are known here" in said
    assert "1 order that was known here is no longer in the shop. Whatever it had earned was taken back." in said
