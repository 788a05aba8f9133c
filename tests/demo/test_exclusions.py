"""Coupons and goods that do not go together, as the real store has it (read in its source), and the list of what is
sold."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from demo.coupons import CouponRefused, usable
from demo.discounts import Item
from demo.records import Coupon, Product
from tests.demo.stage import Stage


@pytest.fixture
def stage() -> Stage:
    """A shop that sells tea and a kettle, the kettle in a category of its own."""
    made = Stage()
    made.product(11)
    made.product(12, price=4000, title="Clay Kettle")
    kettle = made.shop.store.find(Product, 12)
    assert kettle is not None
    kettle.category = "Teaware"
    made.shop.store.save(kettle)
    return made


def accepts(stage: Stage, kind: str, excluded: Mapping[str, list[int]], *ids: int) -> str:
    """What the shop says to a coupon for a basket of these products; empty where it takes it."""
    found = [stage.shop.store.find(Product, id) for id in ids]
    stage.coupon(50, "friend", discount_type=kind, **excluded)
    try:
        usable(stage.shop, "friend", [Item(product, 1) for product in found], None)
    except CouponRefused as refused:
        return refused.message
    finally:
        coupon = stage.shop.store.find(Coupon, 50)
        assert coupon is not None
        stage.shop.store.remove(coupon)
    return ""


def test_percent_off_leaves_excluded_goods_out_and_is_taken_for_the_rest(stage: Stage) -> None:
    for excluded in ({"excluded_product_ids": [12]}, {"excluded_product_categories": [20]}):
        assert accepts(stage, "percent", excluded, 11, 12) == ""
        assert "not applicable to selected products" in accepts(stage, "percent", excluded, 12)


def test_an_amount_off_the_basket_is_refused_for_one_excluded_thing_in_it(stage: Stage) -> None:
    assert "products: Clay Kettle" in accepts(stage, "fixed_cart", {"excluded_product_ids": [12]}, 11, 12)
    assert "categories: Teaware" in accepts(stage, "fixed_cart", {"excluded_product_categories": [20]}, 11, 12)
    assert accepts(stage, "fixed_cart", {"excluded_product_categories": [20]}, 11) == ""


def test_products_are_listed_by_id_and_categories_by_name(stage: Stage) -> None:
    rows = stage.rest("GET", "products?include=12&status=any&_fields=id,on_sale,categories").json
    assert rows == [{"id": 12, "on_sale": False, "categories": [{"id": 20, "name": "Teaware", "slug": "teaware"}]}]
    found = stage.rest("GET", "products/categories?search=tea&_fields=id,name,parent").json
    assert found == [{"id": 20, "name": "Teaware", "parent": 0}]
    assert len(stage.rest("GET", "products/categories?per_page=2&page=3").json) == 2
