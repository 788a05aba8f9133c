"""Asking a store for keys, its hello that reached us, and a store that is leaving."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANTS = ("greeted_at", "leaving_at")


def upgrade() -> None:
    for name in INSTANTS:
        op.add_column("installations", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "authorizations",
        sa.Column("id", ID, nullable=False),
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("store_id", ID, nullable=True),
        sa.Column("installation_id", ID, nullable=True),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("credentials", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'handed', 'connected', 'failed', 'declined')", name=op.f("ck_authorizations_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_authorizations_account_id")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_authorizations_store_id")),
        sa.ForeignKeyConstraint(
            ["installation_id"], ["installations.id"], name=op.f("fk_authorizations_installation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorizations")),
        sa.UniqueConstraint("state_digest", name=op.f("uq_authorizations_state_digest")),
    )
    with op.batch_alter_table("authorizations", schema=None) as batch_op:
        for column in ("account_id", "store_id", "installation_id"):
            batch_op.create_index(batch_op.f(f"ix_authorizations_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table("authorizations")
    for name in INSTANTS:
        # Not in batch mode: that would build the table anew, and messages refer to it.
        op.execute(f"ALTER TABLE installations DROP COLUMN {name}")
