"""Coupons through REST. WooCommerce stores wrong values with a 201, so what came to be is compared field by field."""

from __future__ import annotations

import email.utils
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from integrations.contract import (
    Answer,
    CouponNote,
    CouponSpec,
    CouponState,
    DiscountKind,
    Issued,
    Refused,
    StoreSession,
)
from integrations.errors import ItemRefused, RemoteOutcomeUnknown, RemoteRejected
from integrations.woocommerce.api import delete, error_code, is_gone, item_path, read, write, zulu
from integrations.woocommerce.catalogue import products_sold
from integrations.woocommerce.coupon_terms import (
    Stored,
    Unsayable,
    body_of,
    differences,
    mismatch,
    noted,
    read_coupon,
    terms_of,
    whole_second,
)
from integrations.woocommerce.snapshots import instant

CODE_EXISTS = "woocommerce_rest_coupon_code_already_exists"
PAST = datetime(2000, 1, 1, tzinfo=UTC)

_ROW_REASONS: dict[str, str] = {
    "coupon_invalid_amount": "amount_invalid",
    "woocommerce_rest_empty_coupon_code": "code_invalid",
    "rest_invalid_param": "parameter_invalid",
    "coupon_invalid_email_address": "mismatch_email_restrictions",
}


class WooCoupons:
    """Coupons of WooCommerce 10: fixed_cart and percent, single-use, created a hundred at a time."""

    batch_size = 100
    discounts = frozenset(DiscountKind)
    # A coupon of a fixed amount is refused for a whole basket in which one thing is excluded (read in the source).
    leaves_goods_out = frozenset({DiscountKind.PERCENT})

    def issue(self, store: StoreSession, coupons: Sequence[CouponSpec]) -> Sequence[Issued | Refused]:
        """One result a coupon, in order. Repeating it adopts what already stands.

        Raises RemoteUnavailable, RemoteRejected, RemoteOutcomeUnknown.
        """
        if len({spec.code.lower() for spec in coupons}) != len(coupons) or len(coupons) > self.batch_size:
            raise ValueError("a batch holds at most 100 coupons, each code once")
        currency = _store_currency(store, coupons)
        terms, results = _sayable(coupons, currency)
        sold = products_sold(store, [spec.product for spec in coupons if spec.product and spec.code in terms])
        for spec in coupons:
            if spec.product and spec.code in terms and spec.product not in sold:
                results[spec.code] = Refused(spec.code, "product_gone")
                del terms[spec.code]
        rows = _create(store, [body_of(spec, terms[spec.code]) for spec in coupons if spec.code in terms])
        for code, row in zip(terms, rows, strict=True):
            results[code] = _settle(store, code, terms[code], row)
        return [results[spec.code] for spec in coupons]

    def find(self, store: StoreSession, coupon: CouponSpec) -> CouponState | None:
        """The coupon as the store shows it, or None where no such code stands there; doubles of ours are removed."""
        answer, standing = _standing(store, coupon.code)
        if not standing:
            return None
        stored = _single(store, standing)
        return _state(stored, coupon, _store_currency(store, [coupon]), _store_time(answer))

    def show(self, store: StoreSession, coupons: Mapping[str, CouponSpec]) -> Mapping[str, CouponState]:
        """The coupons by their ids, in one call; a trashed one is left out, and the doubles of a race are not seen.

        So is one of another code: a shop that came back from a backup gives its ids a second time.
        """
        if not coupons:
            return {}
        answer = read(store, "/coupons", {"include": ",".join(coupons), "per_page": str(self.batch_size)})
        if not isinstance(answer.json, list):
            raise RemoteRejected("answer_unreadable", answer.status)
        currency, now = _store_currency(store, list(coupons.values())), _store_time(answer)
        wanted = {(ref, spec.code.lower()) for ref, spec in coupons.items()}
        standing = [each for each in map(read_coupon, answer.json) if (str(each.id), each.code.lower()) in wanted]
        return {
            str(each.id): _state(each, coupons[str(each.id)], currency, now)
            for each in standing
            if each.status != "trash"
        }

    def narrow(
        self, store: StoreSession, coupon_ref: str, expires_at: datetime, note: CouponNote | None = None
    ) -> None:
        """The coupon expires at `expires_at` and carries the note, for our plugin to read.

        Raises ItemRefused('coupon_gone') where it is gone or in the trash.
        """
        until = whole_second(expires_at)
        body: dict[str, Any] = {"date_expires": zulu(until)}
        if note is not None:
            body["meta_data"] = noted(note)
        try:
            with _disabled_told_apart(store):
                answer = write(store, "PUT", item_path("coupons", coupon_ref), body, repeatable=True)
        except RemoteRejected as refusal:
            if is_gone(refusal):
                raise ItemRefused("coupon_gone", refusal.status, refusal.code) from refusal
            raise
        stored = read_coupon(answer.json)
        if stored.status == "trash":
            raise ItemRefused("coupon_gone")
        if instant(stored.date_expires_gmt) != until:
            raise ItemRefused("mismatch_date_expires")

    def revoke(self, store: StoreSession, coupon_ref: str) -> None:
        """The coupon can no longer be used; already gone is success. Raises ItemRefused where it is no longer ours.

        An unused one is deleted. A used one stays, for the shop's own history, and expires in the past: its use is
        given back when the order is cancelled, and then it would be good again.
        """
        try:
            with _disabled_told_apart(store):
                stored = read_coupon(read(store, item_path("coupons", coupon_ref)).json)
        except RemoteRejected as refusal:
            if is_gone(refusal):
                return
            raise
        if stored.mark is None:
            raise ItemRefused("not_ours")
        if stored.usage_count:
            self.narrow(store, coupon_ref, PAST)
        else:
            delete(store, f"/coupons/{stored.id}")


def _sayable(
    coupons: Sequence[CouponSpec], currency: str
) -> tuple[dict[str, dict[str, Any]], dict[str, Issued | Refused]]:
    """By code, what must stand in the store, and what WooCommerce has no way to hold."""
    terms: dict[str, dict[str, Any]] = {}
    refused: dict[str, Issued | Refused] = {}
    for spec in coupons:
        try:
            terms[spec.code] = terms_of(spec, currency)
        except Unsayable as error:
            refused[spec.code] = Refused(spec.code, str(error))
    return terms, refused


def _create(store: StoreSession, bodies: list[dict[str, Any]]) -> list[Any]:
    if not bodies:
        return []
    with _disabled_told_apart(store):
        answer = write(store, "POST", "/coupons/batch", {"create": bodies})
    rows = answer.json.get("create") if isinstance(answer.json, dict) else None
    if not isinstance(rows, list) or len(rows) != len(bodies):
        raise RemoteOutcomeUnknown("answer_unreadable")
    return rows


@contextmanager
def _disabled_told_apart(store: StoreSession) -> Iterator[None]:
    """A shop that has switched coupons off refuses every call about them as if for rights: it is asked which it is."""
    try:
        yield
    except RemoteRejected as refusal:
        if refusal.reason == "role_missing" and not coupons_enabled(store):
            raise RemoteRejected("coupons_disabled", refusal.status, refusal.code) from refusal
        raise


def coupons_enabled(store: StoreSession) -> bool:
    """Whether the shop's own switch for coupons is on."""
    setting = read(store, "/settings/general/woocommerce_enable_coupons").json
    return isinstance(setting, dict) and setting.get("value") == "yes"


def _settle(store: StoreSession, code: str, terms: dict[str, Any], row: Any) -> Issued | Refused:
    """The result of one row of a batch; each row succeeds or fails by itself."""
    error = row.get("error") if isinstance(row, dict) else None
    if error is None:
        return _judged(store, code, terms, read_coupon(row))
    if error_code(error) == CODE_EXISTS:
        return _adopt(store, code, terms)
    return Refused(code, _ROW_REASONS.get(error_code(error), error_code(error) or "refused"))


def _judged(store: StoreSession, code: str, terms: dict[str, Any], stored: Stored) -> Issued | Refused:
    """The coupon just made, or its refusal and its removal where the store made something else of it."""
    field = mismatch(terms, stored)
    if field is None:
        return Issued(code, str(stored.id))
    delete(store, f"/coupons/{stored.id}")
    return Refused(code, f"mismatch_{field}")


def _adopt(store: StoreSession, code: str, terms: dict[str, Any]) -> Issued | Refused:
    """What already stands under the code, if it is exactly ours: the answer to the call that made it was lost."""
    _, standing = _standing(store, code)
    if not standing or any(mismatch(terms, each) for each in standing):
        return Refused(code, "code_taken")
    return Issued(code, str(_single(store, standing).id))


def _standing(store: StoreSession, code: str) -> tuple[Answer, list[Stored]]:
    """Every coupon with this code: `?search=` shows the doubles of a race, of which `?code=` shows only one."""
    with _disabled_told_apart(store):
        answer = read(store, "/coupons", {"search": code, "per_page": "100"})
    if not isinstance(answer.json, list):
        raise RemoteRejected("answer_unreadable", answer.status)
    named = [row for row in answer.json if isinstance(row, dict) and str(row.get("code", "")).lower() == code.lower()]
    return answer, [each for each in map(read_coupon, named) if each.status != "trash"]


def _single(store: StoreSession, standing: list[Stored]) -> Stored:
    """One of the coupons, the used or else the oldest; unused doubles that are ours are deleted."""
    keep, *doubles = sorted(standing, key=lambda each: (-each.usage_count, each.id))
    for double in doubles:
        if double.mark is not None and not double.usage_count:
            delete(store, f"/coupons/{double.id}")
    return keep


def _state(stored: Stored, coupon: CouponSpec, currency: str, now: datetime | None) -> CouponState:
    try:
        differing = differences(terms_of(coupon, currency), stored)
    except Unsayable as error:
        differing = [str(error)]
    expires_at = instant(stored.date_expires_gmt)
    return CouponState(
        coupon_ref=str(stored.id),
        code=coupon.code,
        uses=stored.usage_count,
        expires_at=expires_at,
        alive=not (expires_at is not None and now is not None and expires_at <= now),
        matches=not differing,
        differs=next((each for each in differing if each != "date_expires"), ""),
    )


def _store_currency(store: StoreSession, coupons: Sequence[CouponSpec]) -> str:
    """The shop's currency now, asked for where an amount of money depends on it: REST amounts name none."""
    if not any(spec.minimum or spec.kind is DiscountKind.FIXED for spec in coupons):
        return ""
    current = read(store, "/data/currencies/current").json
    code = current.get("code") if isinstance(current, dict) else None
    if not isinstance(code, str):
        raise RemoteRejected("answer_unreadable")
    return code


def _store_time(answer: Answer) -> datetime | None:
    """The store's own time, by which its coupons expire, from the Date of its answer."""
    try:
        return email.utils.parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return None
