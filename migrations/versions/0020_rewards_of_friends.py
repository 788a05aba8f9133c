"""A friend may have a reward too, beside the coupon."""

from alembic import op

from app.migrate import change_words

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    change_words(op, "rewards", "side", ("advocate",), ("advocate", "friend"))


def downgrade() -> None:
    # Codes of the bank that a friend was given are gone for good.
    op.execute("DELETE FROM bank_codes WHERE reward_id IN (SELECT id FROM rewards WHERE side = 'friend')")
    op.execute("DELETE FROM ledger_entries WHERE reward_id IN (SELECT id FROM rewards WHERE side = 'friend')")
    op.execute("DELETE FROM rewards WHERE side = 'friend'")
    change_words(op, "rewards", "side", ("advocate", "friend"), ("advocate",))
