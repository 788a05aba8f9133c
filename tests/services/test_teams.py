"""Teams: invitations that work once, roles, and a store that always keeps an owner."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.errors import AnswersRefused, DomainError
from app.extensions import Database
from app.links.tokens import TokenInvalid, tokens
from app.models import AuditEntry, Mail, Membership, Store
from app.services import accounts, mail, teams
from tests import factories
from tests.engines.frozen import FrozenClock

HOME = "http://refer.test"


@pytest.fixture
def shop(db: Database) -> tuple[int, int]:
    """A store's id and its owner's."""
    with db.begin() as session:
        owner = factories.account(session, email="owner@shop.test")
        return factories.store(session, owner=owner).id, owner.id


def invited(shop: tuple[int, int], email: str = "lea@shop.test", role: str = "agent") -> str:
    return teams.invite(*shop, email=email, role=role, public_url=HOME).rsplit("/", 1)[1]


def roles(db: Database, store_id: int) -> dict[int, str]:
    with db.read() as session:
        rows = session.scalars(select(Membership).where(Membership.store_id == store_id))
        return {row.account_id: row.role for row in rows}


def test_invited_person_chooses_a_password_and_is_in(db: Database, shop: tuple[int, int]) -> None:
    token = invited(shop)
    assert teams.open_invitation(token).email == "lea@shop.test"
    signed_in = teams.accept_as_new(token, name="Lea", password="a long password", locale="en")
    assert roles(db, shop[0])[signed_in.account_id] == "agent"
    assert accounts.sign_in("lea@shop.test", "a long password") == signed_in


def test_invitation_works_once(db: Database, shop: tuple[int, int]) -> None:
    token = invited(shop)
    teams.accept_as_new(token, name="Lea", password="a long password", locale="en")
    with pytest.raises(TokenInvalid):
        teams.accept_as_new(token, name="Eve", password="another password", locale="en")


def test_invitation_is_over_after_a_week(shop: tuple[int, int], clock: FrozenClock) -> None:
    token = invited(shop)
    clock.advance(days=7, seconds=2)
    with pytest.raises(TokenInvalid):
        teams.open_invitation(token)


def test_invitation_names_no_address(shop: tuple[int, int]) -> None:
    assert "lea" not in str(tokens.read_timed("invitation", invited(shop), 60))


def test_known_account_accepts_when_signed_in(db: Database, shop: tuple[int, int]) -> None:
    with db.begin() as session:
        known = factories.account(session, email="lea@shop.test", password_hash="$argon2id$…").id
    token = invited(shop)
    assert teams.open_invitation(token).has_password
    with pytest.raises(DomainError, match="other_account"):
        teams.accept(token, shop[1])
    teams.accept(token, known)
    assert roles(db, shop[0])[known] == "agent"


def test_an_invitation_never_takes_over_an_account_that_has_a_password(db: Database, shop: tuple[int, int]) -> None:
    with db.begin() as session:
        factories.account(session, email="lea@shop.test", password_hash="$argon2id$…")
    with pytest.raises(TokenInvalid):
        teams.accept_as_new(invited(shop), name="Eve", password="another password", locale="en")


def test_members_are_not_invited_again(shop: tuple[int, int]) -> None:
    with pytest.raises(AnswersRefused) as refused:
        invited(shop, email="owner@shop.test")
    assert refused.value.faults[0].reason == "already_member"


def test_removed_member_cannot_come_back_with_an_old_link(db: Database, shop: tuple[int, int]) -> None:
    with db.begin() as session:
        known = factories.account(session, email="lea@shop.test", password_hash="$argon2id$…").id
    teams.accept(invited(shop), known)
    teams.remove(*shop, known)
    assert known not in roles(db, shop[0])
    token = invited(shop)
    teams.accept(token, known)
    teams.remove(*shop, known)
    with pytest.raises(TokenInvalid):
        teams.accept(token, known)


def test_store_keeps_an_owner(db: Database, shop: tuple[int, int]) -> None:
    with pytest.raises(DomainError, match="last_owner"):
        teams.remove(*shop, shop[1])
    with pytest.raises(DomainError, match="last_owner"):
        teams.change_role(*shop, shop[1], "agent")
    assert roles(db, shop[0]) == {shop[1]: "owner"}


def test_every_act_is_on_record(db: Database, shop: tuple[int, int]) -> None:
    signed_in = teams.accept_as_new(invited(shop), name="Lea", password="a long password", locale="en")
    teams.change_role(*shop, signed_in.account_id, "owner")
    teams.remove(*shop, signed_in.account_id)
    with db.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.verb, entry.reason) for entry in entries] == [
        ("invite", "agent"),
        ("join", "agent"),
        ("change_role", "owner"),
        ("remove_member", ""),
    ]
    assert {entry.subject for entry in entries} == {f"account:{signed_in.account_id}"}


def invitations(db: Database) -> list[Mail]:
    """Mails that invite, oldest first."""
    with db.read() as session:
        return list(session.scalars(select(Mail).where(Mail.template == "invitation").order_by(Mail.id)))


def test_an_invitation_is_mailed_once_a_day_with_its_link(
    db: Database, shop: tuple[int, int], clock: FrozenClock
) -> None:
    token = invited(shop)
    invited(shop)
    (written,) = invitations(db)
    assert f"{HOME}/invitations/{token}" in (written.text or "")
    assert (written.person_id, written.state) == (None, "waiting")
    mail.send(written.id)
    assert invitations(db)[0].state == "sent"
    clock.advance(days=1)
    invited(shop)
    assert len(invitations(db)) == 2, "it may have been lost, or have run out"


@pytest.mark.parametrize(("locale", "heading"), [("en", "An invitation to the team"), ("ar", "دعوة"), ("fa", "دعوت")])
def test_an_invitation_speaks_the_shops_language_to_somebody_new(
    db: Database, shop: tuple[int, int], locale: str, heading: str
) -> None:
    with db.begin() as session:
        session.get_one(Store, shop[0]).locale = locale
    invited(shop)
    (written,) = invitations(db)
    assert written.locale == locale
    assert heading in (written.heading or "")


def test_an_invitation_speaks_the_language_of_an_account_that_exists(db: Database, shop: tuple[int, int]) -> None:
    with db.begin() as session:
        factories.account(session, email="lea@shop.test", locale="fa")
    invited(shop, role="owner")
    assert [written.locale for written in invitations(db)] == ["fa"]
