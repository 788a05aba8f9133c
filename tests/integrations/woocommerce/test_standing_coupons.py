"""Coupons that stand already: adopted, found, narrowed, revoked; doubles of a race, and what belongs to the shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.contract import Issued, Refused
from integrations.errors import RemoteRejected, RemoteUnavailable
from integrations.woocommerce import PLATFORM
from tests.integrations.woocommerce.keeping import keeping
from tests.integrations.woocommerce.material import FIXED_BODY, PERCENT, PERCENT_BODY, TAKEN, stored
from tests.integrations.woocommerce.recorded import answer_of
from tests.integrations.woocommerce.shop import Call, Reply, Shop

assert PLATFORM.coupons is not None
COUPONS = PLATFORM.coupons


def taken(*standing: dict[str, Any]) -> Shop:
    return keeping(lambda _: TAKEN, found=list(standing))


def test_a_lost_answer_is_made_good_by_adopting() -> None:
    shop = taken(stored(PERCENT_BODY, 77))
    assert COUPONS.issue(shop, [PERCENT]) == [Issued(PERCENT.code, "77")]
    assert not any(call.method == "DELETE" for call in shop.calls)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "99.00"},
        {"date_expires_gmt": None},
        {"usage_limit": 5},
        {"meta_data": []},
        {"meta_data": [{"id": 1, "key": "_goodword", "value": "ANOTHER"}]},
    ],
)
def test_what_differs_in_anything_is_not_adopted_and_not_touched(change: dict[str, Any]) -> None:
    shop = taken(stored(PERCENT_BODY, 77, **change))
    assert COUPONS.issue(shop, [PERCENT]) == [Refused(PERCENT.code, "code_taken")]
    assert shop.asked == ["POST /coupons/batch", "GET /coupons"]


def test_a_code_that_cannot_be_found_again_is_taken() -> None:
    assert COUPONS.issue(taken(), [PERCENT]) == [Refused(PERCENT.code, "code_taken")]


def test_a_search_finds_more_than_the_code() -> None:
    longer = stored(PERCENT_BODY | {"code": "BCDFGHJKMX"}, 5)
    trashed = stored(PERCENT_BODY, 6, status="trash")
    assert COUPONS.find(keeping(found=[longer, trashed]), PERCENT) is None


def test_doubles_of_a_race_go_but_for_one() -> None:
    doubles = [stored(PERCENT_BODY, each) for each in (79, 77, 78)]
    for use in (lambda shop: COUPONS.issue(shop, [PERCENT]), lambda shop: COUPONS.find(shop, PERCENT)):
        shop = taken(*doubles)
        use(shop)
        assert [each for each in shop.asked if each.startswith("DELETE")] == [
            "DELETE /coupons/78",
            "DELETE /coupons/79",
        ]


def test_of_doubles_the_used_one_stays() -> None:
    shop = taken(stored(PERCENT_BODY, 77), stored(PERCENT_BODY, 78, usage_count=1))
    state = COUPONS.find(shop, PERCENT)
    assert state is not None
    assert (state.coupon_ref, state.uses, state.matches) == ("78", 1, True)
    assert shop.asked[-1] == "DELETE /coupons/77"


def test_a_coupon_of_the_shop_is_never_deleted() -> None:
    shop = taken(stored(PERCENT_BODY, 70, meta_data=[]), stored(PERCENT_BODY, 71, meta_data=[]))
    state = COUPONS.find(shop, PERCENT)
    assert state is not None
    assert not state.matches
    assert shop.asked == ["GET /coupons"]
    with pytest.raises(RemoteRejected) as caught:
        COUPONS.revoke(Shop(lambda _: (200, stored(PERCENT_BODY, 70, meta_data=[]))), "70")
    assert caught.value.reason == "not_ours"


@pytest.mark.parametrize(
    ("date", "alive"), [("Sun, 31 Jan 2027 22:59:58 GMT", True), ("Sun, 31 Jan 2027 22:59:59 GMT", False), ("", True)]
)
def test_a_coupon_lives_until_the_shops_own_time_passes_it(date: str, alive: bool) -> None:
    state = COUPONS.find(Shop(lambda _: (200, [stored(PERCENT_BODY)], {"date": date})), PERCENT)
    assert state is not None
    assert state.alive is alive


# --- narrowing and revoking ---


def test_narrowing_reads_back_the_date() -> None:
    with pytest.raises(RemoteRejected) as caught:
        COUPONS.narrow(Shop(lambda _: (200, stored(FIXED_BODY))), "13", datetime(2027, 1, 1, tzinfo=UTC))
    assert caught.value.reason == "mismatch_date_expires"


CHANGE = "coupon_update_store_disabled"
VIEW = {"code": "woocommerce_rest_cannot_view", "message": "Nope.", "data": {"status": 403}}


@pytest.mark.parametrize(("switch", "reason"), [("no", "coupons_disabled"), ("yes", "role_missing")])
def test_coupons_switched_off_are_told_apart_from_missing_rights(switch: str, reason: str) -> None:
    def reply(call: Call) -> Reply:
        if "settings" in call.path:
            return 200, {"id": "woocommerce_enable_coupons", "value": switch}
        return answer_of(CHANGE) if call.method == "PUT" else (403, VIEW)

    for act in (
        lambda: COUPONS.narrow(Shop(reply), "108", datetime(2027, 1, 1, tzinfo=UTC)),
        lambda: COUPONS.revoke(Shop(reply), "108"),
        lambda: COUPONS.find(Shop(reply), PERCENT),
    ):
        with pytest.raises(RemoteRejected) as caught:
            act()
        assert caught.value.reason == reason


def test_a_coupon_in_the_trash_is_gone() -> None:
    with pytest.raises(RemoteRejected) as caught:
        COUPONS.narrow(Shop(lambda _: answer_of("coupon_get_trashed")), "21", datetime(2027, 1, 1, tzinfo=UTC))
    assert caught.value.reason == "coupon_gone"


def test_narrowing_and_revoking_may_be_repeated() -> None:
    shop = Shop(lambda _: (200, stored(PERCENT_BODY)))
    COUPONS.narrow(shop, "13", datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC))
    COUPONS.revoke(shop, "13")
    assert [call.repeatable for call in shop.calls if call.method != "GET"] == [True, True]


@pytest.mark.parametrize("ref", ["", "../orders/1", "13?x=1", "-1", "1.5", "١٣", "13/../14"])
def test_a_reference_that_is_no_id_is_never_sent(ref: str) -> None:
    shop = keeping()
    for call in (
        lambda: COUPONS.revoke(shop, ref),
        lambda: COUPONS.narrow(shop, ref, datetime(2027, 1, 1, tzinfo=UTC)),
    ):
        with pytest.raises(RemoteRejected):
            call()
    assert shop.calls == []


def test_a_shop_that_lost_its_rest_api_does_not_look_like_a_deleted_coupon() -> None:
    for reply in (answer_of("rest_no_route"), (404, None)):
        with pytest.raises((RemoteRejected, RemoteUnavailable)) as caught:
            COUPONS.revoke(Shop(lambda _, reply=reply: reply), "13")  # type: ignore[misc]
        assert caught.value.reason == "rest_absent"


def test_many_are_shown_in_one_call_with_what_differs() -> None:
    rows = [
        stored(PERCENT_BODY, 77),
        stored(PERCENT_BODY, 78, amount="99.00"),
        stored(PERCENT_BODY, 79, date_expires_gmt=None),
        stored(PERCENT_BODY, 80, status="trash"),
        stored(PERCENT_BODY, 81, code="another"),  # the id was given a second time
        stored(PERCENT_BODY, 90),  # nobody asked for it
    ]
    shop = Shop(lambda call: (200, rows, {"date": "Sun, 22 Nov 2026 18:00:00 GMT"}))
    found = COUPONS.show(shop, {str(number): PERCENT for number in range(77, 83)})
    assert {ref: (state.matches, state.differs) for ref, state in found.items()} == {
        "77": (True, ""),
        "78": (False, "amount"),
        "79": (False, ""),
    }
    assert shop.asked == ["GET /coupons"]
    assert shop.calls[0].query["include"] == "77,78,79,80,81,82"


def test_showing_nothing_asks_nothing() -> None:
    shop = taken()
    assert COUPONS.show(shop, {}) == {}
    assert shop.asked == []
