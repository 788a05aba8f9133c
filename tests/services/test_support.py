"""What support does: decisions with a reason that hold until undone, and nothing done twice or for no reason."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app import clock as app_clock
from app.domain.errors import AnswersRefused, DomainError
from app.domain.orders import UsedCode
from app.extensions import Database
from app.models import Advocate, Attribution, AuditEntry, Coupon, Decision, Effect, Order, ProgramVersion, Reward, Store
from app.services import decisions, support
from app.services.support import Act
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.scenes import Scene


def act(scene: Scene, reason: str = "the customer called") -> Act:
    return Act(store_id=scene.store_id, account_id=scene.account_id, reason=reason)


def settle(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        decisions.settle(session, scene.store_id, scene.order_ref)


def attribution(db: Database, scene: Scene) -> Attribution:
    with db.read() as session:
        return session.scalars(select(Attribution).where(Attribution.store_id == scene.store_id)).one()


def reward(db: Database, scene: Scene) -> Reward:
    with db.read() as session:
        return session.scalars(select(Reward).where(Reward.store_id == scene.store_id)).one()


def last_entry(db: Database) -> AuditEntry:
    with db.read() as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001])
def test_nothing_is_done_for_no_reason(reason: str) -> None:
    with pytest.raises(AnswersRefused):
        Act(store_id=1, account_id=1, reason=reason)


def test_rejected_order_earns_nothing_until_undone(db: Database, scene: Scene) -> None:
    settle(db, scene)
    assert reward(db, scene).worth_minor == 1000
    support.reject(act(scene), scene.order_ref)
    assert (attribution(db, scene).state, attribution(db, scene).reason) == ("rejected", "rejected_by_person")
    assert reward(db, scene).worth_minor == 0
    support.undo(act(scene, "it was the wrong order"), last_entry(db).id)
    assert attribution(db, scene).state == "qualified"
    assert reward(db, scene).worth_minor == 1000


def test_approved_order_earns_although_the_rules_say_no(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        store_order = session.scalars(select(Order)).one()
        factories.sighting(
            session,
            store_order,
            codes=_codes(session, scene),
            goods_minor=2000,  # less than the program asks for
            updated_at=store_order.updated_at.replace(hour=23),
        )
    settle(db, scene)
    assert attribution(db, scene).reason == "below_minimum"
    support.approve(act(scene), scene.order_ref)
    assert attribution(db, scene).state == "qualified"
    assert reward(db, scene).worth_minor == 1000


def _codes(session: object, scene: Scene) -> tuple[UsedCode, ...]:
    code = session.scalars(  # type: ignore[attr-defined]
        select(Coupon.code).where(Coupon.store_id == scene.store_id, Coupon.state == "claimed")
    ).one()
    return (UsedCode(code=code, discount_minor=300),)


def test_a_later_decision_wins_and_undoing_it_brings_the_earlier_back(db: Database, scene: Scene) -> None:
    support.reject(act(scene), scene.order_ref)
    support.approve(act(scene), scene.order_ref)
    assert attribution(db, scene).state == "qualified"
    support.undo(act(scene), last_entry(db).id)
    assert attribution(db, scene).reason == "rejected_by_person"


def test_nothing_is_undone_twice(db: Database, scene: Scene) -> None:
    support.reject(act(scene), scene.order_ref)
    entry = last_entry(db)
    support.undo(act(scene), entry.id)
    with pytest.raises(DomainError, match="already_undone"):
        support.undo(act(scene), entry.id)


def test_an_undo_is_not_undone(db: Database, scene: Scene) -> None:
    support.reject(act(scene), scene.order_ref)
    entry = support.undo(act(scene), last_entry(db).id)
    with pytest.raises(DomainError, match="not_undoable"):
        support.undo(act(scene), entry.id)


@pytest.mark.parametrize("by", ["code", "email"])
def test_order_is_linked_by_hand(db: Database, scene: Scene, by: str) -> None:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        version = session.get_one(ProgramVersion, scene.version_id)
        lea = factories.advocate(session, version, factories.person(session, store, "Lea", "lea@mail.shop"))
        lonely = factories.order(session, store)
        factories.order_key(session, store, lonely, "somebody@mail.shop")
    named = f" {lea.code.lower()[:3]}-{lea.code[3:]} " if by == "code" else "LEA@mail.shop"
    support.link(act(scene), lonely.order_ref, named)
    found = attribution(db, scene)
    assert (found.order_ref, found.advocate_id, found.rule, found.state) == (lonely.order_ref, lea.id, "0", "qualified")
    support.undo(act(scene), last_entry(db).id)
    assert attribution(db, scene).state == "rejected"
    assert reward(db, scene).worth_minor == 0


def test_link_to_nobody_names_the_field(db: Database, scene: Scene) -> None:
    with pytest.raises(AnswersRefused) as refused:
        support.link(act(scene), scene.order_ref, "nobody@mail.shop")
    assert refused.value.faults[0].field == "advocate"


def test_release_ends_the_hold(db: Database, scene: Scene) -> None:
    support.release(act(scene), scene.order_ref)
    with db.read() as session:
        owed = session.scalars(select(Effect).where(Effect.kind == "release_reward")).one()
        said = session.scalars(select(Decision.verb)).all()
    assert owed.due_at == app_clock.now()
    assert said == ["release"]


def test_released_reward_cannot_be_held_again(db: Database, scene: Scene) -> None:
    support.release(act(scene), scene.order_ref)
    entry = last_entry(db)
    with db.begin() as session:
        version = session.get_one(ProgramVersion, scene.version_id)
        held = session.scalars(select(Reward)).one()
        coupon = factories.coupon(session, version, purpose="reward")
        held.state, held.coupon_id = "issued", coupon.id
        factories.entry(session, held, "issued", f"coupon:{coupon.id}", -held.worth_minor)
    with pytest.raises(DomainError, match="already_released"):
        support.undo(act(scene), entry.id)
    with pytest.raises(DomainError, match="nothing_held"):
        support.release(act(scene), scene.order_ref)


def test_failed_reward_is_issued_anew(db: Database, scene: Scene) -> None:
    settle(db, scene)
    with db.begin() as session:
        session.scalars(select(Reward)).one().state = "failed"
    support.reissue(act(scene), scene.order_ref)
    with db.read() as session:
        planned = session.scalars(select(Coupon).where(Coupon.purpose == "reward")).one()
    assert (planned.amount_minor, planned.state) == (1000, "planned")
    assert reward(db, scene).state == "due"


def test_held_reward_has_nothing_to_issue_anew(db: Database, scene: Scene) -> None:
    settle(db, scene)
    with pytest.raises(DomainError, match="nothing_to_reissue"):
        support.reissue(act(scene), scene.order_ref)


def test_spent_coupon_is_not_given_again(db: Database, scene: Scene) -> None:
    settle(db, scene)
    with db.begin() as session:
        version = session.get_one(ProgramVersion, scene.version_id)
        spent = factories.coupon(session, version, purpose="reward", state="used", used_by_order="9999")
        held = session.scalars(select(Reward)).one()
        held.state, held.coupon_id = "issued", spent.id
    with pytest.raises(DomainError, match="coupon_used"):
        support.reissue(act(scene), scene.order_ref)


def test_blocked_advocate_is_unblocked_by_undo(db: Database, scene: Scene) -> None:
    support.block(act(scene), scene.advocate_id)
    with db.read() as session:
        assert session.get_one(Advocate, scene.advocate_id).state == "blocked"
    support.undo(act(scene), last_entry(db).id)
    with db.read() as session:
        assert session.get_one(Advocate, scene.advocate_id).state == "active"


def test_blocking_twice_leaves_one_entry(db: Database, scene: Scene) -> None:
    support.block(act(scene), scene.advocate_id)
    support.block(act(scene), scene.advocate_id)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_looking_at_addresses_is_on_record(db: Database, scene: Scene) -> None:
    seen = support.reveal(scene.store_id, scene.account_id, scene.person_id)
    assert seen.email is not None
    assert seen.email not in repr(seen)
    entry = last_entry(db)
    assert (entry.verb, entry.subject, entry.account_id) == ("reveal", f"person:{scene.person_id}", scene.account_id)


def test_another_stores_rows_do_not_exist(db: Database, scene: Scene, clock: FrozenClock) -> None:
    with db.begin() as session:
        owner = factories.account(session)
        stranger = Act(store_id=factories.store(session, owner=owner).id, account_id=owner.id, reason="curious")
    support.reject(act(scene), scene.order_ref)
    entry_id = last_entry(db).id
    for attempt in (
        lambda: support.approve(stranger, scene.order_ref),
        lambda: support.reject(stranger, scene.order_ref),
        lambda: support.release(stranger, scene.order_ref),
        lambda: support.link(stranger, scene.order_ref, scene.advocate_code),
        lambda: support.reissue(stranger, scene.order_ref),
        lambda: support.block(stranger, scene.advocate_id),
        lambda: support.undo(stranger, entry_id),
        lambda: support.add_note(stranger, f"person:{scene.person_id}"),
        lambda: support.add_note(stranger, f"order:{scene.order_ref}"),
        lambda: support.reveal(stranger.store_id, stranger.account_id, scene.person_id),
    ):
        with pytest.raises(DomainError):
            attempt()
    assert last_entry(db).id == entry_id
