"""Every reason and every state has its sentence, in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint

from app import languages, services
from app.domain.reasons import Reason
from app.models import Base
from app.web import words
from app.web.support import words as support_words
from app.worker.jobs import JOBS

# How services open a task: open_task(session, coupon, "…", reason), or a row of its own with kind="…".
TASK = re.compile(r'(?:open_task\([\w.]+, [\w.]+, |\bTask,\s+store_id=[\w.]+,\s+kind=)"(\w+)"')

# kind of app/web/words.py: the table whose `state` it tells
TABLES = {
    "referral": "attributions",
    "reward": "rewards",
    "claim": "claims",
    "coupon": "coupons",
    "program": "programs",
    "advocate": "advocates",
    "mail": "mails",
    "message": "inbox_messages",
    "effect": "effects",
}


def service_texts() -> list[str]:
    return [path.read_text() for path in Path(services.__path__[0]).glob("*.py")]


def states_of(table: str) -> set[str]:
    """The words that the table's `state` may hold."""
    for constraint in Base.metadata.tables[table].constraints:
        if isinstance(constraint, CheckConstraint) and str(constraint.sqltext).startswith("state IN"):
            return {word.strip(" '") for word in str(constraint.sqltext).split("(")[1].rstrip(")").split(",")}
    raise AssertionError(f"{table} has no states")


def test_every_reason_has_its_sentence() -> None:
    assert set(words.REASONS) == set(Reason)


@pytest.mark.parametrize(("kind", "table"), TABLES.items())
def test_every_state_has_its_name(kind: str, table: str) -> None:
    assert set(words.STATES[kind]) == states_of(table)


def test_every_work_of_the_worker_has_its_name() -> None:
    assert set(support_words.EFFECTS) == set(JOBS)


def test_every_task_says_what_is_to_be_done() -> None:
    opened = {found for text in service_texts() for found in TASK.findall(text)}
    assert opened
    assert opened == set(support_words.TASKS)


@pytest.mark.parametrize(
    "reason",
    ["server_error_503", "answer_timeout", "connection_lost", "answer_too_large", "not_connected", "mismatch_amount",
     "coupon_gone", "not_ours", "webhook_differs", "order_list_unreadable", "order_list_unsorted", "coupons_disabled",
     "role_missing", "key_unknown", "rate_limited", "name_not_found", "tls_invalid", "redirected", "blocked"],
)  # fmt: skip
def test_what_keeps_work_from_being_done_is_said_in_a_sentence(app: Flask, reason: str) -> None:
    with app.test_request_context("/"):
        assert str(support_words.trouble(reason)).endswith(".")


def test_every_table_with_states_is_told() -> None:
    with_states = {table.name for table in Base.metadata.tables.values() if "state" in table.columns}
    assert with_states - {"installations", "authorizations"} == set(TABLES.values())


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_figures_stand_in_their_sentence(app: Flask, locale: str) -> None:
    with app.test_request_context(f"/?lang={locale}"):
        said = words.reason("below_minimum", {"amount_minor": 1250, "needs_minor": 2000}, "EUR")
        assert said.count("<bdi>") == 2
        assert "%(" not in said
        assert ("The goods came to" in said) == (locale == "en")
        assert "…" not in words.reason("cap_reached", {"cap": 5, "days": 365}, "EUR")


def test_an_unknown_reason_is_shown_and_escaped(app: Flask) -> None:
    with app.test_request_context("/"):
        assert words.reason("code_taken") == "code taken"
        assert words.reason("<b>") == "&lt;b&gt;"
