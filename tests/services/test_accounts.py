"""Accounts: the first one, signing in, links that work once, a password of one's own."""

from __future__ import annotations

import pytest

from app.domain.errors import AnswersRefused, DomainError
from app.extensions import Database
from app.links.tokens import TokenInvalid, tokens
from app.models import Account
from app.services import accounts
from app.services.accounts import AccountAnswers, SignedIn
from tests import factories
from tests.engines.frozen import FrozenClock

PASSWORD = "tea in the afternoon"
MINA = AccountAnswers(name=" Mina ", email=" Mina@Shop.TEST ", password=PASSWORD, locale="fa")
HOME = "http://refer.test"


def token_of(url: str) -> str:
    return url.rsplit("/", 1)[1]


def set_up() -> SignedIn:
    return accounts.set_up(token_of(accounts.setup_link(HOME)), MINA)


def test_setup_link_makes_the_first_account(db: Database) -> None:
    signed_in = set_up()
    with db.read() as session:
        account = session.get_one(Account, signed_in.account_id)
    assert (account.email, account.name, account.locale, account.runs_server) == ("mina@shop.test", "Mina", "fa", True)
    assert account.password_hash.startswith("$argon2id$")


def test_setup_link_is_over_once_there_is_an_account(db: Database) -> None:
    token = token_of(accounts.setup_link(HOME))
    accounts.set_up(token, MINA)
    with pytest.raises(DomainError, match="already_set_up"):
        accounts.set_up(token, MINA)
    with pytest.raises(DomainError, match="already_set_up"):
        accounts.setup_link(HOME)


def test_setup_link_is_over_after_a_day(db: Database, clock: FrozenClock) -> None:
    token = token_of(accounts.setup_link(HOME))
    clock.advance(hours=24, seconds=2)
    with pytest.raises(TokenInvalid):
        accounts.open_setup(token)


def test_every_wrong_answer_is_named_at_once(db: Database) -> None:
    wrong = AccountAnswers(name=" ", email="mina at shop", password="too short", locale="tlh")
    with pytest.raises(AnswersRefused) as refused:
        accounts.first_account(wrong)
    assert [(fault.field, fault.reason) for fault in refused.value.faults] == [
        ("name", "name_missing"),
        ("email", "email_invalid"),
        ("password", "password_short"),
        ("locale", "locale_unknown"),
    ]


def test_sign_in_knows_the_address_in_any_case(db: Database) -> None:
    signed_in = set_up()
    assert accounts.sign_in("MINA@shop.test ", PASSWORD) == signed_in


@pytest.mark.parametrize(("email", "password"), [("mina@shop.test", "wrong password"), ("nobody@shop.test", PASSWORD)])
def test_sign_in_answers_the_same_to_wrong_password_and_unknown_address(
    db: Database, email: str, password: str
) -> None:
    set_up()
    assert accounts.sign_in(email, password) is None


def test_an_account_without_a_password_cannot_sign_in_with_any(db: Database) -> None:
    with db.begin() as session:
        factories.account(session, email="new@shop.test", password_hash=None)
    assert accounts.sign_in("new@shop.test", "") is None
    assert accounts.sign_in("new@shop.test", "nobody has this password") is None


def test_one_time_link_signs_in_once_and_ends_earlier_sessions(db: Database) -> None:
    first = set_up()
    token = token_of(accounts.one_time_sign_in(HOME, first.account_id))
    again = accounts.use_sign_in_link(token)
    assert again.account_id == first.account_id
    assert again.epoch != first.epoch
    with pytest.raises(TokenInvalid):
        accounts.use_sign_in_link(token)


def test_one_time_link_is_over_after_an_hour(db: Database, clock: FrozenClock) -> None:
    token = token_of(accounts.one_time_sign_in(HOME, set_up().account_id))
    clock.advance(hours=1, seconds=2)
    with pytest.raises(TokenInvalid):
        accounts.use_sign_in_link(token)


def test_links_name_no_address(db: Database) -> None:
    account_id = set_up().account_id
    assert "shop" not in str(
        tokens.read_timed("desk-sign-in", token_of(accounts.one_time_sign_in(HOME, account_id)), 9)
    )


def test_changed_password_ends_other_sessions(db: Database) -> None:
    before = set_up()
    after = accounts.change_password(before.account_id, PASSWORD, "another good password")
    assert after.epoch != before.epoch
    assert accounts.sign_in("mina@shop.test", PASSWORD) is None
    assert accounts.sign_in("mina@shop.test", "another good password") == after


def test_password_stays_when_the_current_one_is_wrong(db: Database) -> None:
    account_id = set_up().account_id
    with pytest.raises(AnswersRefused) as refused:
        accounts.change_password(account_id, "not this one", "another good password")
    assert refused.value.faults[0].field == "current_password"
    assert accounts.sign_in("mina@shop.test", PASSWORD) is not None


def test_who_came_by_a_link_chooses_a_password_without_the_old_one(db: Database) -> None:
    with db.begin() as session:
        account_id = factories.account(session, email="lost@shop.test", password_hash=None).id
    accounts.change_password(account_id, None, "another good password")
    assert accounts.sign_in("lost@shop.test", "another good password") is not None
