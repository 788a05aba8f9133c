"""Claims: a friend's tap reserves one coupon that already exists in the store (R1, R12). No platform is called here."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain import codes
from app.domain.errors import DomainError
from app.extensions import db, settings
from app.links.tokens import ShareLink, tokens
from app.models import Advocate, Claim, Coupon, Person, Program, ProgramVersion, Store
from app.models.budgets import budget_of
from app.services import mail, people, programs, shelf
from app.services.once import insert_once
from app.services.people import Identity
from app.services.store_days import end_of_day
from integrations.contract import CouponNote

# Past so many taps on one link the next friends are asked for an address: it went round a forum, or a script taps.
MOST_IN_AN_HOUR = 60


def known(link: ShareLink, nonce: str) -> int | None:
    """The claim that this form made before, if it did."""
    with db.read() as session:
        return session.scalar(
            select(Claim.id).where(
                Claim.program_id == link.program_id,
                Claim.advocate_id == link.advocate_id,
                Claim.nonce == digest_of(nonce),
            )
        )


def tap(link: ShareLink, nonce: str, *, locale: str, channel: str, is_crowded: bool = False) -> int:
    """The claim of this form: the same form gives the same claim and code (R12).

    Raises DomainError: offer_closed, budget_used_up, and address_needed where the visitor (`is_crowded`) or the link
    has had so many codes lately that the next one goes to an address.
    """
    with db.begin() as session:
        advocate, version = offered(session, link)
        if is_crowded or _lately(session, advocate) >= MOST_IN_AN_HOUR:
            raise DomainError("address_needed")
        return issue(session, advocate, version, nonce, locale=locale, channel=channel)


def offered(session: Session, link: ShareLink) -> tuple[Advocate, ProgramVersion]:
    """Who recommends, and the version that a claim would fix now. Raises DomainError("offer_closed")."""
    advocate = session.scalars(
        select(Advocate)
        .join(Program, Program.id == Advocate.program_id)
        .where(
            Advocate.id == link.advocate_id,
            Advocate.program_id == link.program_id,
            Advocate.state == "active",
            Program.state == "live",
        )
    ).first()
    if advocate is None:
        raise DomainError("offer_closed")
    return advocate, programs.in_force(session, advocate.store_id, advocate.program_id)


def issue(
    session: Session,
    advocate: Advocate,
    version: ProgramVersion,
    nonce: str,
    *,
    locale: str,
    channel: str = "",
    person_id: int | None = None,
    verified_at: datetime | None = None,
    is_test: bool = False,
) -> int:
    """The claim with this nonce, made where it is new: with a coupon from the shelf, else waiting for one.

    Raises DomainError("budget_used_up").
    """
    budgeted = version.rules.budget_minor > 0 and not is_test
    if budgeted:
        _wait_for_turn(session, version)
    store = session.get_one(Store, advocate.store_id)
    now = clock.now()
    expires_at = end_of_day(store, now + timedelta(days=version.rules.friend.valid_days))
    claim_id = insert_once(
        session,
        Claim,
        store_id=store.id,
        program_id=version.program_id,
        version_id=version.id,
        advocate_id=advocate.id,
        person_id=person_id,
        nonce=digest_of(nonce),
        state="waiting",
        channel=channel,
        locale=locale,
        is_test=is_test,
        claimed_at=now,
        expires_at=expires_at,
        verified_at=verified_at,
    )
    if claim_id is None:
        return _with_nonce(session, store.id, nonce)
    if budgeted:
        _refuse_overdraft(session, store, version)
    taken = shelf.take(session, version, expires_at)
    if taken is not None:
        claim = session.get_one(Claim, claim_id)
        claim.coupon_id, claim.state = taken.coupon_id, "ready"
    return claim_id


def _wait_for_turn(session: Session, version: ProgramVersion) -> None:
    """Taps of one budget are counted one after the other; whatever only refers to the program does not wait."""
    turn = select(Program.id).where(Program.store_id == version.store_id, Program.id == version.program_id)
    session.execute(turn.with_for_update(key_share=True))


def _refuse_overdraft(session: Session, store: Store, version: ProgramVersion) -> None:
    """The budget holds every code that is out, the one just made included (R10)."""
    budget = budget_of(session, store.id, version.program_id, version.rules, store.timezone, clock.now())
    if budget is not None and budget.left_minor < 0:
        raise DomainError("budget_used_up")


def of_person(session: Session, link: ShareLink, person_id: int) -> int | None:
    """The person's claim on this link whose code is still good, if there is one."""
    return session.scalar(
        select(Claim.id).where(
            Claim.program_id == link.program_id,
            Claim.advocate_id == link.advocate_id,
            Claim.person_id == person_id,
            Claim.state != "revoked",
            Claim.expires_at >= clock.now(),
        )
    )


def mail_code(claim_id: int, email: str, locale: str) -> None:
    """The friend's code is on its way to the address that they asked for; nothing where there is no code."""
    with db.begin() as session:
        claim = session.get_one(Claim, claim_id)
        if claim.coupon_id is None:
            return
        coupon = session.get_one(Coupon, claim.coupon_id)
        person = people.meet(session, session.get_one(Store, claim.store_id), Identity(email=email), locale)
        claim.person_id = claim.person_id or person.id  # only noted: nobody has shown that the address is theirs (R2)
        mail.owe_mail(
            session,
            claim.store_id,
            person.id,
            "your_code",
            f"claim:{claim.id}:{person.id}",
            locale,
            address=f"{settings().public_url}/c/{tokens.claim(claim.id)}",
            code=coupon.code,
            expires_at=claim.expires_at,
        )


def note_for_shop(session: Session, claim: Claim) -> CouponNote:
    """What the shop may read beside the claim's coupon: who recommended, as friends know them, and for whom it is."""
    advocate = session.get_one(Advocate, claim.advocate_id)
    person = session.get_one(Person, advocate.person_id)
    name = (person.name or "").split() if person.erased_at is None else []
    return CouponNote(
        recommended_by=name[0] if name else codes.shown(advocate.code),
        new_customers_only=session.get_one(ProgramVersion, claim.version_id).rules.new_customers_only,
    )


def digest_of(nonce: str) -> str:
    """What is kept of a form's nonce."""
    return sha256(nonce.encode()).hexdigest()


def _with_nonce(session: Session, store_id: int, nonce: str) -> int:
    return session.scalars(select(Claim.id).where(Claim.store_id == store_id, Claim.nonce == digest_of(nonce))).one()


def _lately(session: Session, advocate: Advocate) -> int:
    recent = clock.now() - timedelta(hours=1)
    return session.scalars(
        select(func.count())
        .select_from(Claim)
        .where(Claim.advocate_id == advocate.id, Claim.store_id == advocate.store_id, Claim.claimed_at > recent)
    ).one()
