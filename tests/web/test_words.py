"""Every reason and every state has its sentence, in every language."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint

from app import languages, services
from app.domain.fraud import Sign
from app.domain.reasons import Reason
from app.models import Base
from app.web import troubles, words
from app.web.support import words as support_words
from app.web.support.signs import SIGNS
from app.web.support.signs import told as sign_told
from app.worker.jobs import JOBS
from integrations.events import SENDER_SEES_NOTHING

# How services open a task: open_task(session, coupon, "…", reason), or a row of its own with kind="…".
TASK = re.compile(r'(?:open_task\([\w.]+, [\w.]+, |\bTask,\s+store_id=[\w.]+,\s+kind=)"(\w+)"')

# Who says why, and which argument is the slug.
RAISED = {
    "PayloadInvalid": 0, "RemoteRejected": 0, "RemoteUnavailable": 0, "RemoteOutcomeUnknown": 0, "ItemRefused": 0,
    "Unsayable": 0, "_lost": 0, "Refused": 1, "Ignored": 1,
}  # fmt: skip
SLUG = re.compile(r"[a-z]+(_[a-z]+)*")
PLATFORM = "woocommerce"
# Answered at once, before anything is kept that a page could show.
NEVER_SHOWN = {"keys_unreadable", "not_connectable"}

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


def test_r9_every_sign_has_its_sentence() -> None:
    assert set(SIGNS) == set(Sign)


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_r9_a_signs_figures_stand_in_its_sentence(app: Flask, locale: str) -> None:
    with app.test_request_context(f"/?lang={locale}"):
        said = sign_told({"sign": "crowd", "figures": {"count": 30, "usual": 4}})
        assert "%(" not in said
        assert ("30 codes were taken" in said) == (locale == "en")


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


def reasons_in_the_source() -> set[str]:
    """Every slug with which an adapter, the HTTP client or a service says why something failed or was left alone."""
    root = Path(services.__path__[0]).parents[1]
    folders = (root / "integrations", root / "app/outbound", root / "app/services")
    found: set[str] = set()
    for path in (each for folder in folders for each in folder.rglob("*.py") if "plugin" not in each.parts):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                found |= slugs(node.args[RAISED[node.func.id] :])
            elif isinstance(node, ast.Assign | ast.AnnAssign) and names_reasons(node):
                found |= slugs(node.value.values if isinstance(node.value, ast.Dict) else [])
    inbox = (root / "app/services/inbox.py").read_text()
    return found | set(re.findall(r'"(?:ignored|failed)", "(\w+)"', inbox)) | {SENDER_SEES_NOTHING}


def slugs(nodes: list[ast.expr]) -> set[str]:
    """Literal slugs; of those that are put together, what stands before the first piece."""
    values = [part for node in nodes[:1] for part in ast.walk(node) if isinstance(part, ast.Constant)]
    texts = {part.value.partition(":")[0].removesuffix("_") for part in values if isinstance(part.value, str)}
    return {text for text in texts if SLUG.fullmatch(text)}


def names_reasons(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(each, ast.Name) and each.id in ("_REASONS", "_MESSAGES", "_ROW_REASONS") for each in targets)


def test_whatever_may_stop_a_message_an_effect_or_a_look_is_said_in_words() -> None:
    found = {support_words.kind_of(each.replace(PLATFORM, "platform")) for each in reasons_in_the_source()}
    assert {"server_error", "amount_invalid", "no_use", "key_unknown", "answer_timeout", "error_object"} <= found
    known = {*support_words.STALLED, *support_words.UNUSED, *troubles.TROUBLE}
    assert found - known - NEVER_SHOWN == set()


@pytest.mark.parametrize("locale", languages.LOCALES)
def test_no_reason_is_shown_as_a_slug(app: Flask, locale: str) -> None:
    with app.test_request_context(f"/?lang={locale}"):
        for reason in (*reasons_in_the_source(), "refused_418", "OperationalError", "a_plugins_own_word"):
            said = str(support_words.trouble(reason))
            assert said.endswith("."), reason
            assert " " in said, reason
            assert "%(" not in said


def test_every_table_with_states_is_told() -> None:
    with_states = {table.name for table in Base.metadata.tables.values() if "state" in table.columns}
    told_otherwise = {"installations", "authorizations", "grants"}  # a grant is told by its reward
    assert with_states - told_otherwise == set(TABLES.values())


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
