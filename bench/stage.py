"""What every bench is given: how long, how often, on which database and disk, and where to put things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.databases import Databases
from bench.results import Result
from bench.servers import SHAPES, Server, Servers, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line said."""

    rounds: int
    seconds: float
    requests: int  # at most so many in a round
    rate: float  # requests per second of the flash sale
    flash_seconds: float
    orders: int  # stored messages of the backlog
    memory_requests: int
    latency_seconds: float
    disk: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One bench on one database."""

    options: Options
    folder: Path
    servers: Servers
    databases: Databases

    @property
    def shape(self) -> Shape:
        """The shape that suits the database."""
        return SHAPES[self.databases.kind]

    def pids(self, *servers: Server) -> tuple[int, ...]:
        """The process trees whose time counts for these servers: their own, and the database's."""
        return (*(server.pid for server in servers), *self.databases.pids)

    def result(self, bench: str, title: str, rounds: int | None = None) -> Result:
        """An empty result of this stage."""
        return Result(bench, title, self.databases.kind, self.options.disk, rounds or self.options.rounds)
