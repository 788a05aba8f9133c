"""Coupons that a claim held before its present one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replaced_coupons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("coupon_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "claim_id"],
            ["claims.store_id", "claims.id"],
            name=op.f("fk_replaced_coupons_store_id_claim_id"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "coupon_id"],
            ["coupons.store_id", "coupons.id"],
            name=op.f("fk_replaced_coupons_store_id_coupon_id"),
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_replaced_coupons_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replaced_coupons")),
        sa.UniqueConstraint("store_id", "coupon_id", name=op.f("uq_replaced_coupons_store_id_coupon_id")),
    )
    with op.batch_alter_table("replaced_coupons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replaced_coupons_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_replaced_coupons_store_id"), ["store_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("replaced_coupons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replaced_coupons_store_id"))
        batch_op.drop_index(batch_op.f("ix_replaced_coupons_claim_id"))

    op.drop_table("replaced_coupons")
