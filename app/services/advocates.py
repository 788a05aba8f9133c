"""Advocates: people who recommend. They join by themselves (R17) and are told when a reward was sent."""

from __future__ import annotations

import secrets

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.domain import codes
from app.domain.errors import DomainError
from app.domain.reasons import Reason
from app.extensions import db, settings
from app.models import Advocate, Coupon, Person, Program, Reward
from app.services import friend_mails, handouts, mail, programs, reward_terms
from app.services.once import insert_once

TRIES = 5


def of_person(session: Session, store_id: int, person_id: int, program_id: int) -> Advocate | None:
    """The person's place in the program, where they have one."""
    return session.scalars(
        select(Advocate).where(
            Advocate.store_id == store_id, Advocate.person_id == person_id, Advocate.program_id == program_id
        )
    ).first()


def enrol(session: Session, store_id: int, program_id: int, person_id: int) -> Advocate:
    """The person is in the program, with a personal code of their own; joining twice is joining once."""
    for _ in range(TRIES):
        found = of_person(session, store_id, person_id, program_id)
        if found is not None:
            return found
        insert_once(
            session,
            Advocate,
            store_id=session.get_one(Program, program_id).store_id,
            program_id=program_id,
            person_id=person_id,
            code=codes.new_code(secrets.randbelow),
            state="active",
            joined_at=clock.now(),
        )
    raise RuntimeError("no free code was found")  # with 20^8 codes this is a broken random source


def speak(store_id: int, person_id: int, locale: str) -> None:
    """The person's page and mails are in this language."""
    with db.begin() as session:
        session.execute(update(Person).where(Person.id == person_id, Person.store_id == store_id).values(locale=locale))


def tell_reward(store_id: int, reward_id: int) -> None:
    """Whose an issued reward is, is owed one mail with it, where there is an address."""
    with db.begin() as session:
        reward = session.get_one(Reward, reward_id)
        if reward.side == "friend":
            friend_mails.tell(session, reward)
            return
        person = session.get_one(Person, session.get_one(Advocate, reward.advocate_id).person_id)
        if reward.store_id != store_id or reward.state != "issued" or not person.email:
            return
        address = f"{settings().public_url}/me"
        if reward.coupon_id is not None:
            coupon = session.get_one(Coupon, reward.coupon_id)
            subject = f"reward:{reward.id}:{coupon.id}"  # a coupon that replaced another one is told too
            product = reward_terms.of(session, reward).product
            mail.owe_mail(
                session, store_id, person.id,
                "points_spent" if reward.cause_kind == "redemption" else "reward_issued",
                subject, person.locale, address=address, coupon=coupon,
                product=product.name if product else "",
            )  # fmt: skip
        elif reward.reason == Reason.ISSUED.value:
            last = handouts.given(session, reward)[-1]
            subject = f"reward:{reward.id}:{last.cause}"
            terms = reward_terms.of(session, reward)
            mail.owe_mail(
                session, store_id, person.id, "reward_handed_out", subject, person.locale, address=address,
                terms=terms,
                amount_minor=-last.amount_minor, currency=last.currency, cause=reward.donated_to,
            )  # fmt: skip


def donate_to(store_id: int, person_id: int, program_id: int, cause: str) -> None:
    """From now on the advocate's donations go to this cause of the program. Raises DomainError("cause_unknown")."""
    with db.begin() as session:
        advocate = of_person(session, store_id, person_id, program_id)
        if advocate is None or cause not in programs.in_force(session, store_id, program_id).rules.reward.causes:
            raise DomainError("cause_unknown")
        advocate.donates_to = cause
