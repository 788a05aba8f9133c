"""Shopping by plain forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from demo.records import Order
from tests.demo.stage import BUYER, Stage


@pytest.fixture
def tea(stage: Stage) -> Stage:
    """A shop whose first tea costs 14.50, with a coupon for a tenth."""
    stage.coupon(40, "FRIEND", "10", discount_type="percent")
    for number, topic in enumerate(("order.created", "order.updated"), start=1):
        stage.webhook(number, topic)
    return stage


@pytest.fixture
def plugged() -> Iterator[Stage]:
    """A shop with the plugin."""
    made = Stage(plugin=True)
    yield made
    made.shop.store.close()


def basket(stage: Stage, *codes: str, product_id: int = 1, quantity: int = 2) -> None:
    stage.browser.post("/cart/add", data={"product_id": product_id, "quantity": quantity})
    for code in codes:
        stage.browser.post("/cart/coupon", data={"coupon_code": code})


def buy(stage: Stage, payment: str = "card", **fields: str) -> TestResponse:
    return stage.browser.post("/checkout/", data={**BUYER, "payment_method": payment, **fields})


def orders(stage: Stage) -> list[Order]:
    return stage.shop.store.select(Order)


def notices(response: TestResponse) -> list[str]:
    return re.findall(r'class="notice" role="alert">([^<]*)<', response.get_data(as_text=True))


def test_a_card_pays_at_once(tea: Stage) -> None:
    basket(tea, "friend")
    answer = buy(tea)
    assert answer.status_code == 303
    [order] = orders(tea)
    assert (order.status, order.payment_method, order.created_via) == ("processing", "stripe", "store-api")
    assert order.paid == tea.clock.now()
    assert (order.discount, order.postage, order.total) == (290, 495, 3105)
    page = tea.browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert 'data-status="processing"' in page
    assert "€31.05" in page


def test_cash_on_delivery_is_unpaid_until_completed(tea: Stage) -> None:
    basket(tea)
    buy(tea, "cod")
    [order] = orders(tea)
    assert (order.status, order.paid) == ("processing", None)
    tea.clock.advance(days=2)
    tea.keep(f"orders/{order.id}/status", status="completed")
    assert orders(tea)[0].paid == tea.clock.now()


def test_checkout_leaves_a_draft_and_says_updated_before_created(tea: Stage) -> None:
    basket(tea)
    assert orders(tea) == []
    tea.browser.get("/checkout/")
    [draft] = orders(tea)
    assert draft.status == "checkout-draft"
    assert tea.owed() == [("order.updated", draft.id)]
    tea.browser.get("/checkout/")
    buy(tea)
    [order] = orders(tea)
    assert order.id == draft.id
    assert tea.owed() == [("order.updated", draft.id), ("order.created", draft.id)]


def test_a_code_of_any_case_is_taken_once(tea: Stage) -> None:
    basket(tea, "Friend")
    tea.browser.post("/cart/coupon", data={"coupon_code": "FRIEND"})
    assert notices(tea.browser.get("/cart/")) == ["Coupon code &#34;friend&#34; has already been applied."]
    tea.browser.post("/cart/coupon", data={"coupon_code": "nope"})
    assert notices(tea.browser.get("/cart/")) == ["Coupon &#34;nope&#34; cannot be applied because it does not exist."]


def test_an_individual_coupon_puts_out_the_others_silently(tea: Stage) -> None:
    tea.coupon(41, "alone", "5", individual_use=True)
    basket(tea, "friend", "alone")
    page = tea.browser.get("/cart/")
    assert notices(page) == []
    assert "alone" in page.text
    assert "friend" not in page.text.replace("Code from a friend?", "")
    tea.browser.post("/cart/coupon", data={"coupon_code": "friend"})
    assert "cannot be used in conjunction" in notices(tea.browser.get("/cart/"))[0]


def test_a_coupon_that_expired_meanwhile_leaves_the_basket(tea: Stage) -> None:
    basket(tea, "friend")
    tea.made(tea.rest("PUT", "coupons/40", {"date_expires": "2020-01-01"}))
    assert "has expired" in notices(tea.browser.get("/cart/"))[0]
    buy(tea)
    assert orders(tea)[0].coupons == []


def test_a_coupon_used_before_is_refused_when_the_order_is_placed(tea: Stage) -> None:
    tea.made(tea.rest("PUT", "coupons/40", {"usage_limit_per_user": 1}))
    basket(tea, "friend")
    assert buy(tea).status_code == 303
    tea.browser = tea.app.test_client()  # a browser in which nobody has said yet who they are
    basket(tea, "friend")
    assert notices(tea.browser.get("/cart/")) == []
    answer = buy(tea)
    assert answer.status_code == 409
    assert "Usage limit for coupon" in notices(answer)[0]
    assert [order.status for order in orders(tea)] == ["processing", "checkout-draft"]
    assert buy(tea).status_code == 303
    assert orders(tea)[1].coupons == []


def test_a_coupon_locked_to_an_address_needs_the_address_first(tea: Stage) -> None:
    tea.coupon(41, "locked", "5", email_restrictions=["bob@example.net"])
    basket(tea, "locked")
    assert "Please enter a valid email at checkout" in notices(tea.browser.get("/cart/"))[0]
    assert buy(tea, first_name="").status_code == 400  # the shop knows the address from now on
    basket(tea, "locked", quantity=1)
    assert buy(tea, email="eve@example.net").status_code in {303, 409}
    assert all(not order.coupons for order in orders(tea) if order.name == "eve@example.net")


def test_missing_fields_come_back_marked(tea: Stage) -> None:
    basket(tea)
    answer = buy(tea, email="no address", payment_method="")
    assert answer.status_code == 400
    assert 'id="bad-email"' in answer.text
    assert 'value="Utrecht"' in answer.text


def test_delivery_is_free_from_50_or_by_coupon(tea: Stage) -> None:
    tea.coupon(41, "post", "0", free_shipping=True)
    basket(tea, "post", quantity=1)
    buy(tea)
    basket(tea, quantity=4)
    buy(tea)
    assert [order.postage for order in orders(tea)] == [0, 0]
    assert orders(tea)[0].shipping_lines[0].method_id == "free_shipping"


def test_a_guest_sees_only_their_own_order(tea: Stage) -> None:
    basket(tea)
    address = buy(tea).headers["Location"]
    id = orders(tea)[0].id
    assert tea.browser.get(f"/checkout/order-received/{id}/?key=wrong").status_code == 404
    found = tea.browser.post("/track/", data={"order_number": f"#{id}", "email": "BOB@example.net"})
    assert found.headers["Location"] == address
    wrong = tea.browser.post("/track/", data={"order_number": str(id), "email": "eve@example.net"})
    assert wrong.status_code == 404


def test_the_checkout_link_empties_the_basket_it_finds(tea: Stage) -> None:
    basket(tea, product_id=5)
    answer = tea.browser.get("/checkout-link/?products=1:2,99&coupon=Friend&utm_source=goodword&x=1")
    assert answer.status_code == 302
    page = tea.browser.get(answer.headers["Location"])
    assert 'data-total="3105"' in page.text
    buy(tea)
    [order] = orders(tea)
    assert [(line.product_id, line.quantity) for line in order.lines] == [(1, 2)]
    meta = {each.key: each.value for each in order.meta}
    assert meta["_wc_order_attribution_utm_source"] == "goodword"


def test_a_session_brings_its_basket_to_another_browser(tea: Stage) -> None:
    address = tea.browser.get("/checkout-link/?products=1&coupon=friend").headers["Location"]
    other = tea.app.test_client()
    assert 'value="friend"' in other.get(address).text


def test_a_link_with_a_bad_coupon_keeps_the_goods_and_says_so(tea: Stage) -> None:
    address = tea.browser.get("/checkout-link/?products=1&coupon=nope").headers["Location"]
    page = tea.browser.get(address)
    assert "does not exist" in notices(page)[0]
    assert "Uji Sencha" in page.text


@pytest.mark.parametrize("parameter", ["coupon", "apply_coupon", "coupon_code"])
def test_coupon_parameters_do_nothing(tea: Stage, parameter: str) -> None:
    page = tea.browser.get(f"/cart/?add-to-cart=1&{parameter}=friend")
    assert "Uji Sencha" in page.text
    assert 'value="friend"' not in page.text


def test_the_plugin_carries_the_click_to_the_order(plugged: Stage, tea: Stage) -> None:
    for stage, expected in ((plugged, ["tok.en-1"]), (tea, [])):
        stage.browser.get("/?goodword=tok.en-1")
        basket(stage)
        buy(stage)
        assert [meta.value for meta in orders(stage)[0].meta if meta.key == "_goodword_claim"] == expected


def test_coupons_switched_off_are_refused_everywhere(tea: Stage) -> None:
    tea.made(tea.rest("PUT", "settings/general/woocommerce_enable_coupons", {"value": "no"}))
    basket(tea, "friend")
    assert notices(tea.browser.get("/cart/")) == ["Coupons are disabled."]
    assert tea.rest("POST", "coupons", {"code": "x"}).status_code == 403
    assert tea.made(tea.rest("GET", "settings/general/woocommerce_enable_coupons"))["value"] == "no"


@pytest.mark.parametrize("path", ["/", "/product/uji-sencha/", "/cart/", "/track/", "/keeper"])
def test_pages_open(tea: Stage, path: str) -> None:
    assert tea.browser.get(path).status_code == 200


def test_a_name_is_never_markup(tea: Stage) -> None:
    basket(tea)
    answer = buy(tea, first_name="<b>Bob</b>", email='"<i>"@example.net')
    id = orders(tea)[0].id
    for address in (answer.headers["Location"], "/keeper", f"/keeper/orders/{id}"):
        page = tea.browser.get(address).text
        assert "<b>Bob" not in page
        assert "<i>" not in page.replace("<i>&amp;</i>", "")
