"""What the store says of an order's goods and buyer, and what a friend's coupon leaves out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = ("excluded_products", "excluded_categories")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("coupons", sa.Column(name, sa.JSON(), nullable=True))
    op.create_table(
        "order_backgrounds",
        sa.Column("id", ID, nullable=False),
        sa.Column("store_id", ID, nullable=False),
        sa.Column("order_ref", sa.String(length=191), nullable=False),
        sa.Column("background", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_order_backgrounds_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_backgrounds")),
        sa.UniqueConstraint("store_id", "order_ref", name=op.f("uq_order_backgrounds_store_id_order_ref")),
    )
    with op.batch_alter_table("order_backgrounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_backgrounds_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    op.drop_table("order_backgrounds")
    for name in COLUMNS:
        # Not in batch mode: that would build the table anew, and claims refer to it.
        op.execute(f"ALTER TABLE coupons DROP COLUMN {name}")
