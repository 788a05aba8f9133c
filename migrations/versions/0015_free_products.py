"""Coupons that give one piece of one product."""

import sqlalchemy as sa
from alembic import op

from app.migrate import change_words

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = ("percent", "fixed", "free_shipping")
AFTER = (*BEFORE, "free_product")


def upgrade() -> None:
    op.add_column("coupons", sa.Column("product_ref", sa.String(length=191), nullable=True))
    change_words(op, "coupons", "kind", BEFORE, AFTER)


def downgrade() -> None:
    # What stands in the store stays good there. What does not stand there yet would be made for the whole basket.
    op.execute(
        "UPDATE coupons SET state = 'revoked', reason = 'shelf_retired' "
        "WHERE kind = 'free_product' AND state IN ('planned', 'pushing')"
    )
    op.execute("UPDATE coupons SET kind = 'percent', basis_points = 10000 WHERE kind = 'free_product'")
    change_words(op, "coupons", "kind", AFTER, BEFORE)
    # Not in batch mode: that would build the table anew, and claims refer to it.
    op.execute("ALTER TABLE coupons DROP COLUMN product_ref")
