"""What every answer says about itself."""

from __future__ import annotations

import re

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from app.web.access import public
from app.web.assets import asset
from tests.architecture.sources import ROOT

PEOPLE = {"Accept": "text/html"}
TEMPLATES = [*(ROOT / "app").rglob("templates/**/*.html")]


def test_every_answer_is_guarded(client: FlaskClient) -> None:
    headers = client.get("/nowhere", headers=PEOPLE).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_a_nonce_is_used_once(app: Flask) -> None:
    @app.get("/coloured")
    @public
    def coloured() -> str:
        return render_template("error.html", heading="A", advice="B", accent_style=":root{--accent:#123456}")

    client = app.test_client()
    pages = [client.get("/coloured") for _ in range(2)]
    nonces = [re.search(r'<style nonce="([^"]+)">', page.text)[1] for page in pages]  # type: ignore[index]
    assert nonces[0] != nonces[1]
    for page, nonce in zip(pages, nonces, strict=True):
        assert f"'nonce-{nonce}'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_templates_obey_the_policy(file: object) -> None:
    text = file.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", text), "the policy refuses inline styles and handlers"
    assert not re.search(r"""(?:src|href)=["']https?://""", text), "nothing is loaded from elsewhere"
    assert "|safe" not in text


def test_a_form_without_its_token_is_refused_kindly(app: Flask) -> None:
    @app.post("/change")
    @public
    def change() -> str:
        return "changed"

    answer = app.test_client().post("/change", headers=PEOPLE)
    assert answer.status_code == 400
    assert "reload the page" in answer.text


@pytest.mark.parametrize("lang", ["en", "ar", "fa"])
def test_errors_are_pages_for_people(client: FlaskClient, lang: str) -> None:
    answer = client.get(f"/nowhere?lang={lang}", headers=PEOPLE)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    said = {"en": "nothing at this address", "ar": "لا يوجد شيء في هذا العنوان", "fa": "در این نشانی چیزی نیست"}
    assert f'lang="{lang}"' in answer.text
    assert said[lang] in answer.text


def test_errors_are_json_for_programs(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "*/*"})
    assert answer.get_json() == {"error": "not_found"}
    assert client.post("/healthz").headers["Allow"]


def test_our_own_trouble_is_explained_and_tells_nothing(app: Flask) -> None:
    @app.get("/broken")
    @public
    def broken() -> str:
        raise RuntimeError("a secret detail")

    app.testing = False
    answer = app.test_client().get("/broken", headers=PEOPLE)
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_static_files_are_kept_for_ever_under_their_digest(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = asset("goodword.css")
    with client.get(address) as right, client.get("/static/goodword.css?v=other") as wrong:
        assert "immutable" in right.headers["Cache-Control"]
        assert "immutable" not in wrong.headers["Cache-Control"]


def test_what_every_page_loads_is_small() -> None:
    weights = {file.name: file.stat().st_size for file in (ROOT / "app/web/static").iterdir()}
    assert weights["goodword.css"] <= 20_000
    assert weights["goodword.js"] <= 5_000
