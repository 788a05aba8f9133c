"""Connecting a shop: what people type, what they paste, and what is wrong with their key, each by its own name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from integrations.contract import AuthScheme
from integrations.errors import RemoteRejected
from integrations.woocommerce import PLATFORM
from tests.integrations.woocommerce.recorded import answer_of, body_of
from tests.integrations.woocommerce.shop import Call, Reply, Shop

assert PLATFORM.connector is not None
CONNECTOR = PLATFORM.connector
KEY, SECRET = "ck_" + "1" * 40, "cs_" + "2" * 40


# --- addresses ---


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://shop.example", "https://shop.example"),
        ("shop.example", "https://shop.example"),
        ("  Shop.Example/  ", "https://shop.example"),
        ("HTTP://Shop.Example", "http://shop.example"),
        ("https://shop.example:443/", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("shop.example:8443", "https://shop.example:8443"),
        ("https://shop.example./", "https://shop.example"),
        ("https://shop.example/wp-json/", "https://shop.example"),
        ("https://shop.example/wp-json/wc/v3/orders?per_page=1", "https://shop.example"),
        ("https://shop.example/wp-admin/admin.php?page=wc-settings#keys", "https://shop.example"),
        ("https://shop.example/wp-login.php", "https://shop.example"),
        ("https://shop.example/index.php/wp-json", "https://shop.example"),
        ("https://shop.example/?rest_route=/", "https://shop.example"),
        ("https://example.org/tea/", "https://example.org/tea"),
        ("https://example.org//tea//wp-json", "https://example.org/tea"),
        ("https://example.org/Tea/wp-admin", "https://example.org/Tea"),
        ("https://müller.example", "https://xn--mller-kva.example"),
        ("فروشگاه.example", "https://xn--mgbtj4c7ad63e.example"),
        ("\u200fshop.example\u200e", "https://shop.example"),
        ("shop。example", "https://shop.example"),
        ("localhost:8081", "http://localhost:8081"),
        ("127.0.0.1:8081/wp-json", "http://127.0.0.1:8081"),
        ("http://[::1]:8081/", "http://[::1]:8081"),
        ("www.shop.example", "https://www.shop.example"),
    ],
)
def test_what_people_type_becomes_one_address(typed: str, address: str) -> None:
    assert CONNECTOR.normal_address(typed) == address
    assert CONNECTOR.normal_address(address) == address


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "https://", "://", "ftp://shop.example", "javascript:alert(1)", "file:///etc/passwd"),
        *(
            "https://user:pass@shop.example",
            "https://user@shop.example",
            "https://shop..example",
            "https://-shop.example",
        ),
        *("https://sh op!.example", "https://shop.example:99999", "https://shop.example:0", "https://shop.example:x"),
        *("https://" + "a" * 64 + ".example", "https://" + "a." * 200 + "example", "https://[::1", "https://[nope]"),
        *("https://shop.example\\@evil.example", "https://sh%6fp.example", "me@shop.example"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(RemoteRejected) as caught:
        CONNECTOR.normal_address(typed)
    assert caught.value.reason == "address_invalid"


# --- credentials ---


@pytest.mark.parametrize(
    ("address", "scheme"), [("https://shop.example", AuthScheme.BASIC), ("http://shop.example", AuthScheme.OAUTH1)]
)
def test_the_scheme_follows_the_address(address: str, scheme: AuthScheme) -> None:
    found = CONNECTOR.credentials(address, {"consumer_key": f" {KEY}\n", "consumer_secret": f"{SECRET}\u200f"})
    assert (found.scheme, found.key, found.secret) == (scheme, KEY, SECRET)
    assert SECRET not in repr(found)
    assert [(field.key, field.secret) for field in CONNECTOR.fields] == [
        ("consumer_key", False),
        ("consumer_secret", True),
    ]


@pytest.mark.parametrize(
    "pasted", [{}, {"consumer_key": KEY}, {"consumer_key": SECRET, "consumer_secret": KEY}, {"consumer_key": "ck_x"}]
)
def test_what_is_no_key_pair_is_refused(pasted: dict[str, str]) -> None:
    with pytest.raises(RemoteRejected) as caught:
        CONNECTOR.credentials("https://shop.example", pasted)
    assert caught.value.reason == "key_malformed"


# --- facts ---

ANSWERS: dict[str, Reply] = {
    "GET /": (200, None),  # the front page, whatever is asked of it
    "GET /wp-json/": answer_of("store_wp_json_index"),
    "GET /data/currencies/current": answer_of("store_currency_current"),
    "GET /system_status": answer_of("store_system_status_fields"),
    "GET /settings/general/woocommerce_enable_coupons": (200, {"value": "yes"}),
    "GET /settings/tax/woocommerce_prices_include_tax": (200, {"value": "yes"}),
    "GET /orders": (200, []),
    "GET /webhooks": (200, []),
    "POST /coupons/batch": (200, []),
}


def shop(**changes: Any) -> Shop:
    """The recorded store; `changes` are answers by the last word of a path."""

    def reply(call: Call) -> Reply:
        word = call.path.strip("/").split("/")[-1].replace("-", "_")
        changed: Reply | None = changes.get(word)
        return changed or ANSWERS[f"{call.method} {call.path}"]

    return Shop(reply)


def refusal(store: Shop) -> str:
    with pytest.raises(RemoteRejected) as caught:
        CONNECTOR.facts(store)
    return caught.value.reason


def test_a_good_key_learns_what_the_shop_is() -> None:
    store = shop()
    facts = CONNECTOR.facts(store)
    assert (facts.name, facts.home_url, facts.timezone) == (
        "Corner Tea Shop",
        "https://127.0.0.1:8089",
        "Europe/Amsterdam",
    )
    assert (facts.currency, facts.currency_decimals, facts.version) == ("EUR", 2, "10.0.2")
    assert facts.coupons_enabled
    assert facts.prices_include_tax


def test_the_proof_of_writing_writes_nothing() -> None:
    store = shop()
    CONNECTOR.facts(store)
    (written,) = [call for call in store.calls if call.method != "GET"]
    assert (written.path, written.body) == ("/coupons/batch", {"create": []})


UNAUTHORISED = [
    ("rest_auth_unknown_key", "key_unknown"),
    ("rest_auth_revoked_key", "key_unknown"),
    ("rest_auth_wrong_secret", "key_wrong_secret"),
    ("rest_auth_write_key_reads", "key_write_only"),
    ("rest_auth_oauth1_bad_signature", "key_wrong_secret"),
    ("rest_auth_oauth1_old_timestamp", "clock_wrong"),
    ("rest_no_route", "rest_absent"),
]


@pytest.mark.parametrize(("name", "reason"), UNAUTHORISED)
def test_recorded_refusals_have_their_names(name: str, reason: str) -> None:
    assert refusal(shop(current=answer_of(name), batch=answer_of(name))) == reason


def test_a_read_only_key_is_told_by_its_first_write() -> None:
    assert refusal(shop(batch=answer_of("rest_auth_read_key_writes"))) == "key_read_only"


def test_a_read_only_key_is_told_in_every_language() -> None:
    status, payload, _ = answer_of("rest_auth_read_key_writes")
    assert refusal(shop(batch=(status, payload | {"message": "این کلید اجازهٔ نوشتن ندارد."}))) == "key_read_only"


def test_a_write_only_key_is_told_in_every_language_by_its_writing() -> None:
    status, payload, _ = answer_of("rest_auth_write_key_reads")
    refused = (status, payload | {"message": "این کلید اجازهٔ خواندن ندارد."})
    assert refusal(shop(current=refused)) == "key_write_only"
    assert refusal(shop(current=refused, batch=refused)) == "key_wrong_secret"


def test_a_shop_that_does_not_see_tls_says_so_and_can_be_opened_otherwise() -> None:
    status, payload, headers = answer_of("rest_auth_basic_over_http")
    assert headers["link"].startswith("<http://")
    assert refusal(shop(current=(status, payload, headers))) == "tls_hidden"
    assert CONNECTOR.other_schemes["tls_hidden"] is AuthScheme.OAUTH1
    seen = (status, payload, answer_of("rest_auth_unknown_key")[2])
    assert refusal(shop(current=seen)) == "key_unknown"


def test_over_plain_http_nothing_is_hidden() -> None:
    store = shop(current=answer_of("rest_auth_basic_over_http"))
    store.base_url = "http://shop.example"
    assert refusal(store) == "key_unknown"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, None), "rest_absent"),
        ((200, None), "rest_absent"),
        ((200, []), "rest_absent"),
        ((401, None), "blocked"),
        ((403, {"code": "rest_disabled"}), "blocked"),
        ((200, {"namespaces": ["wp/v2"], "name": "Blog"}), "woocommerce_absent"),
        ((200, {"namespaces": {"0": "wp/v2"}}), "woocommerce_absent"),
        ((200, {"name": "x"}), "answer_unreadable"),
    ],
)
def test_an_address_without_the_api_is_told(answer: Reply, reason: str) -> None:
    assert refusal(shop(wp_json=answer)) == reason


def test_looking_needs_no_keys() -> None:
    store = shop()
    CONNECTOR.look(store)
    assert [call.path for call in store.calls] == ["/wp-json/"]


def test_coupons_switched_off_are_told_before_writing() -> None:
    store = shop(woocommerce_enable_coupons=(200, {"value": "no"}))
    assert refusal(store) == "coupons_disabled"
    assert all(call.method == "GET" for call in store.calls)


@pytest.mark.parametrize("collection", ["orders", "webhooks", "system_status"])
def test_a_user_without_the_role_is_told(collection: str) -> None:
    denied = (403, {"code": "woocommerce_rest_cannot_view", "message": "x", "data": {"status": 403}})
    assert refusal(shop(**{collection: denied})) == "role_missing"


@pytest.mark.parametrize("page", ["current", "orders", "batch"])
def test_a_firewall_is_told(page: str) -> None:
    assert refusal(shop(**{page: (403, None)})) == "blocked"


def test_a_shop_without_a_tax_group_has_prices_without_tax() -> None:
    missing = (404, {"code": "rest_setting_setting_group_invalid", "message": "x", "data": {"status": 404}})
    assert not CONNECTOR.facts(shop(woocommerce_prices_include_tax=missing)).prices_include_tax


@pytest.mark.parametrize(
    ("zone", "offset", "name"),
    [
        ("Asia/Tehran", 3.5, "Asia/Tehran"),
        ("", 0, "Etc/UTC"),
        ("", 1, "Etc/GMT-1"),
        ("", -5, "Etc/GMT+5"),
        ("", 3.5, "Asia/Tehran"),
        ("", "5.5", "Asia/Kolkata"),
    ],
)
def test_a_manual_offset_has_a_zone_too(zone: str, offset: object, name: str) -> None:
    index = body_of("store_wp_json_index") | {"timezone_string": zone, "gmt_offset": offset}
    assert CONNECTOR.facts(shop(wp_json=(200, index))).timezone == name


def test_names_are_unescaped_and_tomans_are_rials() -> None:
    index = body_of("store_wp_json_index") | {"name": "Tea &amp; Co &#8211; چای"}
    facts = CONNECTOR.facts(shop(wp_json=(200, index), current=(200, {"code": "IRT"})))
    assert (facts.name, facts.currency, facts.shown_currency) == ("Tea & Co – چای", "IRR", "IRT")


@pytest.mark.parametrize("answer", [(200, {}), (200, []), (200, {"code": 7})])
def test_an_answer_of_another_shape_is_told(answer: Reply) -> None:
    assert refusal(shop(current=answer)) == "answer_unreadable"


# --- links into the shop ---


def test_links_carry_what_they_are_given() -> None:
    storefront = PLATFORM.storefront
    assert storefront is not None
    link: Callable[..., str | None] = storefront.apply_link
    tracked = {"utm_source": "goodword", "utm_content": "a b&c"}
    assert storefront.home("https://shop.example", {}) == "https://shop.example/"
    assert storefront.home("https://shop.example/tea", tracked) == (
        "https://shop.example/tea/?utm_source=goodword&utm_content=a+b%26c"
    )
    assert storefront.home("https://shop.example", tracked, "BCDFGHJKM") == (
        "https://shop.example/?utm_source=goodword&utm_content=a+b%26c&goodword_code=BCDFGHJKM"
    )
    assert link("https://shop.example", "BCDFGHJKM", "11", {"utm_source": "goodword"}) == (
        "https://shop.example/checkout-link/?products=11:1&coupon=BCDFGHJKM&utm_source=goodword"
    )
    assert link("https://shop.example", "BCDFGHJKM", None, {}) is None
