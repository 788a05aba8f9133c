"""Webhooks in the shop: WooCommerce takes doubles, hides secrets and switches webhooks off without a word."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.errors import RemoteRejected
from integrations.woocommerce import PLATFORM
from tests.integrations.woocommerce.recorded import answer_of, body_of
from tests.integrations.woocommerce.shop import Call, Reply, Shop

assert PLATFORM.subscriptions is not None
SUBSCRIPTIONS = PLATFORM.subscriptions
ADDRESS = "https://refer.example/webhooks/woocommerce/inst_7"
SECRET = "0123456789abcdef" * 2


class Hooks:
    """A shop's webhooks, kept as WooCommerce keeps them: doubles and all, secrets never shown."""

    def __init__(self, *standing: dict[str, Any]) -> None:
        self.rows = {each["id"]: each for each in standing}
        self.secrets: dict[int, str] = {}
        self.shop = Shop(self.reply)

    def reply(self, call: Call) -> Reply:
        if call.path == "/webhooks" and call.method == "GET":
            size, page = int(call.query["per_page"]), int(call.query["page"])
            rows = [self.rows[each] for each in sorted(self.rows)]
            return 200, rows[(page - 1) * size : page * size]
        if call.method == "POST":
            new = max(self.rows, default=0) + 1
            asked = {key: call.body[key] for key in ("name", "topic", "delivery_url")}
            self.rows[new] = body_of("webhook_create_ok") | {"id": new} | asked
            self.secrets[new] = call.body["secret"]
            return 201, self.rows[new]
        hook = int(call.path.rsplit("/", 1)[1])
        if hook not in self.rows:
            return answer_of("webhook_get_deleted")
        if call.method == "DELETE":
            assert call.query == {"force": "true"}
            return 200, self.rows.pop(hook)
        self.secrets[hook] = call.body["secret"]
        self.rows[hook] = self.rows[hook] | {"delivery_url": call.body["delivery_url"]}
        return 200, self.rows[hook]


def hook(number: int, topic: str = "order.created", status: str = "active", address: str = ADDRESS) -> dict[str, Any]:
    found: dict[str, Any] = body_of("webhook_create_ok")
    return found | {"id": number, "topic": topic, "status": status, "delivery_url": address}


def test_each_topic_gets_one_webhook_with_our_secret() -> None:
    hooks = Hooks()
    made = SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET)
    assert [(each.topic, each.address, each.active) for each in made] == [
        (topic, ADDRESS, True)
        for topic in ("order.created", "order.updated", "order.deleted", "order.restored", "coupon.deleted")
    ]
    assert set(hooks.secrets.values()) == {SECRET}
    assert {row["name"] for row in hooks.rows.values()} == {f"Goodword {topic}" for topic in SUBSCRIPTIONS.topics}


def test_subscribing_again_makes_nothing_and_sets_the_secret() -> None:
    hooks = Hooks()
    first = SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET)
    hooks.shop.calls.clear()
    assert SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET[::-1]) == first
    assert [call.method for call in hooks.shop.calls] == ["GET", *["PUT"] * 5]
    assert set(hooks.secrets.values()) == {SECRET[::-1]}


def test_doubles_of_ours_go_and_others_stay() -> None:
    strangers = [
        hook(1, address="https://other.example/"),
        hook(2, "product.created", address="https://other.example/"),
    ]
    hooks = Hooks(*strangers, hook(3), hook(4), hook(5, "order.updated"), hook(6, "coupon.updated"))
    SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET)
    left = [row["topic"] for row in hooks.rows.values() if row["delivery_url"] == ADDRESS]
    assert sorted(left) == sorted(SUBSCRIPTIONS.topics)
    assert {1, 2, 3, 5} <= set(hooks.rows)
    assert not {4, 6} & set(hooks.rows)


def test_made_anew_none_is_kept_since_each_speaks_as_the_user_who_made_it() -> None:
    hooks = Hooks()
    first = SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET)
    again = SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET, anew=True)
    assert not {each.webhook_ref for each in first} & {each.webhook_ref for each in again}
    assert sorted(row["topic"] for row in hooks.rows.values()) == sorted(SUBSCRIPTIONS.topics)
    assert hooks.shop.asked.index("DELETE /webhooks/1") > max(
        at for at, asked in enumerate(hooks.shop.asked) if asked == "POST /webhooks"
    ), "the new ones first: no gap"


@pytest.mark.parametrize("status", ["disabled", "paused"])
def test_a_webhook_switched_off_is_replaced_since_its_failures_would_stay(status: str) -> None:
    hooks = Hooks(hook(3, status=status))
    made = SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET)
    assert 3 not in hooks.rows
    assert all(each.active for each in made)
    posted = hooks.shop.asked.index("POST /webhooks")
    assert posted < hooks.shop.asked.index("DELETE /webhooks/3")  # the new one first: no gap


def test_every_page_of_the_list_is_read() -> None:
    hooks = Hooks(*(hook(number, address="https://other.example/") for number in range(1, 151)), hook(151))
    assert len(SUBSCRIPTIONS.list(hooks.shop)) == 151
    SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET)
    assert len([row for row in hooks.rows.values() if row["delivery_url"] == ADDRESS]) == 5


def test_the_recorded_list_is_read() -> None:
    found = SUBSCRIPTIONS.list(Shop(lambda _: answer_of("webhook_list")))
    assert len(found) == 10
    assert found[0].topic == "product.created"
    assert all(each.active for each in found)
    gone = SUBSCRIPTIONS.list(Shop(lambda _: (200, [body_of("webhook_get_disabled")])))
    assert not gone[0].active


def test_removing_leaves_no_webhook_at_the_address() -> None:
    hooks = Hooks(hook(1), hook(2, "order.updated"), hook(3, address=ADDRESS + "0"))
    SUBSCRIPTIONS.remove(hooks.shop, ADDRESS)
    assert list(hooks.rows) == [3]
    SUBSCRIPTIONS.remove(hooks.shop, ADDRESS)


def test_one_that_goes_meanwhile_is_gone() -> None:
    hooks = Hooks(hook(1), hook(2))

    def reply(call: Call) -> Reply:
        hooks.rows.pop(2, None) if call.method == "DELETE" else None
        return hooks.reply(call)

    SUBSCRIPTIONS.remove(Shop(reply), ADDRESS)
    assert hooks.rows == {}


@pytest.mark.parametrize("secret", ["", "short", "a&amp;b" * 5, 'quo"te' * 5, "späce" * 5, "with space" * 3])
def test_a_secret_that_woocommerce_would_unescape_is_refused(secret: str) -> None:
    hooks = Hooks()
    with pytest.raises(ValueError, match="hex"):
        SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, secret)
    assert hooks.shop.calls == []


@pytest.mark.parametrize("change", [{"status": "paused"}, {"delivery_url": "https://else.example"}, {"topic": "x.y"}])
def test_a_webhook_that_came_out_otherwise_is_refused(change: dict[str, Any]) -> None:
    def reply(call: Call) -> Reply:
        if call.method == "GET":
            return 200, []
        return 201, hook(1, call.body["topic"]) | change

    with pytest.raises(RemoteRejected) as caught:
        SUBSCRIPTIONS.subscribe(Shop(reply), ADDRESS, SECRET)
    assert caught.value.reason == "webhook_differs"


def test_one_of_ours_that_leads_elsewhere_is_led_back() -> None:
    elsewhere = "https://elsewhere.example/hook"
    hooks = Hooks(hook(1, address=elsewhere), hook(2, "order.updated", address=elsewhere))
    made = SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET, ours=["1"])
    assert made[0].webhook_ref == "1"
    put = next(call for call in hooks.shop.calls if call.method == "PUT")
    assert put.body == {"secret": SECRET, "delivery_url": ADDRESS}
    assert hooks.rows[2]["delivery_url"] == elsewhere, "not ours"


def test_of_two_of_ours_the_one_that_leads_here_stays() -> None:
    hooks = Hooks(hook(1, address="https://elsewhere.example/hook"), hook(2))
    assert SUBSCRIPTIONS.subscribe(hooks.shop, ADDRESS, SECRET, ours=["1"])[0].webhook_ref == "2"
    assert 1 not in hooks.rows
