"""What this machine lacks. Nothing is skipped silently: it is counted and said in red when the run ends."""

from __future__ import annotations

import os
from collections import Counter

import pytest

MARK = "NOT RUN: "


def require(present: object, what: str, mend: str, *, optional: bool = False) -> None:
    """The test goes on only where `what` is present."""
    if not present:
        raise absence(what, mend, optional=optional)


def absence(what: str, mend: str, *, optional: bool = False) -> BaseException:
    """To be raised: the test counts as not run. Under CI it fails, unless what lacks is `optional` (still said)."""
    message = f"{MARK}{what} is lacking ({mend})"
    if os.environ.get("CI") == "true" and not optional:
        return pytest.fail.Exception(message, pytrace=False)
    return pytest.skip.Exception(message)


def not_run(reporter: pytest.TerminalReporter) -> Counter[str]:
    """How many tests each lacking thing kept from running."""
    reasons = (str(report.longrepr) for report in reporter.stats.get("skipped", ()))
    return Counter(reason.split(MARK, 1)[1].rstrip("')\"") + ")" for reason in reasons if MARK in reason)


def say_not_run(reporter: pytest.TerminalReporter) -> None:
    """What did not run, and how to mend it, stands in red near the end of the run."""
    missing = not_run(reporter)
    if not missing:
        return
    reporter.section("NOT RUN on this machine", sep="!", red=True, bold=True)
    for reason, count in missing.most_common():
        reporter.line(f"{count:4d} tests: {reason}", red=True, bold=True)
