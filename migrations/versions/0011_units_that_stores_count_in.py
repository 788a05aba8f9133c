"""The code under which a store counts: toman where its currency is the rial."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stores", sa.Column("shown_currency", sa.String(length=8), nullable=False, server_default=""))
    said = sa.table("installations", sa.column("id"), sa.column("store_id"), sa.column("facts", sa.JSON()))
    stores = sa.table("stores", sa.column("id"), sa.column("shown_currency"))
    connection = op.get_bind()
    for store_id, facts in connection.execute(sa.select(said.c.store_id, said.c.facts).order_by(said.c.id)).all():
        own = facts.get("shown_currency") or ""
        connection.execute(stores.update().where(stores.c.id == store_id).values(shown_currency=own))


def downgrade() -> None:
    # Not in batch mode: that would build the table anew, and nearly every other one refers to it.
    op.execute("ALTER TABLE stores DROP COLUMN shown_currency")
