"""Advocates: people who recommend. They join by themselves (R17) and are told when a reward was sent."""

from __future__ import annotations

import secrets

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.domain import codes
from app.extensions import db, settings
from app.models import Advocate, Coupon, Person, Program, Reward
from app.services import mail
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
    """The advocate of an issued reward is owed one mail with its coupon, where there is an address."""
    with db.begin() as session:
        reward = session.get_one(Reward, reward_id)
        person = session.get_one(Person, session.get_one(Advocate, reward.advocate_id).person_id)
        if reward.store_id != store_id or reward.coupon_id is None or reward.state != "issued" or not person.email:
            return
        coupon = session.get_one(Coupon, reward.coupon_id)
        subject = f"reward:{reward.id}:{coupon.id}"  # a coupon that replaced another one is told too
        address = f"{settings().public_url}/me"
        mail.owe_mail(
            session, store_id, person.id, "reward_issued", subject, person.locale, address=address, coupon=coupon
        )
