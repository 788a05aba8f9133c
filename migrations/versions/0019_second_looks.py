"""Advocates ask somebody at the shop to look again at what was refused or waits, and are answered."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("answered_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "second_looks",
        sa.Column("id", ID, nullable=False),
        sa.Column("store_id", ID, nullable=False),
        sa.Column("order_ref", sa.String(length=191), nullable=False),
        sa.Column("advocate_id", ID, nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", ID, nullable=True),
        sa.CheckConstraint("answer IN ('counts', 'stays')", name=op.f("ck_second_looks_answer")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_second_looks_store_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "advocate_id"], ["advocates.store_id", "advocates.id"],
            name=op.f("fk_second_looks_advocate_id"),
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entries.id"], name=op.f("fk_second_looks_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_looks")),
        sa.UniqueConstraint(
            "store_id", "order_ref", "advocate_id", name=op.f("uq_second_looks_store_id_order_ref_advocate_id")
        ),
    )  # fmt: skip
    op.create_index("ix_second_looks_store_id", "second_looks", ["store_id"])
    op.create_index(
        "ix_second_looks_open", "second_looks", ["store_id", "answer_by"], postgresql_where=OPEN, sqlite_where=OPEN
    )


def downgrade() -> None:
    op.drop_table("second_looks")
