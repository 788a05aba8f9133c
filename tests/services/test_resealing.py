"""Rotating DATA_KEYS: everything sealed moves to the newest key, beside writers, in as many runs as it takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import LargeBinary, column, func, select, table, update

from app import clock as app_clock
from app.config import Settings
from app.extensions import Database, vault
from app.models import Account, BankCode, Claim, Grant, Mail, Order, Person, SecondLook, Store
from app.services import resealing
from tests import factories
from tests.scenes import Scene

NEW = Fernet.generate_key().decode()


@pytest.fixture
def sealed(db: Database, scene: Scene, settings: Settings) -> Iterator[str]:
    """Something lies sealed in every sealed column; the value is the key that sealed it."""
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        installation = factories.installation(session, store, previous_secret=b"before")
        factories.message(session, installation, request=b"a message")
        factories.person(session, store, phone="+4930123456")
        mail = Mail(
            store_id=store.id, person_id=scene.person_id, template="reward", subject_ref="reward:1", locale="en",
            heading="Thanks", text="plain", html="<p>", state="sent", created_at=app_clock.now(),
        )  # fmt: skip
        session.add(mail)
        session.add(BankCode(store_id=store.id, program_id=scene.program_id, code="TICKET-1", digest="d" * 64,
                             added_at=app_clock.now()))  # fmt: skip
        claim = session.get_one(Claim, scene.claim_id)
        order = session.scalars(select(Order).where(Order.order_ref == scene.order_ref)).one()
        reward = factories.reward(session, factories.attribution(session, order, claim))
        row = {"kind": "gift_card", "state": "given", "reason": "", "key": "k" * 64, "amount_minor": 1000, "tag": ""}
        row |= {"currency": "EUR", "code": "BCDFGHJKM", "customer_ref": "c7", "created_at": app_clock.now()}
        session.add(Grant(store_id=store.id, reward_id=reward.id, advocate_id=reward.advocate_id, **row))
        asked = {"order_ref": order.order_ref, "advocate_id": reward.advocate_id, "message": "Why?", "told": "So."}
        session.add(SecondLook(store_id=store.id, **asked, asked_at=app_clock.now(), answer_by=app_clock.now()))
        factories.authorization(session, session.get_one(Account, scene.account_id))
    yield settings.data_keys[0]
    vault.configure(settings.data_keys)


def lying(db: Database) -> dict[str, list[bytes]]:
    """What lies in the database, still sealed, by column."""
    with db.read() as session:
        return {
            f"{each.table.name}.{each.name}": [
                value
                for value in session.scalars(
                    select(column(each.name, LargeBinary)).select_from(table(each.table.name))
                ).all()
                if value is not None
            ]
            for each in resealing.sealed_columns()
        }


def opened(db: Database) -> dict[str, list[bytes]]:
    """What was sealed, by column; PostgreSQL gives rewritten rows in another order."""
    return {name: sorted(vault.open(each) for each in values) for name, values in lying(db).items()}


def test_everything_sealed_opens_with_the_newest_key_alone(db: Database, sealed: str) -> None:
    plain = opened(db)
    assert all(plain.values()), "a sealed column is empty here: fill it above, so that it is tried"
    vault.configure([NEW, sealed])
    tallies = list(resealing.reseal())
    assert {each.column: each.resealed for each in tallies} == {name: len(values) for name, values in plain.items()}
    vault.configure([NEW])
    assert opened(db) == plain


def test_a_second_run_finds_nothing_to_do(db: Database, sealed: str) -> None:
    vault.configure([NEW, sealed])
    list(resealing.reseal())
    before = lying(db)
    tallies = list(resealing.reseal())
    assert sum(each.resealed for each in tallies) == 0
    assert all(each.finished and each.standing for each in tallies)
    assert lying(db) == before


def test_an_interrupted_run_goes_on_where_it_stopped(
    db: Database, sealed: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.begin() as session:
        for _ in range(9):
            factories.person(session, session.get_one(Store, scene.store_id))
    monkeypatch.setattr(resealing, "BATCH", 4)
    write, batches = resealing._write, list[int]()

    def killed_at_the_third(*given: object) -> None:
        if len(batches) == 2:
            raise KeyboardInterrupt
        batches.append(1)
        write(*given)  # type: ignore[arg-type]

    vault.configure([NEW, sealed])
    monkeypatch.setattr(resealing, "_write", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        list(resealing.reseal())
    monkeypatch.setattr(resealing, "_write", write)
    tallies = list(resealing.reseal())
    assert sum(each.standing for each in tallies) > 0, "what was done before the interruption stayed done"
    vault.configure([NEW])
    assert [vault.open(each) for values in lying(db).values() for each in values]


def test_what_somebody_wrote_meanwhile_is_not_overwritten(
    db: Database, sealed: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = resealing._write

    def changed_first(raw: object, name: str, fresh: object, tally: resealing.Tally) -> None:
        if tally.column == "people.name":
            with db.begin() as session:
                session.execute(update(Person).where(Person.id == scene.person_id).values(name="Sara Rahimi"))
        write(raw, name, fresh, tally)  # type: ignore[arg-type]

    vault.configure([NEW, sealed])
    monkeypatch.setattr(resealing, "_write", changed_first)
    tallies = {each.column: each for each in resealing.reseal()}
    assert tallies["people.name"].overtaken == 1
    assert not tallies["people.name"].finished
    with db.read() as session:
        assert session.get_one(Person, scene.person_id).name == "Sara Rahimi"


def test_what_no_key_opens_is_named_and_left(db: Database, sealed: str, scene: Scene) -> None:
    raw = table("people", column("id"), column("name", LargeBinary))
    lost = Fernet(Fernet.generate_key()).encrypt(b"Sara")
    with db.begin() as session:
        session.execute(update(raw).where(raw.c.id == scene.person_id).values(name=lost))
    vault.configure([NEW, sealed])
    tallies = {each.column: each for each in resealing.reseal()}
    assert tallies["people.name"].unreadable == [scene.person_id]
    assert lost in lying(db)["people.name"]
    with db.read() as session:
        others = session.scalar(select(func.count()).select_from(Person).where(Person.id != scene.person_id))
    assert tallies["people.name"].resealed == others


def test_the_vault_tells_what_lies_under_the_newest_key(sealed: str) -> None:
    vault.configure([sealed])
    before = vault.seal(b"secret")
    assert vault.reseal(before) is None
    vault.configure([NEW, sealed])
    after = vault.reseal(before)
    assert after is not None
    assert vault.open(after) == b"secret"
    with pytest.raises(InvalidToken):
        vault.reseal(b"never sealed")
