"""What of a program's budget is left (R10): what was spent, and what the codes that are out hold of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.money import share
from app.domain.programs import BudgetPeriod, Rules
from app.domain.promises import fixed, given_away, rewards_possible

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Uses:
    """What one version's codes of the period have come to."""

    rules: Rules
    spent_minor: int = 0  # discounts on collected orders, and rewards that are sums of money
    percent_rewards: int = 0  # promised coupons for percent off on the version's terms: nobody knows their cost yet
    percent_points: int = 0  # of those that have terms of their own, summed
    earned_points: int = 0  # points promised, and worth what they buy
    open_codes: int = 0  # handed out, and no order has decided about them


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Where a budget stands, in minor units of the program's currency."""

    amount_minor: int
    spent_minor: int
    held_minor: int
    a_code_minor: int  # what the next code would hold
    starts_anew: datetime | None  # None: it is a budget in all

    @property
    def left_minor(self) -> int:
        """What is neither spent nor held; below zero where orders cost more than their codes held."""
        return self.amount_minor - self.spent_minor - self.held_minor

    @property
    def codes_left(self) -> int:
        """How many more codes can be handed out now."""
        return max(self.left_minor, 0) // max(self.a_code_minor, 1)

    @property
    def is_used_up(self) -> bool:
        """Whether no more code fits."""
        return self.codes_left == 0


def held_by_code(rules: Rules, usual_order_minor: int, now: datetime) -> int:
    """What a code holds of the budget until an order decides: the fixed sums that it promises, and its shares of a
    usual order. Free shipping has no price that we know, so it holds nothing.

    Which tier a friend will reach depends on who orders first, and a boost on the day: the code holds the dearest that
    its order may earn, because a budget that could be overdrawn by codes would be none. The order frees what it did not
    need.
    """
    until = now + timedelta(days=max(rules.window_days, rules.friend.valid_days))
    given = (given_away(fixed(rules, reward)) for reward in rewards_possible(rules, now, until))
    return max(amount + share(usual_order_minor, points) for points, amount in given)


def stand(rules: Rules, uses: list[Uses], now: datetime, zone: str) -> Budget:
    """The budget of the rules in force, given what each version's codes have come to in the period."""
    usual = rules.budget_order_minor
    return Budget(
        amount_minor=rules.budget_minor,
        spent_minor=sum(
            each.spent_minor
            + each.percent_rewards * share(usual, each.rules.reward.basis_points)
            + share(usual, each.percent_points)
            + each.rules.reward.price.worth(each.earned_points)
            for each in uses
        ),
        held_minor=sum(each.open_codes * held_by_code(each.rules, usual, now) for each in uses),
        a_code_minor=held_by_code(rules, usual, now),
        starts_anew=_month(now, zone, later=1) if rules.budget_period is BudgetPeriod.MONTH else None,
    )


def period_start(rules: Rules, now: datetime, zone: str) -> datetime:
    """Codes taken since then share the budget that is running now."""
    return _month(now, zone) if rules.budget_period is BudgetPeriod.MONTH else _ALWAYS


def _month(now: datetime, zone: str, later: int = 0) -> datetime:
    """The first instant of the store's month, or of a later one."""
    today = now.astimezone(ZoneInfo(zone)).date()
    months = today.year * 12 + today.month - 1 + later
    first = today.replace(year=months // 12, month=months % 12 + 1, day=1)
    return datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC)
