"""The queue of rewards to look at: from the start of the doubt, with what was seen, until when, and what happens then
(R9)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.programs import Approval, Unproven
from app.extensions import Database
from app.models import AuditEntry, OrderKey, ProgramVersion, Reward, Store
from app.queries import queues
from app.services import decisions, support
from app.services.support import Act
from tests import factories
from tests.doubtful import make_doubtful
from tests.engines.frozen import FrozenClock
from tests.scenes import Scene
from tests.web import test_support_desk
from tests.web.desks import Desk, signed_in

WHY = "Name and address are those on an order of the one who recommended."


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    """The store's name in addresses."""
    with db.read() as session:
        return session.get_one(Store, scene.store_id).slug


@pytest.fixture
def desk(app: Flask, db: Database, scene: Scene, slug: str) -> Desk:
    """An agent at the desk."""
    with db.begin() as session:
        agent = factories.account(session, name="Jonas")
        factories.member(session, session.get_one(Store, scene.store_id), agent, "agent")
    return signed_in(app, agent.id)


def doubt(db: Database, scene: Scene, **rules: Any) -> None:
    """The order looks odd under these rules."""
    with db.begin() as session:
        version = session.get_one(ProgramVersion, scene.version_id)
        version.rules = replace(version.rules, **rules)
        session.flush()
        make_doubtful(session, scene)


def words(page: str) -> str:
    """The page's text; no space stands before a full stop or a colon."""
    return test_support_desk.words(page).replace(" .", ".").replace(" :", ":")


def reward(db: Database) -> Reward:
    with db.read() as session:
        return session.scalars(select(Reward)).one()


def test_r9_a_doubt_stands_in_the_queue_from_its_first_day(db: Database, desk: Desk, scene: Scene, slug: str) -> None:
    doubt(db, scene)
    page = words(desk.get(f"/s/{slug}/doubts").text)
    assert WHY in page
    assert "Look until 8 April. Nothing is sent until somebody decides." in page  # 2 March, 30 days, 7 days
    assert "Sara Mahdavi" in page
    assert "1 thing waits" in words(desk.get(f"/s/{slug}/support").text)
    assert "1 reward" in words(desk.get(f"/s/{slug}/waiting").text)


def test_r9_what_happens_if_nobody_looks_is_said(
    db: Database, desk: Desk, scene: Scene, slug: str, clock: FrozenClock
) -> None:
    doubt(db, scene, doubt_release_minor=1000)
    page = words(desk.get(f"/s/{slug}/doubts").text)
    assert "If nobody looks, it is sent on 8 April." in page
    with db.begin() as session:
        version = session.get_one(ProgramVersion, scene.version_id)
        version.rules = replace(version.rules, doubt_release_minor=0)
        session.flush()
        decisions.settle(session, scene.store_id, scene.order_ref)
    clock.advance(days=40)
    page = words(desk.get(f"/s/{slug}/doubts").text)
    assert "The customer has been waiting since 1 April. Nothing is sent until somebody decides." in page
    assert "Late · 1" in page


def test_r9_approving_and_undoing_from_the_queue(db: Database, desk: Desk, scene: Scene, slug: str) -> None:
    doubt(db, scene)
    queue, act = f"/s/{slug}/doubts", f"/s/{slug}/acts/approve/{scene.order_ref}"
    refused = desk.post(act, page=queue, back=queue, reason=" ")
    assert refused.location == queue
    assert "Say why" in words(desk.get(queue).text)
    assert WHY in words(desk.get(queue).text)
    desk.post(act, page=queue, back=queue, reason="Her sister; I called.")
    page = words(desk.get(queue).text)
    assert "Nothing to look at" in page
    assert "Her sister; I called." in page
    assert reward(db).look_until is None
    with db.read() as session:
        entry_id = session.scalars(select(AuditEntry.id).where(AuditEntry.verb == "approve")).one()
    desk.post(f"/s/{slug}/undo/{entry_id}", page=queue, back=queue, reason="It was not she.")
    assert WHY in words(desk.get(queue).text)
    assert "Decided lately" not in desk.get(queue).text


def test_r9_a_rejected_reward_leaves_the_queue(db: Database, desk: Desk, scene: Scene, slug: str) -> None:
    doubt(db, scene)
    queue = f"/s/{slug}/doubts"
    desk.post(f"/s/{slug}/acts/reject/{scene.order_ref}", page=queue, back=queue, reason="She says so herself.")
    assert "Nothing to look at" in desk.get(queue).text
    assert (reward(db).state, queues.queues(scene.store_id).count) == ("revoked", 0)


def test_the_queue_can_be_read_by_what_it_is_about(
    db: Database, desk: Desk, scene: Scene, slug: str, clock: FrozenClock
) -> None:
    doubt(db, scene)
    assert WHY in words(desk.get(f"/s/{slug}/doubts?about=odd").text)
    other = words(desk.get(f"/s/{slug}/doubts?about=newness").text)
    assert WHY not in other
    assert "Nothing of this kind. Other rewards wait." in other
    assert desk.get(f"/s/{slug}/doubts?about=everything").status_code == 404


def test_r4_whose_newness_nobody_can_know_waits_there_from_the_first_day(
    db: Database, desk: Desk, scene: Scene, slug: str, clock: FrozenClock
) -> None:
    with db.begin() as session:
        version = session.get_one(ProgramVersion, scene.version_id)
        version.rules = replace(version.rules, unproven=Unproven.ASK)
        for key in session.scalars(select(OrderKey)).all():
            session.delete(key)
        session.flush()
        decisions.settle(session, scene.store_id, scene.order_ref)
    page = words(desk.get(f"/s/{slug}/doubts?about=newness").text)
    assert "Its hold ends on 1 April. Nothing is sent until somebody decides." in page


def test_r5_what_is_approved_by_hand_waits_there_once_its_hold_is_over(
    db: Database, desk: Desk, scene: Scene, slug: str, clock: FrozenClock
) -> None:
    with db.begin() as session:
        version = session.get_one(ProgramVersion, scene.version_id)
        version.rules = replace(version.rules, approval=Approval.ALWAYS)
        session.flush()
        decisions.settle(session, scene.store_id, scene.order_ref)
    assert "Nothing to look at" in desk.get(f"/s/{slug}/doubts").text
    with db.begin() as session:
        session.scalars(select(Reward)).one().reason = "waiting_approval"
    clock.advance(days=31)
    assert "Approved by hand · 1" in words(desk.get(f"/s/{slug}/doubts").text)


def test_the_queue_of_one_store_is_none_of_anothers(app: Flask, db: Database, scene: Scene) -> None:
    doubt(db, scene)
    with db.begin() as session:
        other = factories.account(session)
        theirs = factories.store(session, owner=other).slug
    desk = signed_in(app, other.id)
    assert "Nothing to look at" in desk.get(f"/s/{theirs}/doubts").text
    with db.read() as session:
        slug = session.get_one(Store, scene.store_id).slug
    assert desk.get(f"/s/{slug}/doubts").status_code == 404


@pytest.mark.parametrize("locale", ["ar", "fa"])
def test_the_queue_opens_in_every_language(db: Database, desk: Desk, scene: Scene, slug: str, locale: str) -> None:
    doubt(db, scene)
    act = Act(store_id=scene.store_id, account_id=scene.account_id, reason="again")
    support.add_note(act, f"order:{scene.order_ref}")
    page = desk.get(f"/s/{slug}/doubts?lang={locale}")
    assert page.status_code == 200
    assert 'dir="rtl"' in page.text


def test_r9_a_new_program_counts_crowds_from_its_first_day(app: Flask, scene: Scene, slug: str) -> None:
    """What is not counted cannot look odd: the form begins with a limit, which owners may empty."""
    page = signed_in(app, scene.account_id).get(f"/s/{slug}/programs/new").text
    field = re.search(r'<input[^>]*name="crowd_limit"[^>]*>', page)
    assert field
    assert 'value="20"' in field[0]
