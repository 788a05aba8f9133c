"""Rounds: everybody in turn, in a new order each time, so that what the machine does meanwhile hits all alike."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import machine
from bench.load import PATIENCE, Load
from bench.servers import ROOT


@dataclass(frozen=True, slots=True)
class Sample:
    """What one contender did under one load."""

    records: list[tuple[int, int, float, float]] = field(repr=False)
    cpu_seconds: float
    foreign: float

    @property
    def statuses(self) -> Counter[int]:
        """How many answers of each status; 0 are requests without an answer."""
        return Counter(status for _, status, _, _ in self.records)

    @property
    def accepted(self) -> int:
        """How many answers said 200."""
        return self.statuses[200]

    @property
    def per_second(self) -> float:
        """Accepted requests per second."""
        ends = [answered for _, _, _, answered in self.records]
        begins = [due for _, _, due, _ in self.records]
        return self.accepted / (max(ends) - min(begins)) if self.records else 0.0

    @property
    def cpu_us(self) -> float:
        """Processor microseconds of the servers for one accepted request."""
        return self.cpu_seconds * 1e6 / self.accepted if self.accepted else float("inf")

    def milliseconds(self, share: float) -> float:
        """The answer's time that this share of the requests stayed under."""
        return percentile([(answered - due) * 1000 for _, _, due, answered in self.records], share)


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who is measured: the roots of the process trees whose time counts, and the load of a round."""

    name: str
    pids: tuple[int, ...]
    load: Callable[[int], Load]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def drive(load: Load, pids: Sequence[int], folder: Path) -> Sample:
    """The load was sent from a process of its own, and the servers' time was read around it."""
    order, records = folder / "load.json", folder / "records.json"
    load.write(order)
    command = [sys.executable, "-m", "bench.load", str(order), str(records)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as driver:
        assert driver.stdin is not None
        assert driver.stdout is not None
        try:
            if driver.stdout.readline().strip() != b"ready":
                raise RuntimeError("the load driver did not become ready")
            before = machine.read(pids)
            driver.stdin.write(b"go\n")
            driver.stdin.flush()
            driver.wait(load.seconds + PATIENCE + 30)
        except BaseException:
            driver.kill()
            raise
        after = machine.read(pids)
    if driver.returncode:
        raise RuntimeError("the load driver failed")
    made = [tuple(row) for row in json.loads(records.read_text())]
    return Sample(made, after.servers - before.servers, machine.foreign_share(before, after))


def compete(contenders: Sequence[Contender], rounds: int, folder: Path) -> dict[str, list[Sample]]:
    """Samples by contender, a round each; a short load nobody counts comes first."""
    chance = random.Random(rounds)
    samples: dict[str, list[Sample]] = {each.name: [] for each in contenders}
    for number in range(rounds + 1):
        for contender in chance.sample(contenders, len(contenders)):
            samples[contender.name].append(drive(contender.load(number), contender.pids, folder))
    return samples


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """Round by round, the one divided by the other."""
    return [a / b if b else float("inf") for a, b in zip(over, under, strict=True)]


def spread(values: Sequence[float]) -> float:
    """The largest value divided by the smallest."""
    return max(values) / min(values) if values and min(values) > 0 else float("inf")
