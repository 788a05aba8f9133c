"""What looks odd waits for a look until its deadline; orders to be paid on delivery that were not; claims of a day."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LOOKED_AT = sa.text("look_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("rewards", sa.Column("look_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("rewards", sa.Column("goes_unlooked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("orders", sa.Column("refused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_rewards_look", "rewards", ["store_id", "look_until"], postgresql_where=LOOKED_AT, sqlite_where=LOOKED_AT
    )
    op.create_index("ix_claims_advocate", "claims", ["store_id", "advocate_id", "claimed_at"])
    op.drop_index("ix_claims_advocate_id", table_name="claims")


def downgrade() -> None:
    op.create_index("ix_claims_advocate_id", "claims", ["advocate_id"])
    op.drop_index("ix_claims_advocate", table_name="claims")
    op.drop_index("ix_rewards_look", table_name="rewards")
    op.drop_column("orders", "refused")
    op.drop_column("rewards", "goes_unlooked")
    op.drop_column("rewards", "look_until")
