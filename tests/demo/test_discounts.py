"""What coupons take off a basket, to the cent."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from demo.discounts import Item, work_out
from demo.money import cents, decimals, share, trimmed, unit_price
from demo.records import Coupon, Product

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def product(id: int, price: int, usual: int | None = None) -> Product:
    return Product(id=id, created=NOW, modified=NOW, slug="", title="", price=price, regular_price=usual or price)


def coupon(code: str, kind: str, amount: int, **fields: object) -> Coupon:
    return Coupon(id=1, created=NOW, modified=NOW, code=code, discount_type=kind, amount=amount, **fields)  # type: ignore[arg-type]


def test_one_percent_of_20_30_is_20_cents() -> None:
    # Recorded: store_apply_coupon_draft, line_total 2010 of 2030.
    assert work_out([coupon("c", "percent", 100)], [Item(product(1, 2030), 1)]) == {"c": [20]}


def test_percent_cents_that_rounding_lost_come_back() -> None:
    items = [Item(product(id, 333), 1) for id in (1, 2, 3)]
    assert work_out([coupon("c", "percent", 1000)], items) == {"c": [34, 33, 33]}  # 99.9 of 999 is 100


def test_percent_and_fixed_both_count_from_the_full_price() -> None:
    # Recorded: order_coupon_individual_use_plus_other, 15 percent and 5.00 off 20.00 leave 12.00.
    taken = work_out([coupon("f", "fixed_cart", 500), coupon("p", "percent", 1500)], [Item(product(1, 2000), 1)])
    assert taken == {"p": [300], "f": [500]}


def test_fixed_amount_stops_at_what_the_basket_costs() -> None:
    taken = work_out([coupon("f", "fixed_cart", 5000)], [Item(product(1, 900), 1), Item(product(2, 300), 2)])
    assert taken == {"f": [900, 600]}


def test_lists_and_sale_items_decide_what_is_touched() -> None:
    items = [Item(product(1, 1000), 1), Item(product(2, 800, usual=1000), 1)]
    assert work_out([coupon("c", "percent", 1000, product_ids=[2])], items) == {"c": [0, 80]}
    assert work_out([coupon("c", "percent", 1000, exclude_sale_items=True)], items) == {"c": [100, 0]}
    assert work_out([coupon("c", "fixed_product", 100, excluded_product_ids=[1])], items) == {"c": [0, 100]}


def test_a_limit_of_pieces_takes_the_price_of_so_many_pieces_off_the_dearest_first() -> None:
    """WooCommerce's limit_usage_to_x_items, with percent off."""
    one = coupon("c", "percent", 10_000, product_ids=[1], limit_usage_to_x_items=1)
    assert work_out([one], [Item(product(2, 900), 1), Item(product(1, 1450), 3)]) == {"c": [0, 1450]}
    half = coupon("c", "percent", 5000, limit_usage_to_x_items=2)
    assert work_out([half], [Item(product(2, 900), 4), Item(product(1, 1450), 1)]) == {"c": [450, 725]}


coupons = st.lists(
    st.builds(
        lambda kind, amount: (kind, amount if kind != "percent" else amount % 10_001),
        st.sampled_from(["percent", "fixed_cart", "fixed_product"]),
        st.integers(0, 20_000),
    ),
    max_size=3,
)


@given(coupons, st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 9)), min_size=1, max_size=5))
def test_no_item_ever_costs_less_than_nothing(kinds: list[tuple[str, int]], goods: list[tuple[int, int]]) -> None:
    items = [Item(product(n, price), quantity) for n, (price, quantity) in enumerate(goods, start=1)]
    given_ = [coupon(f"c{n}", kind, amount) for n, (kind, amount) in enumerate(kinds)]
    taken = work_out(given_, items)
    for n, item in enumerate(items):
        assert 0 <= sum(off[n] for off in taken.values()) <= item.subtotal
    for each in given_:
        if each.discount_type == "fixed_cart":
            assert sum(taken[each.code]) <= each.amount
    if [each.discount_type for each in given_] == ["percent"]:
        assert sum(taken["c0"]) == share(sum(item.subtotal for item in items), given_[0].amount)


def test_money_is_written_as_the_real_store_writes_it() -> None:
    assert (decimals(-1000), decimals(5), trimmed(600), trimmed(290), trimmed(0)) == ("-10.00", "0.05", "6", "2.9", "0")
    assert (unit_price(3400, 2), unit_price(1000, 3)) == (17, 10 / 3)
    assert (cents("5,50"), cents("-5"), cents("abc"), cents(10.0)) == (55000, -500, 0, 1000)
    assert (share(2050, 100), share(2051, 100)) == (20, 21)
