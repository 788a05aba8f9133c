"""The programs of a shop that somebody may join, and which of them the shop shows to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app import clock
from app.domain.programs import Audience, Rules
from app.extensions import db
from app.models import Program, ProgramVersion, Store
from app.models.budgets import budget_of
from app.queries.offers import SHOP, Shop, newest_version, shop_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProgram:
    """A program as somebody who might join sees it."""

    id: int
    name: str
    state: str
    rules: Rules

    @property
    def is_for_everybody(self) -> bool:
        """Whether the shop shows it to whoever comes; of other programs only those know who were told."""
        return self.rules.audience is Audience.CUSTOMERS


def open_programs(slug: str) -> tuple[Shop, tuple[OpenProgram, ...]] | None:
    """The shop and its programs that are live or paused: those for customers first, then the live ones, then the
    newest. None where there is no such shop."""
    with db.read() as session:
        store = session.execute(select(*SHOP).where(Store.slug == slug)).first()
        if store is None:
            return None
        rows = session.execute(
            select(Program.id, Program.name, Program.state, ProgramVersion.rules)
            .join(ProgramVersion, newest_version())
            .where(Program.store_id == store.shop_id, Program.state.in_(("live", "paused")))
            .order_by(Program.state, Program.id.desc())
        ).all()
    found = [OpenProgram(id=row.id, name=row.name, state=row.state, rules=row.rules) for row in rows]
    return shop_of(store), tuple(sorted(found, key=lambda each: not each.is_for_everybody))


def chosen(programs: Sequence[OpenProgram], program_id: int | None) -> OpenProgram | None:
    """The program that is named; where none is, the first that is for everybody."""
    if program_id is not None:
        return next((each for each in programs if each.id == program_id), None)
    return next((each for each in programs if each.is_for_everybody), None)


def others(slug: str, shown: OpenProgram) -> tuple[OpenProgram, ...]:
    """The shop's other live programs that are for everybody."""
    found = open_programs(slug)
    programs = found[1] if found else ()
    return tuple(each for each in programs if each.id != shown.id and each.state == "live" and each.is_for_everybody)


def promised(slug: str, program_id: int | None = None) -> tuple[Shop, Rules | None] | None:
    """The shop and what its program promises now: the newest live one where none is named, nothing where no more code
    fits into its budget (R10). None where there is no such shop."""
    found = open_programs(slug)
    if found is None:
        return None
    seen, programs = found
    live = chosen([each for each in programs if each.state == "live"], program_id)
    if live is None:
        return seen, None
    with db.read() as session:
        budget = budget_of(session, seen.id, live.id, live.rules, seen.timezone, clock.now())
    return seen, None if budget and budget.is_used_up else live.rules
