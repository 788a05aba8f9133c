"""A mail goes to a person of the store or to an account: invitations are mailed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.alter_column("person_id", existing_type=_big(), nullable=True)
        batch_op.add_column(sa.Column("account_id", _big(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_mails_account_id"), "accounts", ["account_id"], ["id"])
        batch_op.create_check_constraint(batch_op.f("ck_mails_reader"), "(person_id IS NULL) <> (account_id IS NULL)")


def downgrade() -> None:
    op.execute("DELETE FROM mails WHERE person_id IS NULL")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_mails_reader"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_mails_account_id"), type_="foreignkey")
        batch_op.drop_column("account_id")
        batch_op.alter_column("person_id", existing_type=_big(), nullable=False)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
