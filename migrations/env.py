"""Alembic's environment: the address comes from the caller (`flask migrate`, the tests), never from a file."""

from alembic import context
from sqlalchemy import Connection

from app.extensions import make_engine
from app.models import Base
from app.models.base import Document, SealedBytes, SealedText, UtcInstant


def plain_types(kind: str, item: object, _context: object) -> str | bool:
    """Our own column types are written as what they are in the database, so that old migrations outlive them."""
    if kind == "type" and isinstance(item, UtcInstant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, SealedBytes | SealedText):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(item, Document):
        return "sa.JSON()"
    return False


def run(connection: Connection) -> None:
    """Every pending migration runs in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    engine = make_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as opened:
        run(opened)
        opened.commit()
    engine.dispose()
