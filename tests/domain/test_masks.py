"""What a page must not show does not come through a mask."""

from __future__ import annotations

import pytest

from app.domain import masks


@pytest.mark.parametrize(
    ("address", "shown"),
    [("sara@mail.shop", "s•••@mail.shop"), (None, None), ("", None), ("nonsense", "•••"), ("@mail.shop", "•••")],
)
def test_email_keeps_its_first_letter_and_its_domain(address: str | None, shown: str | None) -> None:
    assert masks.email(address) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("+49 170 9384756", "•••4756"), ("110", "•••"), (None, None), ("۰۹۱۲۹۳۸۴۷۵۶", "•••۴۷۵۶")]
)
def test_phone_keeps_its_end(number: str | None, shown: str | None) -> None:
    assert masks.phone(number) == shown


@pytest.mark.parametrize(
    "name", ["Authorization", "COOKIE", "X-Shop-Signature", "X-Hmac-Sha256", "X-Api-Key", "X-Real-IP"]
)
def test_secret_headers_are_hidden(name: str) -> None:
    assert masks.headers([(name, "s3cret"), ("Host", "x.test")]) == ((name, masks.HIDDEN), ("Host", "x.test"))


@pytest.mark.parametrize(
    "key",
    [
        "name",
        "first_name",
        "billing",
        "email",
        "phone",
        "customer_note",
        "order_key",
        "address_1",
        "city",
        "ip_address",
    ],
)
def test_personal_keys_hide_whatever_stands_in_them(key: str) -> None:
    assert masks.payload({key: "karim"}) == {key: masks.HIDDEN}
    assert masks.payload({key: {"deep": ["karim", {"er": 7}]}}) == {key: {"deep": [masks.HIDDEN, {"er": masks.HIDDEN}]}}


@pytest.mark.parametrize(
    "text", ["Karim Ahmadi", "k@mail.shop", "https://x.test/?a=1", "مریم", "<b>x</b>", "+49170", "A b"]
)
def test_texts_that_are_no_machines_words_are_hidden_anywhere(text: str) -> None:
    assert masks.payload({"status": text, "list": [text]}) == {"status": masks.HIDDEN, "list": [masks.HIDDEN]}


@pytest.mark.parametrize(
    "value", [0, 12.5, True, False, None, "", "54.90", "-1", "2026-02-03T10:00:00Z", "2026-02-03 10:00"]
)
def test_facts_are_shown(value: object) -> None:
    assert masks.payload({"total": value}) == {"total": value}


@pytest.mark.parametrize(("key", "word"), [("status", "on-hold"), ("currency", "EUR"), ("created_via", "checkout")])
def test_words_of_machines_are_shown_under_their_keys_only(key: str, word: str) -> None:
    assert masks.payload({key: word, "value": word}) == {key: word, "value": masks.HIDDEN}


def test_amounts_of_shipping_are_facts_and_its_address_is_not() -> None:
    seen = masks.payload({"shipping_total": "4.90", "shipping": {"city": "Berlin", "total": "4.90"}})
    assert seen == {"shipping_total": "4.90", "shipping": {"city": masks.HIDDEN, "total": "4.90"}}
