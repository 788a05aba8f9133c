"""Test orders (R18): the owner takes a real code and lives the whole road. It is marked, and counts nowhere."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Account, Program, Store
from app.services import advocates, audit, claims, people, programs
from app.services.people import Identity


def begin(store_id: int, account_id: int, program_id: int) -> int:
    """The id of a test claim with a code from the shelf, made out to whoever asks. Raises DomainError("not_live")."""
    with db.begin() as session:
        program = session.scalars(select(Program).where(Program.store_id == store_id, Program.id == program_id)).first()
        if program is None or program.state != "live":
            raise DomainError("not_live")
        account = session.get_one(Account, account_id)
        store = session.get_one(Store, store_id)
        person = people.meet(session, store, Identity(name=account.name, email=account.email), account.locale)
        advocate = advocates.enrol(session, store_id, program_id, person.id)
        version = programs.in_force(session, store_id, program_id)
        nonce = secrets.token_urlsafe(12)
        claim_id = claims.issue(session, advocate, version, nonce, locale=account.locale, channel="test", is_test=True)
        audit.note(session, store_id, "test_order", f"program:{program_id}", account_id=account_id)
        return claim_id
