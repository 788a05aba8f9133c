"""Normal forms for matching (R4, R9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identities import is_placeholder, name_and_address, normal_email


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("  Ana@Shop.COM \n", "ana@shop.com"),
        ("ana@shop.com.", "ana@shop.com"),
        ("ANA@BÜCHER.de", "ana@xn--bcher-kva.de"),
        ("ana@bücher.de", "ana@xn--bcher-kva.de"),
        ("\u200fana@shop.com\u200b", "ana@shop.com"),
        ("ａｎａ＠shop.com", "ana@shop.com"),
        ("A.n.a+shop@gmail.com", "ana@gmail.com"),
        ("a.na@googlemail.com", "ana@gmail.com"),
        ("ana+x@outlook.com", "ana@outlook.com"),
        ("ana+x@icloud.com", "ana@icloud.com"),
        ("a.na+x@proton.me", "a.na@proton.me"),
        ("ana+x@shop.com", "ana+x@shop.com"),
        ("a.na@shop.com", "a.na@shop.com"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("...@gmail.com", "...@gmail.com"),
    ],
)
def test_r9_one_mailbox_has_one_normal_form(written: str, normal: str) -> None:
    assert normal_email(written) == normal


@pytest.mark.parametrize(
    "domain",
    [
        *("gmail.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "me.com", "mac.com"),
        *("fastmail.com", "proton.me", "protonmail.com", "pm.me"),
    ],
)
def test_r9_tags_go_where_the_provider_ignores_them(domain: str) -> None:
    assert normal_email(f"ana+tag+more@{domain}") == f"ana@{domain}"


@pytest.mark.parametrize(
    "text",
    [
        *("", "ana", "@shop.com", "ana@", "a na@shop.com", "ana@x@shop.com", "ana@shop", "ana@shop..com"),
        *("ana@sh op.com", "ana@.com", "ana@shop_one.com", "ana@" + "x" * 64 + ".com"),
    ],
)
def test_what_is_no_address_has_no_normal_form(text: str) -> None:
    assert normal_email(text) is None


@given(st.emails())
def test_r9_a_normal_form_is_its_own(email: str) -> None:
    normal = normal_email(email)
    assert normal is not None
    assert normal_email(normal) == normal


@given(st.text())
def test_any_text_has_a_normal_form_or_none(text: str) -> None:
    normal = normal_email(text)
    assert normal is None or normal_email(normal) == normal


def test_r9_name_and_address_do_not_depend_on_order_case_or_keyboard() -> None:
    one = name_and_address("Ana López", "Calle Mayor 5, 28013 Madrid, ES")
    other = name_and_address("lopez  ANA", "28013 MADRID es / calle mayor, 5")
    assert one == other == "ana lopez|28013 5 calle es madrid mayor"
    assert name_and_address("علي", "تهران ۱۲") == name_and_address("علی", "تهران 12")


def test_r9_a_name_is_not_mistaken_for_an_address() -> None:
    assert name_and_address("Madrid", "Ana") != name_and_address("Ana", "Madrid")
    assert name_and_address("Ana", "Mayor 5") != name_and_address("Ana", "Mayor 6")


@pytest.mark.parametrize(("name", "address"), [("", "Calle Mayor 5"), ("Ana", " , - "), ("", "")])
def test_r9_half_of_a_name_and_address_is_nothing(name: str, address: str) -> None:
    assert name_and_address(name, address) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", f"{local}@shop.com") for local in ("guest", "nobody", "none", "anonymous", "unknown", "walkin")]
    + [("email", f"{local}@shop.com") for local in ("walk-in", "pos", "test", "example", "noreply", "no-reply")]
    + [("email", f"{local}@shop.com") for local in ("donotreply", "do-not-reply", "noemail", "no-email", "nomail")]
    + [("email", f"ana@{domain}") for domain in ("invalid", "a.invalid", "b.a.invalid")]
    + [
        ("email", "test@test"),
        ("email", "GUEST@Shop.com"),
        ("email", ""),
        ("email", "@shop.com"),
        ("email", " guest@x.de "),
    ]
    + [("phone", "0000000000"), ("phone", "+966500000000"), ("phone", "123456789"), ("phone", "+49123456789")]
    + [("phone", "1234567890"), ("phone", "987654321"), ("phone", "۰۰۰۰۰۰۰۰"), ("phone", "+1 111-1111"), ("phone", "")]
    + [("phone", "112"), ("phone", "481516")]
    + [("customer", value) for value in ("", "0", " 0 ", "-1", "guest", "None", "NULL")]
    + [("name_address", ""), ("name_address", "|"), ("name_address", " - | , ")],
)
def test_r9_placeholders_match_nobody(kind: str, value: str) -> None:
    assert is_placeholder(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "ana@shop.com"),
        ("email", "guesthouse@shop.com"),
        ("email", "ana@example.com.de"),
        ("email", "ana@contest.org"),
        ("email", "ana@myexample.com"),
        ("phone", "+34612345670"),
        ("phone", "+966501234561"),
        ("phone", "+34600000001"),
        ("phone", "7654329"),
        ("phone", "+34617000000"),
        ("customer", "10"),
        ("customer", "gid://shop/Customer/7"),
        ("name_address", "ana|mayor 5"),
    ],
)
def test_r9_people_are_no_placeholders(kind: str, value: str) -> None:
    assert not is_placeholder(kind, value)
