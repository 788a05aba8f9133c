"""Asking a human, on the pages of both sides (R9)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Attribution, SecondLook, Store
from app.services import second_looks
from tests import factories
from tests.doubtful import make_refused
from tests.engines.frozen import FrozenClock
from tests.web.conftest import Stand
from tests.web.desks import Desk, csrf_token, signed_in
from tests.web.test_doubts import words
from tests.web.test_portal import sara
from tests.web.walks import PEOPLE

pytestmark = pytest.mark.engines("sqlite")
ASKING = "Ask somebody to look again"


@pytest.fixture
def refused(stand: Stand) -> Attribution:
    """An order of Sara's friend that came from Sara's own mailbox."""
    with stand.db.begin() as session:
        version = session.get_one(factories.programs.ProgramVersion, stand.version_id)
        advocate = session.get_one(factories.programs.Advocate, stand.advocate_id)
        coupon = factories.coupon(session, version, state="claimed")
        factories.claim(session, version, advocate, coupon=coupon)
        placed = factories.order_with_code(session, session.get_one(Store, stand.store_id), coupon.code)
        make_refused(session, stand.store_id, stand.person_id, placed.order_ref)
        return session.scalars(select(Attribution)).one()


def desk_of(stand: Stand) -> Desk:
    """An agent at the store's desk."""
    with stand.db.begin() as session:
        agent = factories.account(session, name="Jonas")
        factories.member(session, session.get_one(Store, stand.store_id), agent, "agent")
    return signed_in(stand.app, agent.id)


def test_r9_from_the_button_to_the_answer(stand: Stand, refused: Attribution, clock: FrozenClock) -> None:
    client, desk, address = sara(stand), desk_of(stand), f"/me/look/{refused.id}"
    page = client.get("/me", headers=PEOPLE)
    assert "The one who bought and the one who recommended are the same person." in words(page.text)
    assert ASKING in page.text
    message = "It was my <sister>."
    asked = client.post(address, data={"csrf_token": csrf_token(page), "message": message}, headers=PEOPLE)
    assert asked.location == "/me"
    told = words(client.get("/me", headers=PEOPLE).text)
    assert "You asked for a look on 2 March. You get an answer by 9 March." in told
    assert ASKING not in told

    queue = f"/s/{stand.slug}/doubts"
    seen = words(desk.get(queue).text)
    assert "The customer asks for a second look. It was my &lt;sister&gt;." in seen
    assert "They were told that they get an answer by 9 March." in seen
    assert "they read what you write here" in words(desk.get(f"/s/{stand.slug}/orders/{refused.order_ref}").text)
    keep = f"/s/{stand.slug}/acts/keep/{refused.order_ref}"
    desk.post(keep, page=queue, back=queue, reason="Both orders go to one mailbox.")
    assert "Nothing to look at" in desk.get(queue).text
    told = words(client.get("/me", headers=PEOPLE).text)
    assert "Somebody looked again on 2 March: it does not count. Both orders go to one mailbox." in told


def test_an_answer_that_is_late_says_so(stand: Stand, refused: Attribution, clock: FrozenClock) -> None:
    second_looks.ask(stand.store_id, stand.person_id, refused.id, "")
    clock.advance(days=7)
    client = sara(stand)
    assert "the shop owes you an answer" in words(client.get("/me", headers=PEOPLE).text)
    assert "Late · 1" in words(desk_of(stand).get(f"/s/{stand.slug}/doubts?about=late").text)


def test_nobody_asks_without_the_pages_token_or_for_somebody_else(stand: Stand, refused: Attribution) -> None:
    client = sara(stand)
    client.post(f"/me/look/{refused.id}", data={}, headers=PEOPLE)
    token = csrf_token(client.get("/me", headers=PEOPLE))
    assert client.post(f"/me/look/{refused.id + 1}", data={"csrf_token": token}).status_code == 404
    assert stand.friend().post(f"/me/look/{refused.id}", data={}).status_code in (303, 400)
    assert stand.rows(SecondLook) == []


@pytest.mark.parametrize("lang", ["ar", "fa"])
def test_both_pages_open_in_every_language(stand: Stand, refused: Attribution, lang: str) -> None:
    client = sara(stand)
    assert 'dir="rtl"' in client.get(f"/me?lang={lang}", headers=PEOPLE).text
    second_looks.ask(stand.store_id, stand.person_id, refused.id, "برادرم بود")
    assert client.get(f"/me?lang={lang}", headers=PEOPLE).status_code == 200
    assert "برادرم بود" in desk_of(stand).get(f"/s/{stand.slug}/doubts?lang={lang}").text
