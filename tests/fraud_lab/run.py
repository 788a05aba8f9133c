"""Lives through towns and prints what was found, as docs/fraud.md has it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.engines.frozen import START
from tests.fraud_lab import report
from tests.fraud_lab.findings import Found, Sums, found
from tests.fraud_lab.road import END, RULES, live, open_database
from tests.fraud_lab.towns import town


def main() -> int:
    """0 where nobody honest was refused and nine in ten rings were caught, else 1."""
    parser = argparse.ArgumentParser(prog="make fraud-lab", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--everybody", action="store_true", help="orders of customers who bought before count too")
    asked = parser.parse_args()
    every: list[Found] = []
    for seed in asked.seeds:
        every += lived(seed, asked.scale, everybody=asked.everybody)
    sums = Sums.of(every)
    sys.stdout.write(report.written(sums) + "\n")
    return 0 if report.holds(sums) else 1


def lived(seed: int, scale: float, *, everybody: bool = False) -> list[Found]:
    """What became of each recommended order of the seed's town."""
    with tempfile.TemporaryDirectory(prefix="fraud-lab-") as folder, open_database(Path(folder)) as clock:
        rules = replace(RULES, new_customers_only=not everybody)
        return found(live(town(seed, scale), clock, rules), START + END)
