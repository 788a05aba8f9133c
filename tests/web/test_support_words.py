"""What the support desk says: which order, from what, and why something stands still."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.extensions import Database
from app.models import Effect
from app.services import effects
from tests.scenes import Scene
from tests.web.desks import Desk
from tests.web.test_support_desk import desk, slug, words

__all__ = ["desk", "slug"]  # fixtures: pytest finds them here


def test_a_persons_story_says_which_order_was_decided(desk: Desk, scene: Scene, slug: str) -> None:
    page = desk.get(f"/s/{slug}/people/{scene.person_id}").text
    decided = page.split("Decided: Counts")[1].split("</li>")[0]
    assert f'href="/s/{slug}/orders/{scene.order_ref}"' in decided


def test_the_ledger_says_in_words_what_an_entry_came_from(desk: Desk, scene: Scene, slug: str) -> None:
    page = words(desk.get(f"/s/{slug}/orders/{scene.order_ref}").text)
    assert f"Promised €10.00 Order {scene.order_ref}" in page


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("server_error_503", "The shop answers with an error of its own."),
        ("mail_login_refused", "does not accept the name and password"),
        ("something_new", "something new"),
    ],
)
def test_what_stands_still_says_why(desk: Desk, db: Database, scene: Scene, slug: str, reason: str, said: str) -> None:
    with db.begin() as session:
        effects.owe(session, scene.store_id, "push_coupons", "store", lane="coupons")
        effect = session.scalars(select(Effect).where(Effect.kind == "push_coupons")).one()
        effect.state, effect.reason = "stopped", reason
    assert said in words(desk.get(f"/s/{slug}/waiting").text)
