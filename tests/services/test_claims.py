"""Claims under pressure: one form is one claim, one coupon is one friend's (R12)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from sqlalchemy import select

from app import clock as app_clock
from app.extensions import Database
from app.links.tokens import ShareLink, tokens
from app.models import Advocate, Claim, Coupon, Person, PersonKey, ProgramVersion, SignInLink, Store
from app.services import claims, people, sign_in
from app.services.people import Identity
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


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """What each act returned; all of them began at the same moment."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        ready.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_people_who_join_twice_at_once_are_one_person(db: Database, scene: Scene) -> None:
    for number in range(5):
        email, written = f"nima{number}@mail.test", f"Nima{number}@Mail.test"
        at_once(
            [
                partial(sign_in.ask_to_join, scene.store_id, scene.program_id, each, "Nima", "en")
                for each in [email, written] * (TOGETHER // 2)
            ]
        )
        with db.read() as session:
            store = session.get_one(Store, scene.store_id)
            digest = dict(people.keys(store, Identity(email=email)))["email"]
            keys = session.scalars(select(PersonKey.person_id).where(PersonKey.digest == digest)).all()
            named = [each.id for each in session.scalars(select(Person)) if each.email in (email, written)]
            links = session.scalars(select(SignInLink.person_id).where(SignInLink.person_id.in_(named))).all()
        assert len(keys) == 1
        assert named == keys
        assert links == keys * TOGETHER


def test_identity_of_two_people_stays_with_the_older(db: Database, scene: Scene) -> None:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        first = people.meet(session, store, Identity(email="one@mail.test"), "en")
        second = people.meet(session, store, Identity(phone="+31201234567"), "en")
        both = people.meet(session, store, Identity(email="one@mail.test", phone="+31201234567"), "en")
    assert (both.id, second.id != first.id) == (first.id, True)


def test_r12_two_mailed_links_of_one_friend_used_at_once_make_one_claim(db: Database, scene: Scene) -> None:
    shelve(db, scene, TOGETHER)
    share = ShareLink(scene.program_id, scene.advocate_id)
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        friend = people.meet(session, store, Identity(email="lea@mail.test"), "en").id
        links = [
            SignInLink(
                store_id=store.id,
                person_id=friend,
                intent="claim",
                program_id=scene.program_id,
                created_at=app_clock.now(),
            )
            for _ in range(4)
        ]
        session.add_all(links)
        session.flush()
        codes = [tokens.timed(sign_in.PURPOSE, [link.id, share.advocate_id]) for link in links]
    used = at_once([partial(sign_in.use_link, token, "en") for token in codes])
    assert len({each.claim_id for each in used if isinstance(each, sign_in.Used)}) == 1
    assert len(fresh(db, scene)) == 1
