"""The page where an owner brings codes: typed, as a file, twice; and what the advocate and other members see."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from flask import Flask

from app.domain.programs import AdvocateReward, InWords, RewardKind
from app.extensions import Database
from app.models import ProgramVersion, Store
from app.queries import banks
from tests import factories
from tests.scenes import Scene
from tests.web.desks import PEOPLE, Desk, csrf_token, signed_in
from tests.web.test_support_desk import words

pytestmark = pytest.mark.engines("sqlite")
REWARD = AdvocateReward(kind=RewardKind.BANK_CODE, gift=InWords(en="a cinema ticket"))


@pytest.fixture
def page(db: Database, scene: Scene) -> str:
    """The address of the program's bank."""
    with db.begin() as session:
        session.get_one(ProgramVersion, scene.version_id).rules = replace(factories.RULES, reward=REWARD)
        return f"/s/{session.get_one(Store, scene.store_id).slug}/programs/{scene.program_id}/codes"


@pytest.fixture
def desk(app: Flask, scene: Scene) -> Desk:
    """The owner at the desk."""
    return signed_in(app, scene.account_id)


def left(scene: Scene) -> int:
    return banks.stocks(scene.store_id).get(scene.program_id, banks.Stock()).left


def test_codes_are_typed_one_in_a_line_and_duplicates_are_named(desk: Desk, page: str, scene: Scene) -> None:
    desk.post(page, codes="ABC-1\nABC-2\nabc-1\n")
    shown = words(desk.get(page).text)
    assert "2 codes are in the bank now." in shown
    assert "twice in the list: abc-1" in shown
    assert left(scene) == 2
    assert "2 codes left" in words(desk.get(page.removesuffix("/codes")).text)


def test_codes_come_as_a_file_of_which_the_first_column_counts(desk: Desk, page: str, scene: Scene) -> None:
    token = csrf_token(desk.get(page))
    file = (io.BytesIO('\ufeffABC-1;10 €\r\n"ABC-2",x\r\n'.encode()), "codes.csv")
    desk.client.post(page, data={"csrf_token": token, "codes": "", "file": file}, headers=PEOPLE)
    assert left(scene) == 2


def test_nothing_typed_is_said(desk: Desk, page: str, scene: Scene) -> None:
    desk.post(page, codes=" \n")
    assert "Write one code in a line" in words(desk.get(page).text)
    assert left(scene) == 0


def test_codes_are_never_shown_again_at_the_desk(desk: Desk, page: str) -> None:
    desk.post(page, codes="ABC-1")
    desk.get(page)  # what was said once is gone
    assert not re.search("ABC-1", desk.get(page).text)


def test_an_agent_brings_no_codes(app: Flask, db: Database, scene: Scene, page: str) -> None:
    with db.begin() as session:
        agent = factories.account(session, name="Jonas")
        factories.member(session, session.get_one(Store, scene.store_id), agent, "agent")
    assert signed_in(app, agent.id).get(page).status_code in (403, 404)


def test_few_codes_are_said_where_work_waits(desk: Desk, page: str) -> None:
    desk.post(page, codes="ABC-1")
    waiting = page.partition("/programs")[0] + "/waiting"
    assert "Few codes are left" in words(desk.get(waiting).text)
