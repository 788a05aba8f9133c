"""Normal forms for matching (R4, R9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identities import email_forms, is_placeholder, name_and_address_forms


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
    assert email_forms(written)[0] == normal


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("ana@me.com", "ana@icloud.com"),
        ("ana+tea@mac.com", "Ana@iCloud.com"),
        ("a.na-lo_pez@proton.me", "analopez@pm.me"),
        ("ana@protonmail.ch", "a.n.a+tea@protonmail.com"),
        ("ana.lopez@yandex.ru", "ana-lopez+tea@ya.ru"),
        ("ana+tea@posteo.de", "ana@posteo.de"),
        ("ana@xn--bcher-kva.de", "Ana@BÜCHER.DE"),
        ("a.n.a+tea@googlemail.com", "ana@gmail.com"),
    ],
)
def test_r9_addresses_of_one_mailbox_meet(written: str, other: str) -> None:
    assert set(email_forms(written)) & set(email_forms(other))


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("ana@outlook.com", "ana@hotmail.com"),
        ("a.na@icloud.com", "ana@icloud.com"),
        ("ana+tea@shop.com", "ana@shop.com"),
        ("ana@fastmail.com", "ana@fastmail.fm"),
        ("ana@gmail.com", "anna@gmail.com"),
    ],
)
def test_r9_addresses_that_may_be_of_two_people_do_not_meet(written: str, other: str) -> None:
    assert not set(email_forms(written)) & set(email_forms(other))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ana+x@me.com", "ana@me.com"),
        ("ana@mac.com", "ana@mac.com"),
        ("a.na+x@pm.me", "a.na@pm.me"),
        ("ana+x@yandex.ru", "ana+x@yandex.ru"),
        ("ana+x@posteo.de", "ana+x@posteo.de"),
    ],
)
def test_r4_the_form_that_digests_were_first_made_of_stays_for_good(written: str, kept: str) -> None:
    assert email_forms(written)[0] == kept
    assert len(email_forms(written)) == 2


@pytest.mark.parametrize(
    "domain",
    [
        *("gmail.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "me.com", "mac.com"),
        *("fastmail.com", "proton.me", "protonmail.com", "pm.me"),
    ],
)
def test_r9_tags_go_where_the_provider_ignores_them(domain: str) -> None:
    assert email_forms(f"ana+tag+more@{domain}")[0] == f"ana@{domain}"


@pytest.mark.parametrize(
    "text",
    [
        *("", "ana", "@shop.com", "ana@", "a na@shop.com", "ana@x@shop.com", "ana@shop", "ana@shop..com"),
        *("ana@sh op.com", "ana@.com", "ana@shop_one.com", "ana@" + "x" * 64 + ".com"),
    ],
)
def test_what_is_no_address_has_no_normal_form(text: str) -> None:
    assert email_forms(text) == ()


@given(st.emails())
def test_r9_a_normal_form_is_its_own(email: str) -> None:
    first, *_ = forms = email_forms(email)
    assert email_forms(first)[0] == first
    assert email_forms(first)[-1] == forms[-1]


@given(st.text())
def test_any_text_has_normal_forms_or_none(text: str) -> None:
    for form in email_forms(text):
        assert email_forms(form)[0] == form


def test_r9_name_and_address_do_not_depend_on_order_case_or_keyboard() -> None:
    one = name_and_address_forms("Ana López", "Calle Mayor 5, 28013 Madrid, ES")
    other = name_and_address_forms("lopez  ANA", "28013 MADRID es / calle mayor, 5")
    assert one == other == ("ana lopez|28013 5 calle es madrid mayor",)
    assert name_and_address_forms("علي", "تهران ۱۲") == name_and_address_forms("علی", "تهران 12")


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("Fahad Al-Harbi", "FAHAD HARBI"),
        ("فهد الحربي", "فهد حربي"),
        ("محمد بن سلمان", "محمّد سلمان"),
        ("Omar bin Khalid", "Omar Khalid"),
        ("عبد الرحمن القاسم", "عبدالرحمن قاسم"),
        ("عليرضا كريمي", "کریمی  علی‌رضا"),
        ("أحمد إبراهيم", "احمد ابراهیم"),
    ],
)
def test_r9_names_meet_with_and_without_articles_in_any_spelling_of_their_script(written: str, other: str) -> None:
    place = "شارع الملك ١٢"
    assert set(name_and_address_forms(written, place)) & set(name_and_address_forms(other, place))


@pytest.mark.parametrize(
    ("written", "other"),
    [("Ali", "Al Ali Hassan"), ("الي", "ي"), ("Alan Harb", "An Harb"), ("Ben Smith", "Smith"), ("علی", "Ali")],
)
def test_r9_names_of_two_people_do_not_meet(written: str, other: str) -> None:
    place = "شارع الملك ١٢"
    assert not set(name_and_address_forms(written, place)) & set(name_and_address_forms(other, place))


def test_r4_the_form_that_name_and_address_were_first_kept_in_stays() -> None:
    assert name_and_address_forms("Fahad Al-Harbi", "Olaya 5") == ("al fahad harbi|5 olaya", "fahad harbi|5 olaya")
    assert name_and_address_forms("Al", "Olaya 5") == ("al|5 olaya",)


def test_r9_a_name_is_not_mistaken_for_an_address() -> None:
    assert name_and_address_forms("Madrid", "Ana") != name_and_address_forms("Ana", "Madrid")
    assert name_and_address_forms("Ana", "Mayor 5") != name_and_address_forms("Ana", "Mayor 6")


@pytest.mark.parametrize(("name", "address"), [("", "Calle Mayor 5"), ("Ana", " , - "), ("", "")])
def test_r9_half_of_a_name_and_address_is_nothing(name: str, address: str) -> None:
    assert name_and_address_forms(name, address) == ()


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
