"""What a bench found: figures, whether they count, checks that nothing was lost, and gates."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine
from bench.rounds import Sample, spread

MOST_FOREIGN, MOST_SPREAD = 0.10, 1.3


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity over the rounds."""

    name: str
    unit: str
    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold whatever the speed."""

    name: str
    holds: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A figure and what it must not pass. `counts` is False for those that noise alone can move: they only inform."""

    name: str
    value: float
    must: str
    holds: bool
    counts: bool = True


@dataclass(slots=True)
class Result:
    """One bench on one database and disk."""

    bench: str
    title: str
    database: str
    disk: str
    rounds: int
    foreign: float = 0.0  # the largest share of any round
    void: dict[str, str] = field(default_factory=dict)  # why the figures do not count; empty when they do
    figures: list[Figure] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, unit: str, values: Sequence[float]) -> float:
        """The quantity is on record; returns its median."""
        middle = statistics.median(values)
        self.figures.append(Figure(name, unit, middle, min(values), max(values)))
        return middle

    def add_samples(self, name: str, samples: Sequence[Sample]) -> None:
        """Speed, processor time and waiting of one contender are on record, and the foreign share is watched."""
        self.add(f"{name}: answers", "1/s", [each.per_second for each in samples])
        self.add(f"{name}: processor", "us/request", [each.cpu_us for each in samples])
        self.add(f"{name}: p50", "ms", [each.milliseconds(0.5) for each in samples])
        self.add(f"{name}: p99", "ms", [each.milliseconds(0.99) for each in samples])
        self.watch([each.foreign for each in samples])

    def watch(self, shares: Sequence[float]) -> None:
        """The result is void where somebody else took too much of the machine."""
        self.foreign = max(self.foreign, *shares)
        if self.foreign > MOST_FOREIGN:
            self.void["foreign"] = f"others took up to {self.foreign:.0%} of the processors"

    def steady(self, name: str, values: Sequence[float]) -> None:
        """The result is void where the floor itself is not steady."""
        if spread(values) > MOST_SPREAD:
            self.void[name] = f"{name} varied {spread(values):.1f} times between rounds"

    def check(self, name: str, holds: bool, detail: str) -> None:
        """A fact that must hold is on record."""
        self.checks.append(Check(name, holds, detail))

    def gate(self, name: str, value: float, *, most: float | None = None, least: float | None = None,
             counts: bool = True) -> None:  # fmt: skip
        """The value is held against its limit."""
        must = f"<= {most:g}" if most is not None else f">= {least:g}"
        holds = (most is None or value <= most) and (least is None or value >= least)
        self.gates.append(Gate(name, value, must, holds, counts))

    @property
    def failed(self) -> list[str]:
        """Broken checks, and missed gates of a result that counts."""
        broken = [f"{self.label}: {each.name} ({each.detail})" for each in self.checks if not each.holds]
        missed = [f"{self.label}: {each.name} is {each.value:.2f}, must be {each.must}" for each in self.gates
                  if not each.holds and each.counts]  # fmt: skip
        return broken + ([] if self.void else missed)

    @property
    def label(self) -> str:
        """The bench with what it ran on."""
        return f"{self.bench} {self.database}{'' if self.disk == 'plain' else ', ' + self.disk + ' disk'}"


def write(results: Sequence[Result], path: Path) -> None:
    """All results lie in the file as JSON, with the day and the machine."""
    whole: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine.description()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole | {"results": [asdict(each) for each in results]}, indent=1) + "\n")


def table(result: Result) -> str:
    """The result as a person reads it."""
    lines = [f"{result.label}: {result.title}  ({result.rounds} rounds, others took up to {result.foreign:.0%})"]
    width = max((len(each.name) for each in result.figures), default=0)
    for each in result.figures:
        ends = f"  ({each.least:.4g} to {each.most:.4g})" if each.least != each.most else ""
        lines.append(f"  {each.name:<{width}}  {each.median:10.4g} {each.unit}{ends}")
    lines += [f"  {'ok  ' if each.holds else 'MISS'}  {each.name}: {each.value:.2f}, must be {each.must}"
              for each in result.gates]  # fmt: skip
    lines += [f"  {'ok  ' if each.holds else 'FAIL'}  {each.name}: {each.detail}" for each in result.checks]
    lines += [f"  note: {each}" for each in result.notes]
    lines += [f"  VOID: {each}" for each in result.void.values()]
    return "\n".join(lines)
