"""What friends are told by mail: only who gave an address with their tap, and confirmed it (R15)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.reasons import Reason
from app.extensions import settings
from app.links.tokens import tokens
from app.models import Attribution, Claim, Person, Reward
from app.services import handouts, mail, reward_terms


def tell(session: Session, reward: Reward) -> None:
    """The friend is owed one mail that their reward was given, where they asked for mail; their page says it anyway."""
    claim = session.scalars(
        select(Claim)
        .join(Attribution, (Attribution.store_id == Claim.store_id) & (Attribution.claim_id == Claim.id))
        .where(Claim.store_id == reward.store_id, Attribution.order_ref == reward.cause_ref)
    ).first()
    if claim is None or claim.person_id is None or claim.verified_at is None:
        return
    person = session.get_one(Person, claim.person_id)
    if (reward.state, reward.reason) != ("issued", Reason.ISSUED.value) or not person.email:
        return
    last = handouts.given(session, reward)[-1]
    mail.owe_mail(
        session, reward.store_id, person.id, "friend_reward", f"reward:{reward.id}:{last.cause}", claim.locale,
        address=f"{settings().public_url}/c/{tokens.claim(claim.id)}",
        terms=reward_terms.of(session, reward), amount_minor=-last.amount_minor, currency=last.currency,
    )  # fmt: skip
