"""What a shop's connection lives through: its hello, new keys, leaving and coming back."""

from __future__ import annotations

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from app.extensions import Database
from app.models import AuditEntry, Claim, Effect, Program, ProgramVersion, Store
from app.services import departures, shelf, shops
from app.worker.loop import run_until_idle
from demo.records import ApiKey
from demo.shop import add_key
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.engines.tea_shop import TeaShop
from tests.web.connecting.shops import (
    PLATFORM,
    claim_one,
    connect,
    installation,
    live_program,
    slug,
    words,
    work_through,
)
from tests.web.desks import signed_in

# --- the hello ---


@pytest.mark.usefixtures("reachable")
def test_hello_of_the_shop_is_on_record_and_shown(app: Flask, db: Database, tea: TeaShop, mina: int) -> None:
    made = connect(mina, tea)
    desk = signed_in(app, mina)
    waiting = desk.get(f"/connect/done/{made}")
    assert "is being asked to send messages" in words(waiting.text)
    assert "look=2" in waiting.headers["Refresh"]
    run_until_idle()
    assert installation(db, made).greeted_at is not None
    done = desk.get(f"/connect/done/{made}")
    assert "messages arrive here" in words(done.text)
    assert "Refresh" not in done.headers


def test_hello_that_does_not_arrive_is_said_with_the_mend(
    app: Flask, db: Database, tea: TeaShop, mina: int, public_url: str
) -> None:
    made = connect(mina, tea)
    run_until_idle()
    store = installation(db, made)
    page = words(signed_in(app, mina).get(f"/s/{slug(db, store.store_id)}/connection").text)
    assert "hello did not arrive" in page
    assert f"{public_url}/webhooks/{PLATFORM}/{store.public_id}" in page
    for mend in ("PUBLIC_URL", "DNS", "firewall"):
        assert mend in page


@pytest.mark.usefixtures("reachable")
def test_hello_proves_nothing_to_an_address_that_is_not_ours(
    db: Database, tea: TeaShop, mina: int, public_url: str, clock: FrozenClock
) -> None:
    made = connect(mina, tea)
    address = f"{public_url}/webhooks/{PLATFORM}"
    hello = {"webhook_id": "1"}
    assert requests.post(f"{address}/nobody", data=hello, timeout=5).status_code == 200
    assert installation(db, made).greeted_at is None
    ours = f"{address}/{installation(db, made).public_id}"
    for seconds, moves in ((0, True), (30, False), (31, True)):
        clock.advance(seconds=seconds)
        before = installation(db, made).greeted_at
        assert requests.post(ours, data=hello, timeout=5).status_code == 200
        assert (installation(db, made).greeted_at != before) is moves


@pytest.mark.usefixtures("reachable")
def test_webhooks_that_lead_to_a_former_name_of_this_server_are_made_anew(
    db: Database, tea: TeaShop, mina: int
) -> None:
    made = connect(mina, tea)
    run_until_idle()
    path = shops.webhook_path(installation(db, made))
    for webhook in tea.webhooks():
        webhook.delivery_url = f"https://old-name.example{path}"
        tea.shop.store.save(webhook)
    connect(mina, tea)
    run_until_idle()
    assert {each.delivery_url for each in tea.webhooks()} == {shops.webhook_address(installation(db, made))}
    assert len(tea.webhooks()) == 5


def test_shop_that_counts_in_tomans_is_shown_as_it_counts(app: Flask, db: Database, tea: TeaShop, mina: int) -> None:
    tea.say("/wp-json/wc/v3/data/currencies/current", {"code": "IRT", "name": "Toman", "symbol": "x"})
    made = connect(mina, tea)
    page = words(signed_in(app, mina).get(f"/connect/done/{made}").text)
    assert "IRT (1 is IRR 10)" in page.replace("\xa0", " ")
    with db.read() as session:
        assert session.get_one(Store, installation(db, made).store_id).currency == "IRR"


# --- new keys ---


@pytest.mark.usefixtures("reachable")
def test_new_keys_keep_installation_webhooks_and_what_was_stopped(db: Database, tea: TeaShop, mina: int) -> None:
    made = connect(mina, tea)
    run_until_idle()
    before = installation(db, made)
    webhooks = {each.id for each in tea.webhooks()}
    tea.keep(f"keys/{tea.shop.store.select(ApiKey)[-1].id}/revoke")
    with db.begin() as session:
        version = live_program(session, before.store_id)
    run_until_idle()
    assert stopped(db) == {"push_coupons": "key_unknown"}
    add_key(tea.shop, "read_write")
    assert connect(mina, tea) == made
    run_until_idle()
    after = installation(db, made)
    assert (after.public_id, after.webhook_secret) == (before.public_id, before.webhook_secret)
    assert {each.id for each in tea.webhooks()} == webhooks
    assert stopped(db) == {}
    with db.read() as session:
        assert shelf.level(session, session.get_one(ProgramVersion, version)) == len(tea.coupons()) == 12


def stopped(db: Database) -> dict[str, str]:
    with db.read() as session:
        rows = session.execute(select(Effect.kind, Effect.reason).where(Effect.state == "stopped"))
        return {row.kind: row.reason for row in rows}


# --- leaving, and coming back ---


@pytest.mark.usefixtures("reachable")
def test_disconnected_shop_keeps_what_friends_hold_and_nothing_else(
    app: Flask, db: Database, tea: TeaShop, mina: int, clock: FrozenClock
) -> None:
    made = connect(mina, tea)
    store_id = installation(db, made).store_id
    with db.begin() as session:
        version = live_program(session, store_id)
    run_until_idle()
    held = claim_one(db, version)
    assert len(tea.coupons()) == 12
    desk = signed_in(app, mina)
    address = f"/s/{slug(db, store_id)}/connection"
    asked = words(desk.get(f"{address}/disconnect").text)
    for sentence in ("11 coupons that nobody took", "1 code that a friend holds", "Live programs are paused"):
        assert sentence in asked
    assert tea.webhooks(), "asking changes nothing"
    assert desk.post(f"{address}/disconnect").location.endswith("/connection")
    assert "Being disconnected" in desk.get(address).text
    work_through(clock)
    assert [each.code for each in tea.coupons()] == [held.lower()]
    assert tea.webhooks() == []
    left = installation(db, made)
    assert (left.state, left.leaving_at) == ("uninstalled", None)
    with db.read() as session:
        assert session.scalars(select(Program.state)).all() == ["paused"]
        assert session.scalars(select(Claim.state)).all() == ["ready"]
        assert {"disconnect", "disconnected"} <= set(session.scalars(select(AuditEntry.verb)))
    assert stopped(db) == {}
    assert "Not connected" in desk.get(address).text


@pytest.mark.usefixtures("reachable")
def test_oddity_reinstalled_shop_is_the_same(db: Database, tea: TeaShop, mina: int, clock: FrozenClock) -> None:
    made = connect(mina, tea)
    before = installation(db, made)
    departures.disconnect(before.store_id, mina)
    work_through(clock)
    assert connect(mina, tea) == made
    run_until_idle()
    after = installation(db, made)
    assert (after.store_id, after.public_id, after.state) == (before.store_id, before.public_id, "active")
    assert after.greeted_at is not None
    assert len(tea.webhooks()) == 5
    with db.read() as session:
        assert len(session.scalars(select(Store)).all()) == 1


@pytest.mark.usefixtures("reachable")
def test_connecting_while_it_is_being_left_wins(db: Database, tea: TeaShop, mina: int, clock: FrozenClock) -> None:
    made = connect(mina, tea)
    run_until_idle()
    departures.disconnect(installation(db, made).store_id, mina)
    connect(mina, tea)
    work_through(clock)
    assert installation(db, made).state == "active"
    assert len(tea.webhooks()) == 5


@pytest.mark.usefixtures("reachable")
def test_shop_whose_keys_are_gone_is_left_all_the_same(
    db: Database, tea: TeaShop, mina: int, clock: FrozenClock
) -> None:
    made = connect(mina, tea)
    run_until_idle()
    tea.keep(f"keys/{tea.shop.store.select(ApiKey)[-1].id}/revoke")
    departures.disconnect(installation(db, made).store_id, mina)
    work_through(clock)
    assert installation(db, made).state == "uninstalled"
    with db.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "disconnected")).one()
        assert entry.evidence == {"left_behind": "key_unknown"}


@pytest.mark.usefixtures("reachable")
def test_shop_that_is_down_is_waited_for_and_then_left(
    db: Database, tea: TeaShop, mina: int, clock: FrozenClock
) -> None:
    made = connect(mina, tea)
    run_until_idle()
    tea.keep("mishap", down_seconds="600", down_scope="rest")
    departures.disconnect(installation(db, made).store_id, mina)
    work_through(clock)
    assert installation(db, made).state == "active"
    for _ in range(12):
        clock.advance(hours=6)
        run_until_idle()
    assert installation(db, made).state == "uninstalled"
    assert "leave_store" not in stopped(db)


def test_only_owners_disconnect(app: Flask, db: Database, clock: FrozenClock) -> None:
    with db.begin() as session:
        store = factories.store(session)
        factories.installation(session, store, platform=PLATFORM)
        agent, stranger = factories.account(session), factories.account(session)
        factories.member(session, store, agent, "agent")
    address = f"/s/{store.slug}/connection/disconnect"
    assert signed_in(app, agent.id).get(address).status_code == 403
    assert signed_in(app, stranger.id).get(address).status_code == 404
