"""Programs that stand still since their shop was left, or counts in another currency, and how they go on."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import Database
from app.models import Claim, Program, ProgramVersion, Store
from app.services import departures, shelf
from app.worker.loop import run_until_idle
from tests import factories
from tests.engines.frozen import FrozenClock
from tests.engines.tea_shop import TeaShop
from tests.web.connecting.shops import claim_one, connect, installation, live_program, slug, words, work_through
from tests.web.desks import signed_in
from tests.web.test_owner_desk import ANSWERS


@pytest.mark.usefixtures("reachable")
def test_programs_that_were_live_before_leaving_go_on_with_one_press(
    app: Flask, db: Database, tea: TeaShop, mina: int, clock: FrozenClock
) -> None:
    made = connect(mina, tea)
    store_id = installation(db, made).store_id
    with db.begin() as session:
        version = live_program(session, store_id)
        factories.program(session, session.get_one(Store, store_id), state="paused")  # by its owner, long ago
    run_until_idle()
    departures.disconnect(store_id, mina)
    work_through(clock)
    connect(mina, tea)
    run_until_idle()
    desk = signed_in(app, mina)
    address = f"/s/{slug(db, store_id)}/connection"
    for page in (f"/connect/done/{made}", address):
        assert "One program has been paused since the shop was disconnected: Tea for two." in words(desk.get(page).text)
    assert desk.post(f"{address}/programs", page=address).location.endswith("/connection")
    page = words(desk.get(address).text)
    assert "Live again" in page
    assert "paused since" not in page
    run_until_idle()
    with db.read() as session:
        assert session.scalars(select(Program.state).order_by(Program.id)).all() == ["live", "paused"]
        assert shelf.level(session, session.get_one(ProgramVersion, version)) == len(tea.coupons()) == 12


def test_programs_of_a_shop_that_was_never_left_are_not_offered(
    app: Flask, db: Database, tea: TeaShop, mina: int
) -> None:
    made = connect(mina, tea)
    with db.begin() as session:
        live_program(session, installation(db, made).store_id)
    address = f"/s/{slug(db, installation(db, made).store_id)}/connection"
    assert "paused since" not in words(signed_in(app, mina).get(address).text)


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("is_gone", [False, True])
def test_shop_that_counts_in_another_currency_pauses_its_programs_and_says_so(
    app: Flask, db: Database, tea: TeaShop, mina: int, clock: FrozenClock, is_gone: bool
) -> None:
    made = connect(mina, tea)
    store_id = installation(db, made).store_id
    with db.begin() as session:
        version = live_program(session, store_id)
    run_until_idle()
    held = claim_one(db, version)
    if is_gone:
        departures.disconnect(store_id, mina)
        work_through(clock)
    tea.say("/wp-json/wc/v3/data/currencies/current", {"code": "USD", "name": "Dollar", "symbol": "$"})
    assert connect(mina, tea) == made
    work_through(clock)
    assert [each.code for each in tea.coupons()] == [held.lower()], "only what a friend holds is left"
    desk, at = signed_in(app, mina), f"/s/{slug(db, store_id)}"
    with db.read() as session:
        assert session.get_one(Store, store_id).currency == "USD"
        assert session.scalars(select(Claim.state)).all() == ["ready"]
        program = session.scalars(select(Program)).one()
    assert program.state == "paused"
    assert "counts in USD now" in words(desk.get(f"{at}/connection").text)
    page = desk.get(f"{at}/programs/{program.id}").text
    assert "this program’s amounts are in EUR" in words(page)
    assert "Write the amounts anew" in page
    assert ">Go on<" not in page
    desk.post(f"{at}/connection/programs", page=f"{at}/connection/disconnect")
    refused = desk.post(f"{at}/programs/{program.id}/state", page=f"{at}/programs/{program.id}", state="live")
    assert "Write the program’s amounts in that one first" in words(desk.get(refused.location).text)
    with db.read() as session:
        assert session.scalars(select(Program.state)).one() == "paused"


@pytest.mark.usefixtures("reachable")
def test_program_goes_on_once_its_amounts_are_written_in_the_new_currency(
    app: Flask, db: Database, tea: TeaShop, mina: int
) -> None:
    made = connect(mina, tea)
    store_id = installation(db, made).store_id
    with db.begin() as session:
        live_program(session, store_id)
    tea.say("/wp-json/wc/v3/data/currencies/current", {"code": "USD", "name": "Dollar", "symbol": "$"})
    connect(mina, tea)
    desk, at = signed_in(app, mina), f"/s/{slug(db, store_id)}/programs"
    with db.read() as session:
        program = session.scalars(select(Program)).one()
    form = desk.get(f"{at}/{program.id}/edit").text
    for amount in ("minimum", "reward_amount"):
        assert re.search(rf'name="{amount}"[^>]*value=""', form), "an amount of the old currency is not taken over"
    answers = {**ANSWERS, "reward_amount": "9"}
    review = words(desk.post(f"{at}/{program.id}/edit", step="review", **answers).text)
    assert "CurrencyEURUSD" in review
    desk.post(f"{at}/{program.id}/edit", step="save", **answers)
    desk.post(f"{at}/{program.id}/state", page=f"{at}/{program.id}", state="live")
    run_until_idle()
    with db.read() as session:
        assert session.scalars(select(Program.state)).one() == "live"
        newest = session.scalars(select(ProgramVersion).order_by(ProgramVersion.number.desc())).first()
        assert newest is not None
        assert (newest.number, newest.rules.currency, newest.rules.reward.amount_minor) == (2, "USD", 900)
    assert len(tea.coupons()) == 12
