"""A reward has terms of its own where its order's rank or day decides them, and milestones earn rewards too."""

import sqlalchemy as sa
from alembic import op

from app.migrate import change_words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rewards", sa.Column("terms", sa.JSON(), nullable=True))
    op.add_column("rewards", sa.Column("rank", sa.Integer(), nullable=True))
    change_words(op, "rewards", "cause_kind", ("order",), ("order", "milestone"))


def downgrade() -> None:
    op.execute("DELETE FROM ledger_entries WHERE reward_id IN (SELECT id FROM rewards WHERE cause_kind = 'milestone')")
    op.execute("DELETE FROM rewards WHERE cause_kind = 'milestone'")
    change_words(op, "rewards", "cause_kind", ("order", "milestone"), ("order",))
    for name in ("terms", "rank"):
        # Not in batch mode: that would build the table anew, and ledger entries refer to it.
        op.execute(f"ALTER TABLE rewards DROP COLUMN {name}")
