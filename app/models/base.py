"""Column types and constraints that every table shares, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from app.extensions import vault

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database: use app.clock.now()")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that lie encrypted in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault.seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault.open(value)


class SealedText(TypeDecorator[str]):
    """Text that lies encrypted in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault.seal(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else vault.open(value).decode()


class Document(TypeDecorator[Any]):
    """A frozen dataclass of the domain, kept as JSON."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type[Any]) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else msgspec.to_builtins(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else msgspec.convert(value, self.kind)


# SQLite counts rows only in a plain INTEGER primary key.
Id = BigInteger().with_variant(Integer, "sqlite")
id_column = Annotated[int, mapped_column(Id, primary_key=True)]
ref_column = Annotated[int, mapped_column(Id)]
store_column = Annotated[int, mapped_column(ForeignKey("stores.id"), index=True)]
instant = Annotated[datetime, mapped_column(UtcInstant)]
minor = Annotated[int, mapped_column(BigInteger)]
currency_code = Annotated[str, mapped_column(String(3))]
word = Annotated[str, mapped_column(String(40))]
ref = Annotated[str, mapped_column(String(191))]
digest = Annotated[str, mapped_column(String(64))]
sealed_text = Annotated[str, mapped_column(SealedText)]
sealed_bytes = Annotated[bytes, mapped_column(SealedBytes)]


class Base(DeclarativeBase):
    """Every table of ours."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcInstant,
        str: Text,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


def words(column: str, *allowed: str) -> CheckConstraint:
    """The text column holds one of these words."""
    listed = ", ".join(f"'{each}'" for each in allowed)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def within_store(table: str, column: str) -> ForeignKeyConstraint:
    """`column` names a row of `table` that belongs to the same store."""
    return ForeignKeyConstraint(["store_id", column], [f"{table}.store_id", f"{table}.id"])
