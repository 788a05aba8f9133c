"""The queue of rewards that people hand out, the list to pay from, and the advocate's choice of a cause."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.programs import AdvocateReward, RewardKind, Rules
from app.extensions import Database
from app.models import Advocate, AuditEntry, Person, ProgramVersion, Reward, Store
from app.queries import portal
from app.services import decisions
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.scenes import Scene
from tests.web.conftest import Stand
from tests.web.desks import Desk, csrf_token, signed_in
from tests.web.test_portal import sara
from tests.web.test_support_desk import words

pytestmark = pytest.mark.engines("sqlite")
DONATION = AdvocateReward(kind=RewardKind.DONATION, amount_minor=500, causes=("=Trees", "Wells"))
RULES = replace(factories.RULES, reward=DONATION)


def promise(db: Database, version_id: int, rules: Rules) -> None:
    """The program's version promised this from its beginning."""
    with db.begin() as session:
        session.get_one(ProgramVersion, version_id).rules = rules


@pytest.fixture
def slug(db: Database, scene: Scene, clock: FrozenClock) -> str:
    """A store in which one donation waits for somebody's hand."""
    promise(db, scene.version_id, RULES)
    with db.begin() as session:
        session.get_one(Person, scene.person_id).email = "sara@mail.shop"
        decisions.settle(session, scene.store_id, scene.order_ref)
    clock.advance(days=31)
    with db.begin() as session:
        reward = session.scalars(select(Reward)).one()
        reward.state, reward.reason = "due", "to_hand_out"
        return session.get_one(Store, scene.store_id).slug


@pytest.fixture
def desk(app: Flask, db: Database, scene: Scene, slug: str) -> Desk:
    """An agent at the desk."""
    with db.begin() as session:
        agent = factories.account(session, name="Jonas")
        factories.member(session, session.get_one(Store, scene.store_id), agent, "agent")
    return signed_in(app, agent.id)


def the_reward(db: Database) -> Reward:
    with db.read() as session:
        return session.scalars(select(Reward)).one()


def last_entry(db: Database) -> AuditEntry:
    with db.read() as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_the_queue_says_what_to_give_to_whom_and_where_it_goes(desk: Desk, slug: str) -> None:
    assert "Rewards to hand out" in words(desk.get(f"/s/{slug}/waiting").text)
    page = words(desk.get(f"/s/{slug}/handouts").text)
    assert "€5" in page
    assert "Donation to =Trees" in page
    assert "Sara Mahdavi" in page
    assert "@" not in page


def test_done_leaves_the_queue_with_its_reason_on_record_and_can_be_undone(
    desk: Desk, slug: str, db: Database, scene: Scene
) -> None:
    page = f"/s/{slug}/handouts"
    desk.post(page, reward=str(the_reward(db).id), reason="")
    assert the_reward(db).state == "due", "nothing is done for no reason"
    desk.post(page, reward=str(the_reward(db).id), reason="transfer 4711")
    assert (the_reward(db).state, the_reward(db).donated_to) == ("issued", "=Trees")
    entry = last_entry(db)
    assert (entry.verb, entry.subject, entry.reason) == ("hand_out", f"order:{scene.order_ref}", "transfer 4711")
    assert "Nothing to hand out" in words(desk.get(page).text)
    story = f"/s/{slug}/orders/{scene.order_ref}"
    assert "Reward handed out" in words(desk.get(story).text)
    desk.post(f"/s/{slug}/undo/{entry.id}", page=story, reason="the bank sent it back")
    assert (the_reward(db).state, the_reward(db).reason) == ("due", "to_hand_out")
    assert "Rewards to hand out" in words(desk.get(story).text)


def test_the_list_can_be_paid_from_harms_no_spreadsheet_and_is_on_record(desk: Desk, slug: str, db: Database) -> None:
    with db.begin() as session:
        session.scalars(select(Person)).one().name = "=HYPERLINK(1)"
    answer = desk.post(f"/s/{slug}/handouts.csv", page=f"/s/{slug}/handouts")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["Name"], row["Cause"]) == ("'=HYPERLINK(1)", "'=Trees")
    assert (row["Currency"], row["Amount"], row["E-mail"]) == ("EUR", "5.00", "sara@mail.shop")
    assert (last_entry(db).verb, last_entry(db).evidence) == ("export_handouts", {"count": 1})


def test_what_is_no_reward_of_the_queue_is_refused_in_words(desk: Desk, slug: str) -> None:
    answer = desk.post(f"/s/{slug}/handouts", reward="987654", reason="paid")
    assert answer.status_code == 302
    assert "not waiting to be handed out" in words(desk.get(f"/s/{slug}/handouts").text)


def test_an_advocate_chooses_where_donations_go(stand: Stand) -> None:
    promise(stand.db, stand.version_id, RULES)
    client = sara(stand)
    page = client.get("/me", headers={"Accept": "text/html"})
    assert "Your donations go to" in page.text
    chosen = {"csrf_token": csrf_token(page), "cause": "Wells"}
    assert client.post(f"/me/cause/{stand.program_id}", data=chosen).status_code == 303
    with stand.db.read() as session:
        assert session.get_one(Advocate, stand.advocate_id).donates_to == "Wells"
    assert "<option selected>Wells" in client.get("/me", headers={"Accept": "text/html"}).text
    chosen["cause"] = "My pocket"
    assert client.post(f"/me/cause/{stand.program_id}", data=chosen).status_code == 404


def test_without_the_pages_token_nobody_chooses_for_an_advocate(stand: Stand) -> None:
    promise(stand.db, stand.version_id, RULES)
    client = sara(stand)
    client.post(f"/me/cause/{stand.program_id}", data={"cause": "Wells"})
    with stand.db.read() as session:
        assert session.get_one(Advocate, stand.advocate_id).donates_to is None


def test_the_portal_says_that_somebody_is_about_to_hand_it_out(db: Database, slug: str, scene: Scene) -> None:
    page = portal.page(scene.store_id, scene.person_id)
    assert page is not None
    (reward,) = page.places[0].rewards
    assert (reward.state, reward.reason, reward.terms) == ("due", "to_hand_out", DONATION)
