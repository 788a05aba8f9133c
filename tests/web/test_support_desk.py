"""The support desk: found in one box, masked, every act with its reason, undone where it can be."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import Database
from app.models import Advocate, Attribution, AuditEntry, Effect, InboxMessage, Person, Store, Task
from app.services import decisions, effects, intake
from integrations.contract import RawRequest
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.scenes import Scene
from tests.web.desks import Desk, signed_in


@pytest.fixture
def slug(db: Database, scene: Scene) -> str:
    """The store's name in addresses, with Sara's address known."""
    with db.begin() as session:
        decisions.settle(session, scene.store_id, scene.order_ref)
        session.get_one(Person, scene.person_id).email = "sara.mahdavi@mail.shop"
        return session.get_one(Store, scene.store_id).slug


@pytest.fixture
def desk(app: Flask, db: Database, scene: Scene, slug: str) -> Desk:
    """An agent at the desk."""
    with db.begin() as session:
        agent = factories.account(session, name="Jonas")
        factories.member(session, session.get_one(Store, scene.store_id), agent, "agent")
    return signed_in(app, agent.id)


def words(page: str) -> str:
    """The page's text without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def state(db: Database, scene: Scene) -> str:
    with db.read() as session:
        return session.scalars(select(Attribution.state).where(Attribution.order_ref == scene.order_ref)).one()


def last_entry(db: Database) -> AuditEntry:
    with db.read() as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


# --- finding ---


def test_search_is_a_post_and_leaves_nothing_personal_in_an_address(desk: Desk, slug: str) -> None:
    page = desk.post(f"/s/{slug}/search", page=f"/s/{slug}/support", typed="Sara")
    assert "Sara Mahdavi" in page.text
    assert not [address for address in re.findall(r'(?:href|action)="([^"]+)"', page.text) if "ara" in address.lower()]
    assert desk.get(f"/s/{slug}/search").status_code == 405


def test_search_that_finds_nothing_says_what_to_try(desk: Desk, slug: str) -> None:
    page = desk.post(f"/s/{slug}/search", page=f"/s/{slug}/support", typed="<script>alert(1)</script>")
    assert "Nothing found" in page.text
    assert "<script>alert" not in page.text


# --- people ---


def test_addresses_are_masked_until_somebody_asks_and_that_is_on_record(
    desk: Desk, db: Database, scene: Scene, slug: str
) -> None:
    address = f"/s/{slug}/people/{scene.person_id}"
    page = desk.get(address)
    assert "s•••@mail.shop" in page.text
    assert "sara.mahdavi@" not in page.text
    revealed = desk.post(f"{address}/reveal", page=address)
    assert "sara.mahdavi@mail.shop" in revealed.text
    assert (last_entry(db).verb, last_entry(db).subject) == ("reveal", f"person:{scene.person_id}")
    assert "sara.mahdavi@" not in desk.get(address).text


def test_where_is_my_reward_is_answered_in_both_languages(
    desk: Desk, db: Database, scene: Scene, slug: str, clock: FrozenClock
) -> None:
    with db.begin() as session:
        session.get_one(Person, scene.person_id).locale = "fa"
    page = desk.get(f"/s/{slug}/people/{scene.person_id}").text
    assert "Your reward is sent on 1 April if the order stays" in words(page)
    reply = page.split('id="reply"')[0].rsplit("<p", 1)[1] + page.split('id="reply"')[1].split("</p>")[0]
    assert 'lang="fa" dir="rtl"' in reply
    assert "پاداش" in reply
    assert scene.order_ref not in words(reply.split(">", 1)[1]), "the friend's order is the friend's"


@pytest.mark.parametrize("locale", ["en", "ar", "fa"])
def test_every_page_opens_in_every_language(desk: Desk, db: Database, scene: Scene, slug: str, locale: str) -> None:
    message_id = message(db, scene, b"{}")
    for place in (
        "support",
        "waiting",
        "messages",
        "audit",
        f"people/{scene.person_id}",
        f"orders/{scene.order_ref}",
        f"messages/{message_id}",
    ):
        page = desk.get(f"/s/{slug}/{place}?lang={locale}")
        assert page.status_code == 200
        assert f'lang="{locale}" dir="{"ltr" if locale == "en" else "rtl"}"' in page.text


def test_block_and_undo(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    address = f"/s/{slug}/people/{scene.person_id}"
    answer = desk.post(f"/s/{slug}/advocates/{scene.advocate_id}/block", page=address, reason="spam", back=address)
    assert answer.location == address
    with db.read() as session:
        assert session.get_one(Advocate, scene.advocate_id).state == "blocked"
    desk.post(f"/s/{slug}/undo/{last_entry(db).id}", page=address, reason="wrong one", back=address)
    with db.read() as session:
        assert session.get_one(Advocate, scene.advocate_id).state == "active"


# --- orders ---


def test_order_page_says_who_why_and_by_which_rule(desk: Desk, scene: Scene, slug: str) -> None:
    page = words(desk.get(f"/s/{slug}/orders/{scene.order_ref}").text)
    assert "Sara Mahdavi" in page
    assert "A code that was given to one friend only was used on the order." in page
    assert "Rule R2-a, version 1 of the program" in page


def test_act_and_undo_change_the_order_and_stay_on_record(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    page = f"/s/{slug}/orders/{scene.order_ref}"
    answer = desk.post(f"/s/{slug}/acts/reject/{scene.order_ref}", page=page, reason="it was her own order")
    assert answer.location == page
    assert state(db, scene) == "rejected"
    story = words(desk.get(page).text)
    assert "it was her own order" in story
    assert "Jonas" in story
    desk.post(f"/s/{slug}/undo/{last_entry(db).id}", page=page, reason="it was not")
    assert state(db, scene) == "qualified"
    log = words(desk.get(f"/s/{slug}/audit").text)
    assert "Undone: Rejected" in log


def test_nothing_is_done_without_a_reason(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    page = f"/s/{slug}/orders/{scene.order_ref}"
    desk.post(f"/s/{slug}/acts/reject/{scene.order_ref}", page=page, reason=" ")
    assert state(db, scene) == "qualified"
    assert "Say why" in desk.get(page).text


def test_an_act_never_leads_to_another_server(desk: Desk, scene: Scene, slug: str) -> None:
    page = f"/s/{slug}/orders/{scene.order_ref}"
    answer = desk.post(f"/s/{slug}/acts/note/{scene.order_ref}", page=page, reason="x", back="https://evil.test")
    assert answer.location == page


def test_order_of_nobody_is_linked_by_hand(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    with db.begin() as session:
        store = session.get_one(Store, scene.store_id)
        lonely = factories.order(session, store, order_ref="gid://shop/Order/7", number="7")
        factories.order_key(session, store, lonely, "somebody@mail.shop")
    page = f"/s/{slug}/orders/gid://shop/Order/7"
    assert "Recommended by nobody" in desk.get(page).text
    link = f"/s/{slug}/acts/link/gid://shop/Order/7"
    desk.post(link, page=page, reason="she called", advocate="nobody@mail.shop")
    assert "Nobody in a program has this code or address" in desk.get(page).text
    desk.post(link, page=page, reason="she called", advocate=scene.advocate_code)
    assert "Somebody at the shop linked the order by hand." in desk.get(page).text


@pytest.mark.parametrize(
    "place", ["orders/9999999", "people/999", "messages/999", "acts/approve/9999999", "acts/eat/1"]
)
def test_what_does_not_exist_is_a_kind_page(desk: Desk, slug: str, place: str) -> None:
    if place.startswith("acts"):
        answer = desk.post(f"/s/{slug}/{place}", page=f"/s/{slug}/support", reason="x")
    else:
        answer = desk.get(f"/s/{slug}/{place}")
    assert answer.status_code == 404


# --- messages and queues ---

ORDER = {
    "id": 1042,
    "status": "processing",
    "total": "54.90",
    "currency": "EUR",
    "date_created_gmt": "2026-02-03T10:00:00",
    "order_key": "wc_order_VeRySeCrEt",
    "billing": {"first_name": "Karim", "city": "Berlin", "email": "karim@mail.shop", "phone": "+49 170 9384756"},
    "customer_ip_address": "203.0.113.7",
    "customer_note": "ring twice",
    "meta_data": [{"key": "_instagram", "value": "karim.the.great"}, {"key": "x", "value": "Karim Ahmadi"}],
    "coupon_lines": [{"code": "ktwrqhpxm", "discount": "7.50"}],
}


def message(db: Database, scene: Scene, body: bytes, **given: object) -> int:
    headers = (("X-Shop-Signature", "c2VjcmV0"), ("Authorization", "Basic abc"), ("X-Topic", "order.updated"))
    packed = intake.pack(RawRequest("POST", "/webhooks/shop/abc", "", headers, body))
    with db.begin() as session:
        installation = factories.installation(session, session.get_one(Store, scene.store_id))
        return factories.message(session, installation, **({"request": packed} | given)).id


def test_message_shows_facts_and_hides_people_and_secrets(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    message_id = message(db, scene, json.dumps(ORDER).encode())
    page = desk.get(f"/s/{slug}/messages/{message_id}").text
    for shown in ("54.90", "processing", "2026-02-03T10:00:00", "7.50", "1042", "order.updated"):
        assert shown in page
    for hidden in (
        "Karim",
        "karim",
        "Berlin",
        "9384756",
        "203.0.113.7",
        "VeRySeCrEt",
        "c2VjcmV0",
        "Basic abc",
        "ring twice",
    ):
        assert hidden not in page


@pytest.mark.parametrize("body", [b"webhook_id=7&email=karim%40mail.shop", b"\xff\xfe", b"", b"[" * 100_000])
def test_message_that_is_not_json_shows_nothing_of_itself(
    desk: Desk, db: Database, scene: Scene, slug: str, body: bytes
) -> None:
    page = desk.get(f"/s/{slug}/messages/{message(db, scene, body)}")
    assert page.status_code == 200
    assert "karim" not in page.text


def test_message_is_replayed_with_a_reason(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    message_id = message(db, scene, b"{}", state="failed", reason="body_unreadable")
    page = f"/s/{slug}/messages/{message_id}"
    desk.post(f"{page}/replay", page=page, reason="the adapter was mended")
    with db.read() as session:
        assert session.get_one(InboxMessage, message_id).state == "waiting"
    assert last_entry(db).verb == "replay"


def test_message_whose_bytes_are_gone_says_so(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    page = desk.get(f"/s/{slug}/messages/{message(db, scene, b'', request=None)}").text
    assert "deleted after its time" in page
    assert "/replay" not in page


def test_queues_are_worked_off(desk: Desk, db: Database, scene: Scene, slug: str, clock: FrozenClock) -> None:
    waiting = f"/s/{slug}/waiting"
    with db.begin() as session:
        effects.owe(session, scene.store_id, "push_coupons", "store", lane="coupons")
        effect = session.scalars(select(Effect).where(Effect.kind == "push_coupons")).one()
        effect.state, effect.reason = "stopped", "key_read_only"
        task = Task(
            store_id=scene.store_id,
            kind="unclaimed_coupon_used",
            subject="coupon:1",
            reason="unclaimed_coupon_used",
            evidence={"order_ref": scene.order_ref, "code": "KTWRQHPXM"},
            opened_at=clock.now,
        )
        factories.added(session, task)
    page = words(desk.get(waiting).text)
    assert "This key may only read." in page
    assert "KTW RQH PXM" in page
    desk.post(f"/s/{slug}/effects/{effect.id}/retry", page=waiting, reason="new key")
    desk.post(f"/s/{slug}/tasks/{task.id}/close", page=waiting, reason="looked into it")
    assert "Nothing waits" in desk.get(waiting).text


def test_lists_have_pages(desk: Desk, db: Database, scene: Scene, slug: str) -> None:
    for _ in range(52):
        message(db, scene, b"{}")
    first = desk.get(f"/s/{slug}/messages").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = desk.get(older[1].replace("&amp;", "&")).text
    assert second.count("<tr><td>") == 2
    assert 'rel="prev"' in second
