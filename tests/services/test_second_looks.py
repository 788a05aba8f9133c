"""An advocate asks a human (R9): once for each order, answered by whatever is decided about it, with words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.errors import DomainError
from app.extensions import Database
from app.models import AuditEntry, Mail, Reward, SecondLook, Store
from app.queries import doubts
from app.services import decisions, second_looks, support
from app.services.support import Act
from tests import factories
from tests.doubtful import make_doubtful, make_refused
from tests.engines.frozen import FrozenClock
from tests.scenes import Scene
from tests.services.test_support import attribution


@pytest.fixture
def act(scene: Scene) -> Act:
    """What the owner does, and why."""
    return Act(store_id=scene.store_id, account_id=scene.account_id, reason="I called you, it is your sister.")


def refuse(db: Database, scene: Scene) -> None:
    """The friend's order came from Sara's own mailbox."""
    with db.begin() as session:
        make_refused(session, scene.store_id, scene.person_id, scene.order_ref)


def ask(db: Database, scene: Scene, message: str = "") -> None:
    second_looks.ask(scene.store_id, scene.person_id, attribution(db, scene).id, message)


def look(db: Database) -> SecondLook:
    with db.read() as session:
        return session.scalars(select(SecondLook)).one()


def mails(db: Database) -> list[str]:
    with db.read() as session:
        texts = session.scalars(select(Mail.text).where(Mail.template == "look_answered").order_by(Mail.id))
        return [text or "" for text in texts]


def test_r9_a_refused_order_is_asked_about_once(db: Database, scene: Scene, clock: FrozenClock) -> None:
    refuse(db, scene)
    ask(db, scene, " It was\nmy sister. ")
    clock.advance(days=1)
    ask(db, scene, "Really!")
    asked = look(db)
    assert (asked.message, asked.asked_at) == ("It was my sister.", clock.now - timedelta(days=1))
    assert asked.answer_by == asked.asked_at + timedelta(days=7)
    (row,) = doubts.doubts(scene.store_id).rows
    assert (row.order_ref, row.about, row.state, row.reason) == (scene.order_ref, "asked", "rejected", "self_referral")
    assert (row.message, row.until, row.reward) == ("It was my sister.", asked.answer_by, None)


def test_r9_keeping_it_refused_answers_with_the_shops_words(db: Database, scene: Scene, act: Act) -> None:
    refuse(db, scene)
    with pytest.raises(DomainError, match="nothing_asked"):
        support.keep(act, scene.order_ref)
    ask(db, scene)
    support.keep(act, scene.order_ref)
    assert (look(db).answer, look(db).told) == ("stays", act.reason)
    assert attribution(db, scene).reason == "self_referral"
    assert doubts.doubts(scene.store_id).count == 0
    (text,) = mails(db)
    assert "It does not count." in text
    assert act.reason in text


def test_r9_an_approval_answers_and_gives_the_reward(db: Database, scene: Scene, act: Act) -> None:
    refuse(db, scene)
    ask(db, scene)
    support.approve(act, scene.order_ref)
    assert look(db).answer == "counts"
    with db.read() as session:
        assert session.scalars(select(Reward.state)).one() == "held"
    (text,) = mails(db)
    assert "It counts." in text


def test_r9_what_waits_is_asked_about_and_answered_by_its_rejection(db: Database, scene: Scene, act: Act) -> None:
    with db.begin() as session:
        make_doubtful(session, scene)
    ask(db, scene)
    with pytest.raises(DomainError, match="not_refused"):
        support.keep(act, scene.order_ref)
    support.reject(act, scene.order_ref)
    assert look(db).answer == "stays"


def test_an_answer_that_is_undone_asks_again_and_the_next_one_is_mailed_too(
    db: Database, scene: Scene, act: Act, clock: FrozenClock
) -> None:
    refuse(db, scene)
    ask(db, scene)
    for verb, done in (("keep", support.keep), ("approve", support.approve)):
        done(act, scene.order_ref)
        with db.read() as session:
            entry_id = session.scalars(select(AuditEntry.id).where(AuditEntry.verb == verb)).one()
        clock.advance(days=2)
        support.undo(act, entry_id)
        assert (look(db).answer, look(db).told, look(db).answer_by) == (None, None, clock.now + timedelta(days=7))
        assert attribution(db, scene).reason == "self_referral"
    assert len(mails(db)) == 2


def test_what_nobody_asked_about_mails_nothing(db: Database, scene: Scene, act: Act) -> None:
    refuse(db, scene)
    support.approve(act, scene.order_ref)
    assert mails(db) == []


def test_only_what_was_refused_or_waits_can_be_asked_about_and_only_by_its_advocate(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        decisions.settle(session, scene.store_id, scene.order_ref)
    with pytest.raises(DomainError, match="nothing_to_look_at"):  # on hold, as every other
        ask(db, scene)
    refuse(db, scene)
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        somebody = factories.person(session, store).id
        elsewhere = factories.store(session).id
    asked = attribution(db, scene).id
    for store_id, person_id in ((scene.store_id, somebody), (elsewhere, scene.person_id)):
        with pytest.raises(DomainError, match="nothing_to_look_at"):
            second_looks.ask(store_id, person_id, asked, "")
