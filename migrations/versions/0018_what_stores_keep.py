"""What a store keeps for a customer other than coupons: credit, gift cards, tags."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "grants",
        sa.Column("id", ID, nullable=False),
        sa.Column("store_id", ID, nullable=False),
        sa.Column("reward_id", ID, nullable=False),
        sa.Column("advocate_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tag", sa.String(length=80), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("customer_ref", sa.LargeBinary(), nullable=True),
        sa.Column("grant_ref", sa.String(length=191), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('store_credit', 'gift_card', 'tag')", name=op.f("ck_grants_kind")),
        sa.CheckConstraint(
            "state IN ('planned', 'giving', 'given', 'returning', 'returned', 'refused')", name=op.f("ck_grants_state")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_grants_store_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "reward_id"], ["rewards.store_id", "rewards.id"], name=op.f("fk_grants_reward_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "advocate_id"], ["advocates.store_id", "advocates.id"], name=op.f("fk_grants_advocate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("store_id", "key", name=op.f("uq_grants_store_id_key")),
    )
    op.create_index("ix_grants_store_id", "grants", ["store_id"])
    op.create_index("ix_grants_reward", "grants", ["store_id", "reward_id"])
    op.create_index("ix_grants_advocate", "grants", ["store_id", "advocate_id"])


def downgrade() -> None:
    op.drop_table("grants")
