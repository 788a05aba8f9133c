"""A used-up budget says so to the friend, the advocate and the owner, with what is left and when it starts anew
(R10)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.domain.programs import BudgetPeriod
from app.models import Account, ProgramVersion, Store
from tests import factories
from tests.web.conftest import Stand, code_on
from tests.web.desks import signed_in
from tests.web.test_owner_desk import ANSWERS, words
from tests.web.walks import PEOPLE, mailed_path, sign_in, tap

HELD = 1600  # 15 % of a usual order of forty, and ten


def budget(stand: Stand, codes: int, period: BudgetPeriod = BudgetPeriod.MONTH) -> None:
    """The program has room for so many codes."""
    with stand.db.begin() as session:
        version = session.get_one(ProgramVersion, stand.version_id)
        version.rules = replace(version.rules, budget_minor=codes * HELD, budget_order_minor=4000, budget_period=period)
    stand.forget()


def owner(stand: Stand) -> int:
    """The account of an owner of the shop."""
    with stand.db.begin() as session:
        account: Account = factories.account(session)
        factories.member(session, session.get_one(Store, stand.store_id), account)
        return account.id


# --- the friend ---


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (BudgetPeriod.MONTH, ("All codes of this month are taken", "new codes from Wednesday 1 April")),
        (BudgetPeriod.WHOLE, ("All codes are taken", "the shop has no more to give")),
    ],
)
def test_r10_a_used_up_program_says_so_and_leads_to_the_shop(
    stand: Stand, period: BudgetPeriod, said: tuple[str, str]
) -> None:
    budget(stand, 1, period)
    waiting = stand.friend()
    nonce = stand.nonce(stand.open(waiting))
    assert code_on(stand.tap(stand.friend()).text)
    stand.forget()
    for page in (stand.open(stand.friend()), stand.tap(waiting, nonce)):
        assert page.status_code == 200
        assert all(each in words(page.text) for each in said)
        assert 'href="https://tea.test/"' in page.text
    assert len(stand.claims()) == 1


@pytest.mark.parametrize(("lang", "said"), [("ar", "نفدت رموز هذا الشهر"), ("fa", "کدهای این دوره تمام شده است")])
def test_r10_it_is_said_in_the_friends_language(stand: Stand, lang: str, said: str) -> None:
    budget(stand, 1)
    stand.tap(stand.friend())
    stand.forget()
    assert said in stand.open(stand.friend(), f"{stand.path}?lang={lang}").text


@pytest.mark.parametrize("how", ["used up", "paused"])
def test_r12_a_friend_who_comes_back_finds_their_code_whatever_became_of_the_offer(stand: Stand, how: str) -> None:
    budget(stand, 1)
    friend = stand.friend()
    code = code_on(stand.tap(friend).text)
    stand.forget()
    if how == "paused":
        stand.become("paused")
    back = stand.open(friend)
    assert back.status_code == 303
    assert code_on(stand.open(friend, back.location).text) == code


def test_r10_a_mailed_button_says_so_too_and_stays_good(stand: Stand) -> None:
    budget(stand, 1)
    friend = stand.friend()
    asked = {"nonce": stand.nonce(stand.open(friend)), "email": "kim@mail.shop"}
    friend.post(f"{stand.path}/address", data=asked, headers=PEOPLE)
    path = mailed_path(stand)
    stand.tap(stand.friend())
    refused = tap(friend, path)
    assert refused.status_code == 410
    assert "All codes are taken" in refused.text
    budget(stand, 2)
    assert tap(friend, path).status_code == 303, "the button was not used up by the refusal"


# --- the advocate ---


def test_r10_the_advocate_sees_how_many_codes_are_left_and_when_it_starts_anew(stand: Stand) -> None:
    budget(stand, 2)
    client = stand.friend()
    page = words(sign_in(stand, client).text)
    assert "The shop has 2 more codes to give; it starts anew on 1 April" in page
    for _ in range(2):
        stand.tap(stand.friend())
    page = words(client.get("/me", headers=PEOPLE).text)
    assert "All codes of this month are taken. Your link gives out new ones from 1 April" in page


# --- the owner ---


def test_r10_the_owner_sees_what_is_left_and_when_it_starts_anew(stand: Stand, app: Flask) -> None:
    budget(stand, 2)
    stand.tap(stand.friend())
    desk = signed_in(app, owner(stand))
    places = (f"/s/{stand.slug}/", f"/s/{stand.slug}/programs", f"/s/{stand.slug}/programs/{stand.program_id}")
    for place in places:
        page = words(desk.get(place).text)
        assert (
            "€16 of this month’s budget of €32 is left; it starts anew on 1 April . That is enough for 1 more code."
            in page
        )
    assert "€16.00 Held by codes that are out." in words(desk.get(places[2]).text)
    stand.tap(stand.friend())
    for place in places:
        assert "budget of €32 for this month is used up: no new codes until 1 April" in words(desk.get(place).text)


def test_r10_a_budget_is_set_in_the_form_and_said_in_words(stand: Stand, app: Flask) -> None:
    desk = signed_in(app, owner(stand))
    form = f"/s/{stand.slug}/programs/{stand.program_id}/edit"
    asked = ANSWERS | {"budget": "500", "budget_period": "month"}
    wrong = desk.post(form, **asked, step="review")
    assert wrong.status_code == 422
    assert 'id="budget_order-error"' in wrong.text
    review = words(desk.post(form, **asked, budget_order="40", step="review").text)
    assert "Budget for codes and their rewards no limit €500 each calendar month" in review
    desk.post(form, **asked, budget_order="40", step="save")
    rules = max(stand.rows(ProgramVersion), key=lambda version: version.number).rules  # type: ignore[attr-defined]
    assert (rules.budget_minor, rules.budget_period, rules.budget_order_minor) == (50_000, BudgetPeriod.MONTH, 4000)
    shown = desk.get(form).text
    assert 'value="500"' in shown
    assert "budget goes" in words(stand.open(stand.friend(), f"/join/{stand.slug}/terms").text)


# --- the panic switch ---


@pytest.mark.parametrize("place", ["", "programs/{program_id}"])
def test_r10_the_panic_switch_stops_new_codes_at_once_and_honours_old_ones(
    stand: Stand, app: Flask, place: str
) -> None:
    """It stands on the overview and on the program's page, one press away."""
    early, late = stand.friend(), stand.friend()
    code = code_on(stand.tap(early).text)
    nonce = stand.nonce(stand.open(late))
    desk = signed_in(app, owner(stand))
    page = f"/s/{stand.slug}/{place.format(program_id=stand.program_id)}"
    switch = f"/s/{stand.slug}/programs/{stand.program_id}/state"
    assert f'action="{switch}"' in desk.get(page).text
    desk.post(switch, page=page, state="paused")
    refused = stand.tap(late, nonce)
    assert "This offer is taking a break" in refused.text
    assert 'href="https://tea.test/"' in refused.text
    assert len(stand.claims()) == 1
    back = stand.open(early)
    assert code_on(stand.open(early, back.location).text) == code
    assert "Nobody gets a new code" in desk.get(page).text
