"""Stories: in order, complete, masked, of one store, in a constant number of statements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.extensions import Database
from app.models import Coupon, ProgramVersion, Store
from app.queries import stories
from app.services import decisions, support
from app.services.support import Act
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.scenes import Scene


def kinds(story: Any) -> list[str]:
    return [moment.kind for moment in story.moments]


def test_person_story_runs_from_joining_to_the_promised_reward(scene: Scene) -> None:
    story = stories.person(scene.store_id, scene.person_id)
    assert story is not None
    assert kinds(story) == ["claimed", "joined", "ordered", "decided", "rewarded"]
    assert (story.friends, len(story.rewards), story.rewards[0].state) == (1, 1, "held")
    assert story.email is not None
    assert "•••" in story.email


def test_decision_carries_rule_version_and_evidence(scene: Scene) -> None:
    story = stories.person(scene.store_id, scene.person_id)
    assert story is not None
    (decided,) = story.decisions
    assert (decided.rule, decided.version, decided.state) == ("a", 1, "qualified")
    assert decided.evidence["winner"]["discount_minor"] == 750


def test_acts_stand_in_the_story_and_say_when_undone(scene: Scene) -> None:
    act = Act(store_id=scene.store_id, account_id=scene.account_id, reason="a mistake")
    support.reject(act, scene.order_ref)
    story = stories.person(scene.store_id, scene.person_id)
    assert story is not None
    (rejected,) = [moment for moment in story.moments if moment.kind == "acted"]
    assert (rejected.verb, rejected.by, rejected.reason, rejected.undone) == ("reject", "Mina", "a mistake", False)
    support.undo(act, rejected.entry_id)
    story = stories.person(scene.store_id, scene.person_id)
    assert story is not None
    acts = [moment for moment in story.moments if moment.kind == "acted"]
    assert [(moment.verb, moment.undone) for moment in acts] == [("reject", True), ("undo", False)]


def test_order_story_has_every_sighting_and_whom_the_evidence_names(
    db: Database, scene: Scene, clock: FrozenClock
) -> None:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        version = session.get_one(ProgramVersion, scene.version_id)
        lea = factories.advocate(session, version, factories.person(session, store, "Lea"))
        handed = factories.coupon(session, version, state="claimed")
        factories.claim(session, version, lea, coupon=handed)
        code = session.scalars(select(Coupon.code).where(Coupon.used_by_order == scene.order_ref)).one()
        placed = session.scalars(select(factories.orders.Order)).one()
        used = factories.orders.UsedCode
        both = used(code=code, discount_minor=750), used(code=handed.code, discount_minor=10)
        clock.advance(minutes=5)
        factories.sighting(session, placed, updated_at=clock.now, codes=both)
        decisions.settle(session, scene.store_id, scene.order_ref)
    story = stories.order(scene.store_id, scene.order_ref)
    assert story is not None
    assert len(story.sightings) == 2
    assert {named.name for named in story.advocates.values()} == {"Sara Mahdavi", "Lea"}
    assert story.reward is not None
    assert story.reward.worth_minor == 1000


def test_order_that_nobody_recommended_has_a_story_too(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        placed = factories.order(session, session.get_one(Store, scene.store_id))
    story = stories.order(scene.store_id, placed.order_ref)
    assert story is not None
    assert (story.decided, story.reward, kinds(story)) == (None, None, ["ordered"])


def test_stories_of_another_store_do_not_exist(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        other = factories.store(session).id
    assert stories.person(other, scene.person_id) is None
    assert stories.order(other, scene.order_ref) is None


def test_number_of_statements_does_not_grow(db: Database, scene: Scene, statements: Any) -> None:
    with statements() as few:
        stories.person(scene.store_id, scene.person_id)
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        version = session.get_one(ProgramVersion, scene.version_id)
        who = session.get_one(factories.programs.Advocate, scene.advocate_id)
        for _ in range(5):
            claimed = factories.claim(session, version, who)
            attribution = factories.attribution(session, factories.order(session, store), claimed)
            factories.reward(session, attribution)
    with statements() as many:
        stories.person(scene.store_id, scene.person_id)
    assert len(many) == len(few)
