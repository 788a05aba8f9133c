"""Versions saved before owners were asked say what was true of them: where newness was unproven, nothing counted."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

VERSIONS = sa.table("program_versions", sa.column("id", sa.BigInteger()), sa.column("rules", sa.JSON()))


def upgrade() -> None:
    _rewrite(lambda rules: {"unproven": "refuse"} | rules)


def downgrade() -> None:
    _rewrite(lambda rules: {name: value for name, value in rules.items() if name != "unproven"})


def _rewrite(rewritten: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(VERSIONS.c.id, VERSIONS.c.rules)).all():
        connection.execute(sa.update(VERSIONS).where(VERSIONS.c.id == row.id).values(rules=rewritten(row.rules)))
