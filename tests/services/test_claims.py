"""Claims under pressure: one form is one claim, one coupon is one friend's (R12)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from app.extensions import Database
from app.links.tokens import ShareLink
from app.models import Advocate, Claim, Coupon, ProgramVersion
from app.services import claims
from tests import factories
from tests.scenes import Scene

TOGETHER = 8


def shelve(db: Database, scene: Scene, count: int) -> None:
    """So many coupons stand on the shelf."""
    with db.begin() as session:
        for _ in range(count):
            factories.coupon(session, session.get_one(ProgramVersion, scene.version_id))


def tap(scene: Scene, nonce: str) -> int:
    """A friend taps the advocate's link."""
    return claims.tap(ShareLink(scene.program_id, scene.advocate_id), nonce, locale="en", channel="")


def fresh(db: Database, scene: Scene) -> list[Claim]:
    """The claims that the test made."""
    with db.read() as session:
        return list(session.scalars(select(Claim).where(Claim.id != scene.claim_id)))


def test_r12_one_form_sent_many_times_at_once_is_one_claim(db: Database, scene: Scene) -> None:
    shelve(db, scene, TOGETHER)
    with ThreadPoolExecutor(TOGETHER) as pool:
        made = set(pool.map(lambda _: tap(scene, "one"), range(TOGETHER)))
    (claim,) = fresh(db, scene)
    assert made == {claim.id}
    with db.read() as session:
        handed = session.scalars(select(Coupon).where(Coupon.state == "claimed", Coupon.purpose == "shelf")).all()
    assert claim.coupon_id in {coupon.id for coupon in handed}
    assert len(handed) == 2  # this one, and the one of the scene


def test_r12_many_friends_at_once_never_share_a_code(db: Database, scene: Scene) -> None:
    shelve(db, scene, TOGETHER - 2)
    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(lambda number: tap(scene, f"friend {number}"), range(TOGETHER)))
    made = fresh(db, scene)
    handed = [claim.coupon_id for claim in made if claim.coupon_id is not None]
    assert len(made) == TOGETHER
    assert len(handed) == len(set(handed)) == TOGETHER - 2
    assert {claim.state for claim in made if claim.coupon_id is None} == {"waiting"}


def test_r18_a_test_claim_is_marked(db: Database, scene: Scene) -> None:
    shelve(db, scene, 1)
    with db.begin() as session:
        advocate = session.get_one(Advocate, scene.advocate_id)
        version = session.get_one(ProgramVersion, scene.version_id)
        claims.issue(session, advocate, version, "test", locale="en", is_test=True)
    (claim,) = fresh(db, scene)
    assert (claim.is_test, claim.state) == (True, "ready")


def test_r11_a_claim_fixes_the_version_in_force(db: Database, scene: Scene) -> None:
    shelve(db, scene, 2)
    first = tap(scene, "before")
    with db.begin() as session:
        old = session.get_one(ProgramVersion, scene.version_id)
        from app.models import Program

        newer = factories.version(session, session.get_one(Program, scene.program_id), old.rules, number=2)
        newer_id = newer.id
    second = tap(scene, "after")
    with db.read() as session:
        assert session.get_one(Claim, first).version_id == scene.version_id
        assert session.get_one(Claim, second).version_id == newer_id
