"""Reading orders back from a shop that goes on selling while it is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.errors import PayloadInvalid, RemoteRejected
from integrations.events import Money, OrderStatus
from integrations.woocommerce import PLATFORM
from tests.integrations.woocommerce.recorded import answer_of, exchange, payload_of
from tests.integrations.woocommerce.shop import Call, Reply, Shop

assert PLATFORM.orders is not None
ORDERS = PLATFORM.orders
START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
ORDER = payload_of("hook_order_1_completed__order_updated")


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def order(number: int, seconds: float, status: str = "processing", **changes: Any) -> dict[str, Any]:
    return ORDER | {"id": number, "number": str(number), "status": status, "date_modified_gmt": at(seconds)} | changes


class Selling:
    """A shop whose order list works as WooCommerce's does; `meanwhile` happens after each page."""

    def __init__(self, orders: list[dict[str, Any]], meanwhile: Callable[[Selling, int], None] | None = None) -> None:
        self.orders = {each["id"]: each for each in orders}
        self.meanwhile = meanwhile or (lambda _shop, _page: None)
        self.shop = Shop(self.reply)
        self.pages = 0

    def reply(self, call: Call) -> Reply:
        assert call.path == "/orders"
        query = call.query
        assert "dates_are_gmt" not in query
        assert query["modified_after"].endswith("Z")
        after, before = query["modified_after"].rstrip("Z"), query.get("modified_before", "9999").rstrip("Z")
        in_trash = query["status"] == "trash"
        found = [each for each in self.orders.values() if (each["status"] == "trash") is in_trash]
        found = [each for each in found if after < each["date_modified_gmt"] < before]
        by = {"modified": lambda each: (each["date_modified_gmt"], -each["id"]), "id": lambda each: each["id"]}
        found.sort(key=by[query["orderby"]])
        size, offset = int(query["per_page"]), int(query.get("offset", 0))
        page = found[offset : offset + size]
        self.pages += 1
        self.meanwhile(self, self.pages)
        headers = {"x-wp-total": str(len(found)), "x-wp-totalpages": str(-(-len(found) // size))}
        return 200, page, headers

    def touch(self, number: int, seconds: float) -> None:
        self.orders[number] = self.orders[number] | {"date_modified_gmt": at(seconds)}

    def seen(self, since: datetime = START) -> list[str]:
        return [each.order_ref for each in ORDERS.changed_since(self.shop, since)]


def numbers(*found: range) -> set[str]:
    return {str(number) for each in found for number in each}


def test_everything_is_read_oldest_change_first() -> None:
    shop = Selling([order(number, 1000 - number) for number in range(1, 251)])
    seen = shop.seen()
    assert seen == sorted(seen, key=int, reverse=True)
    assert set(seen) == numbers(range(1, 251))


def test_the_second_itself_is_included() -> None:
    assert Selling([order(1, 0), order(2, -1), order(3, -60)]).seen() == ["2", "1"]  # earlier ones by overlap


def test_nothing_new_is_two_short_questions() -> None:
    shop = Selling([order(1, -100)])
    assert shop.seen() == []
    assert shop.pages == 2


def test_orders_in_the_trash_are_read_and_drafts_are_not() -> None:
    shop = Selling(
        [order(1, 1), order(2, 2, "trash"), order(3, 3), order(4, 4, "checkout-draft"), order(5, 5, "auto-draft")]
    )
    assert shop.seen() == ["1", "2", "3"]
    found = {each.order_ref: each.status for each in ORDERS.changed_since(shop.shop, START)}
    assert found["2"] is OrderStatus.TRASHED


def test_pages_that_shift_while_reading_lose_nobody() -> None:
    """After each page an order already read changes again: it moves to the end, and all after it move up."""

    def sell(shop: Selling, page: int) -> None:
        shop.touch(page, 5000 + page)
        shop.touch(page + 50, 5000 + page)

    shop = Selling([order(number, number) for number in range(1, 451)], sell)
    assert set(shop.seen()) == numbers(range(1, 451))


def test_orders_placed_while_reading_are_read_or_are_left_for_the_next_time() -> None:
    def sell(shop: Selling, page: int) -> None:
        if page < 6:
            shop.orders[1000 + page] = order(1000 + page, 900 + page)

    assert set(Selling([order(number, number) for number in range(1, 301)], sell).seen()) >= numbers(range(1, 301))


def test_drafts_between_orders_do_not_end_the_reading() -> None:
    orders = [order(number, number, "checkout-draft" if number % 3 else "processing") for number in range(1, 401)]
    assert Selling(orders).seen() == [str(number) for number in range(3, 401, 3)]


def test_an_import_of_hundreds_in_one_second_is_read() -> None:
    orders = [order(number, 10) for number in range(1, 351)] + [order(number, 20) for number in range(351, 401)]
    assert set(Selling(orders).seen()) == numbers(range(1, 401))


def test_orders_that_leave_the_second_meanwhile_lose_nobody() -> None:
    def sell(shop: Selling, page: int) -> None:
        if page < 8:
            for number in range(page * 7, page * 7 + 5):
                shop.touch(number, 6000 + page)

    shop = Selling([order(number, 10) for number in range(1, 351)], sell)
    assert set(shop.seen()) == numbers(range(1, 351))


def test_pages_exactly_full_end() -> None:
    for count in (100, 200):
        assert len(set(Selling([order(number, number) for number in range(1, count + 1)]).seen())) == count


def test_a_store_that_caps_its_pages_is_read_to_the_end() -> None:
    shop = Selling([order(number, number) for number in range(1, 121)])
    whole = shop.reply
    shop.shop.reply = lambda call: whole(Call(call.method, call.path, call.query | {"per_page": "50"}, None, None))
    assert set(shop.seen()) == numbers(range(1, 121))


def test_an_unreadable_order_is_said_after_all_the_others() -> None:
    shop = Selling([order(1, 1), order(2, 2, currency=""), order(3, 3)])
    seen: list[str] = []
    with pytest.raises(PayloadInvalid):
        seen.extend(each.order_ref for each in ORDERS.changed_since(shop.shop, START))
    assert seen == ["1", "3"]


def test_a_list_that_ignores_our_order_is_refused_and_not_read_for_ever() -> None:
    page = [order(number, -9000) for number in range(1, 101)]
    with pytest.raises(RemoteRejected) as caught:
        list(ORDERS.changed_since(Shop(lambda _: (200, page, {"x-wp-totalpages": "9"})), START))
    assert caught.value.reason == "order_list_unsorted"


def test_the_recorded_store_finds_by_z_alone_what_both_hide() -> None:
    assert len(answer_of("orders_query_modified_after_z")[1]) > 0
    assert answer_of("orders_query_modified_after_z_gmtflag")[1] == []
    asked = exchange("orders_query_modified_after_z")["request"]["line"]
    assert "modified_after=2026-11-22T18%3A43%3A27Z&orderby=modified&order=asc" in asked


@pytest.mark.parametrize("page", [{"code": "x"}, [{"id": 7}], [{"id": 7, "date_modified_gmt": "soon"}] * 100])
def test_a_list_that_cannot_be_read_is_no_end_of_the_list(page: object) -> None:
    with pytest.raises(RemoteRejected):
        list(ORDERS.changed_since(Shop(lambda _: (200, page, {"x-wp-totalpages": "9"})), START))


# --- counting ---


def test_drafts_are_counted_out() -> None:
    totals = {"any": "120", "checkout-draft": "20"}
    shop = Shop(lambda call: (200, [], {"x-wp-total": totals[call.query["status"]]}))
    assert ORDERS.count(shop, START, START + timedelta(days=1)) == 100
    asked = shop.calls[0].query
    assert (asked["after"], asked["before"]) == ("2026-11-22T17:59:59Z", "2026-11-23T18:00:00Z")


def test_a_shop_that_knows_no_drafts_is_counted_all_the_same() -> None:
    refusal = {"code": "rest_invalid_param", "data": {"status": 400}}
    shop = Shop(lambda call: (200, [], {"x-wp-total": "7"}) if call.query["status"] == "any" else (400, refusal))
    assert ORDERS.count(shop) == 7


def test_a_shop_whose_totals_are_cut_off_is_not_counted() -> None:
    assert ORDERS.count(Shop(lambda _: (200, []))) is None


# --- by reference ---


def test_an_order_in_the_trash_is_there() -> None:
    found = ORDERS.by_ref(Shop(lambda _: answer_of("order_get_trashed")), "130")
    assert found is not None
    assert (found.order_ref, found.status) == ("130", OrderStatus.TRASHED)


def test_an_erased_order_is_gone() -> None:
    assert ORDERS.by_ref(Shop(lambda _: answer_of("order_get_gone")), "130") is None


@pytest.mark.parametrize("reply", [answer_of("rest_no_route"), (404, None), answer_of("rest_auth_unknown_key")])
def test_a_shop_that_cannot_answer_does_not_look_like_an_erased_order(reply: Reply) -> None:
    with pytest.raises(RemoteRejected):
        ORDERS.by_ref(Shop(lambda _: reply), "130")


@pytest.mark.parametrize("ref", ["", "x", "1/notes", "٣"])
def test_a_reference_that_is_no_id_is_never_sent(ref: str) -> None:
    with pytest.raises(RemoteRejected):
        ORDERS.by_ref(Shop(lambda _: (200, [])), ref)


# --- what refunds gave back ---


def refunded(**refund: Any) -> Shop:
    """A shop with the recorded order of 10.2.4, taxes and three partial refunds; the last refund may be changed."""

    def reply(call: Call) -> Reply:
        if not call.path.endswith("/refunds"):
            return answer_of("order_with_tax_and_refunds")
        status, rows, headers = answer_of("order_refunds_in_full")
        return status, [rows[0], rows[1] | refund, rows[2]], headers

    return Shop(reply)


def test_a_partly_refunded_order_says_which_part_was_goods() -> None:
    shop = refunded()
    read = ORDERS.by_ref(shop, "87")
    assert read is not None
    # 2.00 was a sum without lines, 17.00 was 14.05 of goods and their tax, 6.05 was shipping and its tax.
    assert [(each.amount.minor, each.goods and each.goods.minor) for each in read.refunds] == [
        (200, None),
        (1700, 1405),
        (605, 0),
    ]
    assert all(each.at is not None for each in read.refunds)
    assert shop.asked == ["GET /orders/87", "GET /orders/87/refunds"]


@pytest.mark.parametrize(("code", "multiple"), [("IRR", 1), ("IRT", 10), ("IRHT", 10_000)])
def test_goods_given_back_are_counted_as_the_shop_counts(code: str, multiple: int) -> None:
    """A refund's own endpoint names no currency: a shop that counts in toman means ten times as many rials."""
    status, body, headers = answer_of("order_with_tax_and_refunds")
    order, full = (status, body | {"currency": code}, headers), answer_of("order_refunds_in_full")
    read = ORDERS.by_ref(Shop(lambda call: full if "refunds" in call.path else order), "87")
    assert read is not None
    assert [each.goods for each in read.refunds] == [None, Money(1405 * multiple, "IRR"), Money(0, "IRR")]


@pytest.mark.parametrize("amount", ["16.00", "19.50"])
def test_lines_that_do_not_come_to_the_refunds_sum_say_nothing(amount: str) -> None:
    status, body, headers = answer_of("order_with_tax_and_refunds")
    body = body | {"refunds": [body["refunds"][1] | {"total": f"-{amount}"}]}
    shop = Shop(lambda call: answer_of("order_refunds_in_full") if "refunds" in call.path else (status, body, headers))
    read = ORDERS.by_ref(shop, "87")
    assert read is not None
    assert [(each.amount, each.goods) for each in read.refunds] == [(Money(int(amount.replace(".", "")), "EUR"), None)]


@pytest.mark.parametrize("gone", [(200, []), answer_of("order_get_gone")])  # 10.2.4 answers the former
def test_an_order_erased_between_the_two_readings_is_as_it_was_read(gone: Reply) -> None:
    shop = Shop(lambda call: gone if call.path.endswith("/refunds") else answer_of("order_with_tax_and_refunds"))
    read = ORDERS.by_ref(shop, "87")
    assert read is not None
    assert [each.goods for each in read.refunds] == [None, None, None]


ALL = [{"id": 90, "reason": "", "total": "-69.80"}]


@pytest.mark.parametrize("changes", [{"refunds": []}, {"refunds": ALL}, {"refunds": ALL, "status": "refunded"}])
def test_an_order_given_back_at_once_or_not_at_all_is_one_question(changes: dict[str, Any]) -> None:
    status, body, headers = answer_of("order_with_tax_and_refunds")
    shop = Shop(lambda _call: (status, body | changes, headers))
    assert ORDERS.by_ref(shop, "87") is not None
    assert shop.asked == ["GET /orders/87"]


def test_the_list_tells_refunds_in_full_too_and_one_that_cannot_be_read_keeps_nobody_back() -> None:
    body = answer_of("order_with_tax_and_refunds")[1]
    both = [body, body | {"id": 88, "number": "88"}]

    def reply(call: Call) -> Reply:
        if call.path == "/orders":
            return 200, both if call.query["status"] == "any" else []
        return (200, [{"id": "x"}]) if call.path == "/orders/87/refunds" else answer_of("order_refunds_in_full")

    seen = []
    with pytest.raises(PayloadInvalid):
        seen.extend(ORDERS.changed_since(Shop(reply), datetime(2026, 11, 25, tzinfo=UTC)))
    assert [(each.order_ref, each.refunds[1].goods) for each in seen] == [("88", Money(1405, "EUR"))]
