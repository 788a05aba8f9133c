"""Rewards that a person hands out: which cause an advocate picked, and which one got the donation."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("advocates", sa.Column("donates_to", sa.String(length=80), nullable=True))
    op.add_column("rewards", sa.Column("donated_to", sa.String(length=80), nullable=True))


def downgrade() -> None:
    # Not in batch mode: that would build the tables anew, and others refer to them.
    op.execute("ALTER TABLE rewards DROP COLUMN donated_to")
    op.execute("ALTER TABLE advocates DROP COLUMN donates_to")
