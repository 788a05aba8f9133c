"""What an advocate sees: their places in programs, what became of each friend, and their rewards. Nothing of a friend
beyond a first name that they gave themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app import clock
from app.domain.budgets import Budget
from app.domain.programs import AdvocateReward, Rules
from app.domain.referrals import may_ask_again
from app.extensions import db
from app.links.tokens import ShareLink
from app.models import Advocate, Attribution, Claim, Coupon, Person, Program, ProgramVersion, Reward, Store, Visit
from app.models.budgets import budget_of
from app.queries import reach
from app.queries.banks import gift_card_codes, given_codes
from app.queries.offers import SHOP, Shop, first_name, newest_version, shop_of
from app.queries.open_programs import OpenProgram
from app.queries.points import PointsShown, points_of
from app.queries.second_looks import Look, looks_of

MOST_FRIENDS = 200
OUTLOOK = {"open": 1, "qualified": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardShown:
    """A reward as its advocate sees it."""

    kind: str
    worth_minor: int
    currency: str
    state: str
    reason: str
    needs_approval: bool
    hold_word: str
    due_at: datetime
    look_until: datetime | None = None
    issued_at: datetime | None
    code: str | None
    code_state: str | None
    code_expires_at: datetime | None
    minimum_minor: int
    terms: AdvocateReward
    rank: int | None  # of its friend, where the reward depends on that
    donated_to: str | None
    bank_code: str | None = field(repr=False)  # given out of the owner's bank, or of the shop's own gift card


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendShown:
    """What became of one friend."""

    number: int
    name: str | None
    claimed_at: datetime | None
    code_until: datetime | None
    code_state: str | None
    ordered_at: datetime | None = None
    state: str | None = None
    reason: str = ""
    figures: dict[str, Any]
    currency: str
    reward: RewardShown | None = None
    attribution_id: int | None = None
    look: Look | None = None

    @property
    def may_ask(self) -> bool:
        """Whether somebody may be asked to look again, as nobody was yet (R9)."""
        waits = self.reward is not None and self.reward.state == "held" and self.reward.needs_approval
        return self.look is None and self.state is not None and may_ask_again(self.state, waits=waits)

    @property
    def at(self) -> datetime:
        """The last time something happened that the advocate can be told."""
        return self.ordered_at or self.claimed_at or datetime.min  # noqa: DTZ901 - one of the two always stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An advocate's place in one program."""

    program: OpenProgram
    budget: Budget | None
    link: ShareLink
    code: str
    state: str
    visits: int
    donates_to: str | None  # the cause that gets what the advocate donates
    friends: tuple[FriendShown, ...]
    bought: tuple[RewardShown, ...]  # with points, the newest first
    points: PointsShown | None  # None where there are none and never were
    counted: int  # friends whose orders count

    @property
    def rewards(self) -> tuple[RewardShown, ...]:
        """What points bought, then the rewards, those of the newest friends first."""
        return (*self.bought, *(friend.reward for friend in self.friends if friend.reward))


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """Everything on an advocate's page."""

    shop: Shop
    person_id: int
    name: str | None
    locale: str
    places: tuple[Place, ...]


def shop(store_id: int) -> Shop:
    """The shop as public pages wear it."""
    with db.read() as session:
        return shop_of(session.execute(select(*SHOP).where(Store.id == store_id)).one())


def page(store_id: int, person_id: int) -> Portal | None:
    """The person's page; None where they were erased."""
    with db.read() as session:
        person = session.scalars(
            select(Person).where(Person.id == person_id, Person.store_id == store_id, Person.erased_at.is_(None))
        ).first()
        if person is None:
            return None
        shop = shop_of(session.execute(select(*SHOP).where(Store.id == store_id)).one())
        places = session.execute(
            select(Advocate, Program.name, Program.state.label("program_state"), ProgramVersion.rules)
            .join(Program, Program.id == Advocate.program_id)
            .join(ProgramVersion, newest_version())
            .where(Advocate.store_id == store_id, Advocate.person_id == person_id)
            .order_by(Advocate.id)
        ).all()
        return Portal(
            shop=shop,
            person_id=person.id,
            name=first_name(person.name),
            locale=person.locale,
            places=tuple(
                _place(session, row.Advocate, row.name, row.program_state, row.rules, shop.timezone) for row in places
            ),
        )


def _place(session: Session, advocate: Advocate, name: str, state: str, rules: Rules, zone: str) -> Place:
    mine = (Visit.store_id == advocate.store_id, Visit.advocate_id == advocate.id)
    visits = session.scalars(select(func.count(Visit.id)).where(*mine)).one()
    return Place(
        program=OpenProgram(id=advocate.program_id, name=name, state=state, rules=rules),
        budget=budget_of(session, advocate.store_id, advocate.program_id, rules, zone, clock.now()),
        link=ShareLink(advocate.program_id, advocate.id),
        code=advocate.code,
        state=advocate.state,
        visits=visits,
        donates_to=rules.reward.cause(advocate.donates_to),
        friends=_friends(session, advocate),
        bought=tuple(reversed(_rewards(session, advocate, "redemption").values())),
        points=points_of(session, advocate),
        counted=reach.counted(session, advocate),
    )


def _friends(session: Session, advocate: Advocate) -> tuple[FriendShown, ...]:
    """Claims, and orders that came without one, newest first; tests are out."""
    orders = _attributions(session, advocate)
    # Of several orders on one claim the friend's is the one that counts, else may yet count, else the first.
    last = sorted(orders, key=lambda each: OUTLOOK.get(each.state, 0))
    by_claim = {each.claim_id: each for each in last if each.claim_id is not None}
    rewards, looks = _rewards(session, advocate), looks_of(session, advocate)
    claims = session.execute(
        select(Claim, Coupon.state.label("code_state"), Person.name)
        .outerjoin(Coupon, Coupon.id == Claim.coupon_id)
        .outerjoin(Person, and_(Person.id == Claim.person_id, Person.erased_at.is_(None)))
        .where(Claim.store_id == advocate.store_id, Claim.advocate_id == advocate.id, Claim.is_test.is_(False))
        .order_by(Claim.id.desc())
        .limit(MOST_FRIENDS)
    ).all()
    met = [(row.Claim, row.code_state, row.name, by_claim.pop(row.Claim.id, None)) for row in claims]
    met += [(None, None, None, each) for each in orders if each.claim_id is None]
    met.sort(key=lambda one: _first_met(one[0], one[3]), reverse=True)
    return tuple(
        _friend(
            len(met) - place,
            claim,
            code_state,
            name,
            order,
            reward=rewards.get(order.order_ref) if order else None,
            look=looks.get(order.order_ref) if order else None,
        )
        for place, (claim, code_state, name, order) in enumerate(met)
    )


def _first_met(claim: Claim | None, order: Attribution | None) -> datetime:
    if claim is not None:
        return claim.claimed_at
    assert order is not None  # noqa: S101 - one of the two always stands
    return order.placed_at


def _friend(
    number: int,
    claim: Claim | None,
    code_state: str | None,
    name: str | None,
    order: Attribution | None,
    *,
    reward: RewardShown | None,
    look: Look | None,
) -> FriendShown:
    return FriendShown(
        number=number,
        name=first_name(name),
        claimed_at=claim.claimed_at if claim else None,
        code_until=claim.expires_at if claim else None,
        code_state=code_state,
        ordered_at=order.placed_at if order else None,
        state=order.state if order else None,
        reason=order.reason if order else "",
        figures=order.figures if order else {},
        currency=reward.currency if reward else "",
        reward=reward,
        attribution_id=order.id if order else None,
        look=look,
    )


def _attributions(session: Session, advocate: Advocate) -> Sequence[Attribution]:
    return session.scalars(
        select(Attribution)
        .where(
            Attribution.store_id == advocate.store_id,
            Attribution.advocate_id == advocate.id,
            Attribution.is_test.is_(False),
        )
        .order_by(Attribution.placed_at.desc())
        .limit(MOST_FRIENDS)
    ).all()


def _rewards(session: Session, advocate: Advocate, cause_kind: str = "order") -> dict[str, RewardShown]:
    rows = session.execute(
        select(Reward, Coupon, ProgramVersion.rules)
        .join(ProgramVersion, ProgramVersion.id == Reward.version_id)
        .outerjoin(Coupon, Coupon.id == Reward.coupon_id)
        .where(Reward.store_id == advocate.store_id, Reward.advocate_id == advocate.id, Reward.is_test.is_(False))
        .where(Reward.cause_kind == cause_kind, Reward.side == "advocate")
        .order_by(Reward.id)
    ).all()
    codes = given_codes(session, advocate) | gift_card_codes(session, advocate)
    return {
        reward.cause_ref: reward_shown(reward, coupon, reward.terms or rules.reward, codes.get(reward.id))
        for reward, coupon, rules in rows
    }


def reward_shown(reward: Reward, coupon: Coupon | None, terms: AdvocateReward, bank_code: str | None) -> RewardShown:
    """The reward as whoever it is for sees it. The code is shown once it was sent: before, nobody could use it."""
    given = coupon if coupon and reward.state == "issued" else None
    return RewardShown(
        kind=reward.kind,
        worth_minor=reward.worth_minor,
        currency=reward.currency,
        state=reward.state,
        reason=reward.reason,
        needs_approval=reward.needs_approval,
        hold_word=reward.hold_word,
        due_at=reward.due_at,
        look_until=reward.look_until,
        issued_at=reward.issued_at,
        code=given.code if given else None,
        code_state=given.state if given else None,
        code_expires_at=given.expires_at if given else None,
        minimum_minor=given.minimum_minor if given else 0,
        terms=terms,
        rank=reward.rank,
        donated_to=reward.donated_to,
        bank_code=bank_code if reward.state == "issued" else None,
    )
