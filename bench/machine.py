"""What the machine says of itself in /proc: time spent by process trees and by everybody, memory, what it is."""

from __future__ import annotations

import os
import platform
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
# Fields of /proc/PID/stat, counted after the name, which may hold spaces: state is 0, parent 1.
PARENT, OWN, REAPED = 1, slice(11, 13), slice(13, 15)


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds at one instant: the wall's, all processors' busy ones, those of the measured servers and of all ours."""

    wall: float
    busy: float
    servers: float
    ours: float


def read(servers: Iterable[int]) -> Reading:
    """The reading now; `servers` are roots of process trees, ours are this process and everything it started."""
    rows = _stats()
    trees = [_seconds(rows, root) for root in servers]
    return Reading(time.monotonic(), _busy(), sum(trees), _seconds(rows, os.getpid()))


def foreign_share(before: Reading, after: Reading) -> float:
    """The share of all processors' time that somebody else took, the hypervisor's other guests included."""
    room = (after.wall - before.wall) * (os.cpu_count() or 1)
    taken = (after.busy - before.busy) - (after.ours - before.ours)
    return max(0.0, taken / room) if room > 0 else 0.0


def tree_seconds(root: int) -> float:
    """Processor seconds of a process and all its descendants, those that ended included."""
    return _seconds(_stats(), root)


def members(root: int) -> list[int]:
    """The process and its living descendants."""
    return _members(_stats(), root)


def pss_kib(pid: int) -> int:
    """Proportional set size: memory of the process, with what it shares divided among the sharers."""
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise ValueError("this kernel does not tell the proportional set size")


def description() -> dict[str, str | int]:
    """The machine in a few words, without its name."""
    return {
        "processor": _processor(),
        "processors": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    for line in (PROC / "cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _stats() -> dict[int, list[str]]:
    rows = {}
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            try:
                text = (folder / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            rows[int(folder.name)] = text.rpartition(")")[2].split()
    return rows


def _members(rows: dict[int, list[str]], root: int) -> list[int]:
    children = defaultdict(list)
    for pid, row in rows.items():
        children[int(row[PARENT])].append(pid)
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        if pid in rows:
            found.append(pid)
            waiting += children[pid]
    return found


def _seconds(rows: dict[int, list[str]], root: int) -> float:
    """A parent counts the children that it has waited for, so nothing that ended is lost."""
    ticks = sum(int(each) for pid in _members(rows, root) for part in (OWN, REAPED) for each in rows[pid][part])
    return ticks / TICKS


def _busy() -> float:
    """Seconds that all processors together did not idle, time stolen by other guests included."""
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, _first_line("/proc/stat").split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def _first_line(path: str) -> str:
    with Path(path).open() as file:
        return file.readline()
