"""What the shop says of its goods and accounts, and coupons that leave goods out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from integrations.contract import CouponSpec, DiscountKind, Goods, Issued, Refused
from integrations.errors import RemoteRejected
from integrations.woocommerce import PLATFORM
from tests.integrations.woocommerce.keeping import keeping, sent
from tests.integrations.woocommerce.shop import Call, Reply, Shop

assert PLATFORM.catalogue is not None
assert PLATFORM.accounts is not None
assert PLATFORM.coupons is not None
CATALOGUE, ACCOUNTS, COUPONS = PLATFORM.catalogue, PLATFORM.accounts, PLATFORM.coupons

CATEGORIES = [
    {"id": 20, "name": "Tea &amp; Ware", "parent": 0},
    {"id": 21, "name": "Kettles", "parent": 20},
    {"id": 22, "name": "Clay", "parent": 21},
]
PRODUCTS = [
    {"id": 7, "name": "Clay Kettle", "on_sale": False, "categories": [{"id": 22, "name": "Clay"}]},
    {"id": 8, "name": "Mug &amp; Cup", "on_sale": True, "categories": []},
]
GONE: Reply = (404, {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID.", "data": {"status": 404}})


def reply(call: Call) -> Reply:
    match call.path:
        case "/products/categories":
            return 200, CATEGORIES
        case "/products":
            wanted = call.query.get("include", "7,8").split(",")
            return 200, [row for row in PRODUCTS if str(row["id"]) in wanted]
        case "/products/71":
            return 200, {"id": 71, "on_sale": True}
        case "/customers/5":
            return 200, {"id": 5, "role": "wholesale_customer"}
        case "/customers/6":
            return 404, {"code": "woocommerce_rest_invalid_id", "message": "Invalid resource ID.", "data": {}}
    return GONE


def test_a_thing_stands_in_its_category_and_in_all_above_it() -> None:
    assert CATALOGUE.goods(Shop(reply), {("7", "")}) == [Goods(product_ref="7", category_refs=("20", "21", "22"))]


def test_a_variation_is_on_sale_by_itself_and_stands_where_its_product_does() -> None:
    found = CATALOGUE.goods(Shop(reply), {("7", "71"), ("7", "72")})
    assert [(each.variant_ref, each.on_sale, len(each.category_refs)) for each in found] == [
        ("71", True, 3),
        ("72", False, 3),  # gone: what its product says
    ]


def test_what_the_shop_does_not_sell_any_more_is_left_out_and_nothing_else_is_asked() -> None:
    shop = Shop(reply)
    assert CATALOGUE.goods(shop, {("99", ""), ("", ""), ("x", "")}) == []
    assert shop.asked == ["GET /products"]
    assert CATALOGUE.goods(Shop(reply), set()) == []


def test_names_are_unescaped_and_searched_for_by_what_is_stored_as_it_is_written() -> None:
    shop = Shop(reply)
    assert CATALOGUE.categories(shop, "Tea & Ware") == {"20": "Tea & Ware", "21": "Kettles", "22": "Clay"}
    assert shop.calls[0].query["search"] == "Ware"
    assert CATALOGUE.products(Shop(reply), "Mug & Cup")["8"] == "Mug & Cup"


def test_categories_that_go_round_in_a_circle_end() -> None:
    rounds = [{"id": 22, "name": "A", "parent": 23}, {"id": 23, "name": "B", "parent": 22}]
    shop = Shop(lambda call: (200, rounds) if call.path == "/products/categories" else reply(call))
    assert CATALOGUE.goods(shop, {("7", "")})[0].category_refs == ("22", "23")


@pytest.mark.parametrize("junk", [{"code": 1}, [{"name": "x"}], [{"id": "x"}], "text"])
def test_an_answer_that_says_something_else_is_refused(junk: Any) -> None:
    with pytest.raises(RemoteRejected):
        CATALOGUE.goods(Shop(lambda _: (200, junk)), {("7", "")})


def test_an_account_has_its_role_and_one_that_is_gone_none() -> None:
    assert ACCOUNTS.roles(Shop(reply), "5") == ("wholesale_customer",)
    assert ACCOUNTS.roles(Shop(reply), "6") == ()


LEAVING_OUT = CouponSpec(
    code="KTWRQHPXM",
    kind=DiscountKind.PERCENT,
    basis_points=1000,
    excluded_products=("31", "7"),
    excluded_categories=("20",),
)


def test_a_coupon_is_made_with_what_it_leaves_out_and_compared_with_it() -> None:
    shop = keeping()
    assert COUPONS.issue(shop, [LEAVING_OUT]) == [Issued(LEAVING_OUT.code, "100")]
    assert (sent(shop)["excluded_product_ids"], sent(shop)["excluded_product_categories"]) == ([7, 31], [20])


def test_a_shop_that_drops_what_is_left_out_has_made_another_coupon() -> None:
    refused = COUPONS.issue(keeping(lambda row: row | {"excluded_product_categories": []}), [LEAVING_OUT])
    assert refused == [Refused(LEAVING_OUT.code, "mismatch_excluded_product_categories")]


GIFT = CouponSpec(code="KTWRQHPXM", kind=DiscountKind.FREE_PRODUCT, product="7")


def selling(*ids: int, change: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> Shop:
    """A shop that sells these products and keeps the coupons it is sent."""
    shop = keeping(change)
    kept = shop.reply
    shop.reply = lambda call: (200, [{"id": id} for id in ids]) if call.path == "/products" else kept(call)
    return shop


def test_a_free_product_is_all_of_one_piece_of_it_and_nothing_else() -> None:
    shop = selling(7)
    assert COUPONS.issue(shop, [GIFT]) == [Issued(GIFT.code, "100")]
    asked = {"discount_type": "percent", "amount": "100.00", "product_ids": [7], "limit_usage_to_x_items": 1}
    assert {key: sent(shop)[key] for key in asked} == asked
    assert shop.calls[0].query["status"] == "publish"


@pytest.mark.parametrize(
    ("field", "stored"), [("product_ids", []), ("product_ids", [7, 8]), ("limit_usage_to_x_items", None)]
)
def test_a_shop_that_gives_more_away_than_was_asked_has_made_another_coupon(field: str, stored: object) -> None:
    shop = selling(7, change=lambda row: row | {field: stored})
    assert COUPONS.issue(shop, [GIFT]) == [Refused(GIFT.code, f"mismatch_{field}")]


def test_a_product_that_is_not_sold_any_more_is_told_and_the_others_are_made() -> None:
    other = replace(LEAVING_OUT, code="BCDFGHJKM")
    assert COUPONS.issue(selling(), [GIFT, other]) == [Refused(GIFT.code, "product_gone"), Issued(other.code, "100")]


def test_only_what_is_published_is_sold() -> None:
    shop = selling(7)
    assert CATALOGUE.sold(shop, ["7", "8", "gid"]) == {"7"}
    assert (shop.calls[0].query["include"], shop.calls[0].query["status"]) == ("7,8", "publish")


def test_a_reference_that_is_none_of_the_shops_is_not_sent() -> None:
    odd = replace(LEAVING_OUT, excluded_products=("gid://7",))
    assert COUPONS.issue(keeping(), [odd]) == [Refused(odd.code, "ref_invalid")]
