"""Points: a coupon bought with them is a reward that its advocate caused, and the ledger says what was spent on it."""

from alembic import op

from app.migrate import change_words

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CAUSES = ("order", "milestone")
KINDS = ("earned", "adjusted", "reversed", "restored", "issued", "returned", "netted", "written_off")


def upgrade() -> None:
    change_words(op, "rewards", "cause_kind", CAUSES, (*CAUSES, "redemption"))
    change_words(op, "ledger_entries", "kind", KINDS, (*KINDS, "spent"))


def downgrade() -> None:
    op.execute("DELETE FROM ledger_entries WHERE reward_id IN (SELECT id FROM rewards WHERE cause_kind = 'redemption')")
    op.execute("DELETE FROM rewards WHERE cause_kind = 'redemption'")
    change_words(op, "ledger_entries", "kind", (*KINDS, "spent"), KINDS)
    change_words(op, "rewards", "cause_kind", (*CAUSES, "redemption"), CAUSES)
