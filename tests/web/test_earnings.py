"""What an order leaves the shop, on the program's page and beside its form."""

from __future__ import annotations

from tests.scenes import Scene
from tests.web.desks import Desk
from tests.web.test_owner_desk import ANSWERS, desk, slug, words

__all__ = ["desk", "slug"]  # fixtures: pytest finds them here


def test_r4_form_and_page_say_from_which_order_on_the_shop_earns(desk: Desk, scene: Scene, slug: str) -> None:
    page = f"/s/{slug}/programs/{scene.program_id}"
    assert "Reckoned as if the shop earned 50% of its goods" in words(desk.get(page).text)
    preview = words(desk.post(f"{page}/edit", **ANSWERS, gross_margin="40", budget_order="45", step="preview").text)
    assert "An order must come to €34 before it leaves the shop something." in preview
    assert "The smallest that counts The order €30.00" in preview
    assert "A usual order The order €45.00" in preview
    worse = words(desk.post(f"{page}/edit", **ANSWERS, gross_margin="10", step="preview").text)
    assert "No order earns the shop anything" in worse
