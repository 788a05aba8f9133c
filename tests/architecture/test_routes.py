"""Every route says who may call it; the first thing an attacker looks for is the one that does not."""

from __future__ import annotations

from flask import Flask


def test_every_view_declares_its_access(app: Flask) -> None:
    silent = [
        f"{rule.endpoint} ({rule.rule})"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    assert silent == [], "decorate these views as app/web/access.py has it"


def test_health_answers_without_a_database(app: Flask) -> None:
    assert app.test_client().get("/healthz").status_code == 200
