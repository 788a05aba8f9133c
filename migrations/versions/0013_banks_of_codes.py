"""Codes that an owner brought in to be given away as rewards."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bank_codes",
        sa.Column("id", ID, nullable=False),
        sa.Column("store_id", ID, nullable=False),
        sa.Column("program_id", ID, nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reward_id", ID, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_bank_codes_store_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "program_id"], ["programs.store_id", "programs.id"], name=op.f("fk_bank_codes_program_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "reward_id"], ["rewards.store_id", "rewards.id"], name=op.f("fk_bank_codes_reward_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_codes")),
        sa.UniqueConstraint("store_id", "digest", name=op.f("uq_bank_codes_store_id_digest")),
    )
    op.create_index("ix_bank_codes_store_id", "bank_codes", ["store_id"])
    op.create_index("ix_bank_codes_free", "bank_codes", ["store_id", "program_id", "reward_id"])


def downgrade() -> None:
    op.drop_table("bank_codes")
