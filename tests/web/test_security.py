"""What every answer says about itself."""

from __future__ import annotations

import base64
import hashlib
import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Store
from app.web.access import public
from app.web.assets import asset
from tests.architecture.sources import ROOT
from tests.web.conftest import Stand

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


def test_a_stores_accent_is_allowed_by_its_hash_and_no_other_style_is(app: Flask, stand: Stand) -> None:
    with stand.db.begin() as session:
        session.get_one(Store, stand.store_id).accent = "#8a4b08"
    page = stand.open(stand.friend())
    (style,) = re.findall(r"<style>(.*?)</style>", page.text)
    digest = base64.b64encode(hashlib.sha256(html.unescape(style).encode()).digest()).decode()
    assert "--accent:#8a4b08" in style
    assert f"style-src 'self' 'sha256-{digest}'" in page.headers["Content-Security-Policy"]
    assert "sha256" not in stand.open(stand.friend(), "/r/nonsense").headers["Content-Security-Policy"]


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
