"""How far a store's orders have been read through its API."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_walks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("history_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mark", sa.DateTime(timezone=True), nullable=True),
        sa.Column("orders_total", sa.Integer(), nullable=True),
        sa.Column("orders_read", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_order_walks_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_walks")),
        sa.UniqueConstraint("store_id", name=op.f("uq_order_walks_store_id")),
    )
    with op.batch_alter_table("order_walks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_walks_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("order_walks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_walks_store_id"))

    op.drop_table("order_walks")
