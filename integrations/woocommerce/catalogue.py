"""What the shop sells: which categories a product stands in, whether it is on sale, and what owners call things."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from integrations.contract import Goods, StoreSession
from integrations.errors import RemoteRejected
from integrations.woocommerce.api import is_gone, item_path, read

PAGE = 100
MOST_PAGES = 50
T = TypeVar("T")


class _Category(msgspec.Struct):
    id: int
    name: str
    parent: int = 0


class _Ref(msgspec.Struct):
    id: int


class _Product(msgspec.Struct):
    id: int
    name: str = ""
    on_sale: bool = False
    categories: list[_Ref] = []


class WooCatalogue:
    """Products and categories of WooCommerce 10."""

    def goods(self, store: StoreSession, things: Collection[tuple[str, str]]) -> Sequence[Goods]:
        """What the shop says of these things; those that it no longer has are left out.

        A size or colour has a price of its own and so is on sale by itself; its categories are its product's.
        """
        products = {str(each.id): each for each in _by_id(store, {ref for ref, _ in things})}
        if not products:
            return []
        above = {each.id: each.parent for each in _all(store, "/products/categories", _Category, "id,name,parent")}
        found = []
        for product_ref, variant_ref in sorted(set(things)):
            product = products.get(product_ref)
            if product is None:
                continue
            sold = _variant(store, variant_ref) if variant_ref else product
            found.append(
                Goods(
                    product_ref=product_ref,
                    variant_ref=variant_ref,
                    category_refs=tuple(sorted(_with_those_above((each.id for each in product.categories), above))),
                    on_sale=(sold or product).on_sale,
                )
            )
        return found

    def categories(self, store: StoreSession, name: str) -> Mapping[str, str]:
        """Names of the categories that may be meant, by their ids; they come escaped as HTML."""
        found = _all(store, "/products/categories", _Category, "id,name", {"search": _telling_part(name)})
        return {str(each.id): html.unescape(each.name) for each in found}

    def products(self, store: StoreSession, name: str) -> Mapping[str, str]:
        """Names of the products that may be meant, by their ids."""
        found = _page(store, "/products", _Product, "id,name", {"search": _telling_part(name), "status": "any"}, 1)
        return {str(each.id): html.unescape(each.name) for each in found}

    def sold(self, store: StoreSession, product_refs: Collection[str]) -> frozenset[str]:
        """Which of these products are published."""
        return products_sold(store, product_refs)


class WooAccounts:
    """Accounts of WooCommerce 10."""

    def roles(self, store: StoreSession, customer_ref: str) -> Sequence[str]:
        """The account's role, as REST names its first; none where the account is gone."""
        try:
            answer = read(store, item_path("customers", customer_ref), {"_fields": "id,role"})
        except RemoteRejected as refusal:
            if is_gone(refusal):
                return ()
            raise
        role = answer.json.get("role") if isinstance(answer.json, dict) else None
        return (role,) if isinstance(role, str) and role else ()


def products_sold(store: StoreSession, refs: Collection[str]) -> frozenset[str]:
    """Which of these products are published: drafts, private ones and those in the trash are not for sale."""
    return frozenset(str(each.id) for each in _by_id(store, set(refs), status="publish", fields="id"))


def _telling_part(name: str) -> str:
    """What is searched for: the longest part that is stored as it is written, since & < > are kept escaped."""
    return max(re.split(r"[&<>\"']", name), key=len).strip()


def _by_id(
    store: StoreSession, refs: Iterable[str], *, status: str = "any", fields: str = "id,on_sale,categories"
) -> Sequence[_Product]:
    ids = sorted(ref for ref in refs if ref.isascii() and ref.isdecimal() and ref != "0")
    found: list[_Product] = []
    for start in range(0, len(ids), PAGE):
        query = {"include": ",".join(ids[start : start + PAGE]), "status": status}
        found += _page(store, "/products", _Product, fields, query, 1)
    return found


def _variant(store: StoreSession, ref: str) -> _Product | None:
    """The variation, which has the address of a product."""
    try:
        answer = read(store, item_path("products", ref), {"_fields": "id,on_sale"})
    except RemoteRejected as refusal:
        if is_gone(refusal):
            return None
        raise
    return _read(answer.json, _Product)


def _with_those_above(ids: Iterable[int], above: Mapping[int, int]) -> set[str]:
    found: set[str] = set()
    for each in ids:
        while each and str(each) not in found:
            found.add(str(each))
            each = above.get(each, 0)
    return found


def _all(store: StoreSession, path: str, kind: type[T], fields: str, query: Mapping[str, str] | None = None) -> list[T]:
    found: list[T] = []
    for page in range(1, MOST_PAGES + 1):
        rows = _page(store, path, kind, fields, query or {}, page)
        found += rows
        if len(rows) < PAGE:
            break
    return found


def _page(store: StoreSession, path: str, kind: type[T], fields: str, query: Mapping[str, str], page: int) -> list[T]:
    asked = {**query, "_fields": fields, "per_page": str(PAGE), "page": str(page)}
    rows = read(store, path, asked).json
    if not isinstance(rows, list):
        raise RemoteRejected("answer_unreadable")
    return [_read(row, kind) for row in rows]


def _read(row: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(row, kind, strict=False)
    except msgspec.ValidationError as error:
        raise RemoteRejected("answer_unreadable") from error
