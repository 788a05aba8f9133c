"""A small town, lived through in every `make test`; `make fraud-lab` lives through whole ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.engines.frozen import START
from tests.fraud_lab import report
from tests.fraud_lab.findings import Sums, found
from tests.fraud_lab.road import live, open_database
from tests.fraud_lab.towns import hamlet, town

SEED = 4
WHEN_ALL_HAVE_BOUGHT = timedelta(days=121)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Sums:
    """What was decided about the orders of a hamlet."""
    with open_database(tmp_path_factory.mktemp("lab")) as clock:
        lived = live(hamlet(SEED), clock, until=WHEN_ALL_HAVE_BOUGHT)
        return Sums.of(found(lived, START + WHEN_ALL_HAVE_BOUGHT))


def test_r9_nine_planted_rings_in_ten_are_caught(decided: Sums) -> None:
    assert len(decided.planted) == 7
    assert decided.ring_recall() >= report.NEEDED


def test_r9_no_honest_household_office_or_campus_is_refused(decided: Sums) -> None:
    assert {"campus", "household", "household with one telephone", "office", "roommates"} <= set(decided.honest)
    assert report.refused(decided) == 0


def test_a_town_is_the_same_whenever_its_seed_is_planted() -> None:
    assert town(SEED, 0.03).purchases == town(SEED, 0.03).purchases
    assert town(SEED, 0.03).purchases != town(SEED + 1, 0.03).purchases
