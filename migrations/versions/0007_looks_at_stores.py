"""Looks at stores, and what a day says about completeness."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store_looks",
        _id(),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('webhooks', 'orders', 'held', 'coupons', 'days')", name=op.f("ck_store_looks_kind")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_store_looks_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_looks")),
        sa.UniqueConstraint("store_id", "kind", name=op.f("uq_store_looks_store_id_kind")),
    )
    op.create_table(
        "store_days",
        _id(),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("in_store", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("untold", sa.Integer(), nullable=False),
        sa.Column("untold_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("untold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slowest_seconds", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_store_days_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_days")),
        sa.UniqueConstraint("store_id", "day", name=op.f("uq_store_days_store_id_day")),
    )
    for table in ("store_looks", "store_days"):
        op.create_index(op.f(f"ix_{table}_store_id"), table, ["store_id"])
    op.create_index("ix_order_sightings_source", "order_sightings", ["store_id", "source", "updated_at"])
    op.add_column("coupons", sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("coupons", "compared_at")
    op.drop_index("ix_order_sightings_source", table_name="order_sightings")
    for table in ("store_days", "store_looks"):
        op.drop_index(op.f(f"ix_{table}_store_id"), table_name=table)
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)
