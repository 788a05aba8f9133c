"""The driver: benches by name, on each database and disk asked for, as a table and as JSON.

Exit status 1 says that something was lost or doubled, or that a figure which counts passed its gate.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import results, slow_disk
from bench.cold_start import cold_start
from bench.contention import contention
from bench.databases import Databases, Lacking, PostgresCluster, SqliteFiles
from bench.drain import drain
from bench.flash_sale import flash_sale
from bench.ingest import ingest
from bench.latency import latency
from bench.memory import memory
from bench.page import page
from bench.results import Result
from bench.servers import ROOT, Servers
from bench.stage import Options, Stage

ENGINES = ("sqlite", "postgresql")
BENCHES: dict[str, Callable[[Stage], Result]] = {
    "B1": ingest,
    "B1b": flash_sale,
    "B2": page,
    "B3": latency,
    "B4": drain,
    "B6": memory,
    "B7": cold_start,
    "B8": contention,
}
ONLY = {"B8": "sqlite"}
SHOPIFY_PEAK = 667.0  # orders per second: all of Shopify's reported peak of 2025


def main(words: Sequence[str] | None = None) -> int:
    """The exit status."""
    given = arguments().parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    path = given.json or ROOT / "var" / "bench" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    found: list[Result] = []
    for kind in ENGINES if given.database == "both" else (given.database,):
        for name in given.benches or BENCHES:
            if ONLY.get(name, kind) != kind:
                continue
            for result in attempt(name, kind, options(given), slow=given.slow_disk):
                found.append(result)
                print(results.table(result), flush=True)
                results.write(found, path)
    failed = [line for result in found for line in result.failed]
    print("\n".join([f"written to {path}", *(f"FAILED {line}" for line in failed)]))
    return 1 if failed else 0


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=f"any of {' '.join(BENCHES)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="three short rounds: does it work, about how much is it")
    parser.add_argument("--database", choices=("both", *ENGINES), default="both")
    parser.add_argument("--slow-disk", action="store_true", help="add 2 ms to every fsync")
    parser.add_argument("--rounds", type=int, help="5, or 3 with --quick")
    parser.add_argument("--seconds", type=float, help="of load in a round: 6, or 1.5 with --quick")
    parser.add_argument("--rate", type=float, help="flash sale, orders per second: 100")
    parser.add_argument("--shopify", action="store_true", help=f"flash sale at {SHOPIFY_PEAK:.0f}/s for 60 seconds")
    parser.add_argument("--orders", type=int, help="backlog to drain: 1000, or 100 with --quick")
    parser.add_argument("--json", type=Path, help="where the results go (default: var/bench)")
    return parser


def options(given: argparse.Namespace) -> Options:
    """What was asked for, filled up with the defaults. Ends the program at a bench that is not there."""
    unknown = [name for name in given.benches if name not in BENCHES]
    if unknown:
        raise SystemExit(f"error: no such bench: {' '.join(unknown)}; there are {' '.join(BENCHES)}")
    quick = given.quick
    return Options(
        rounds=given.rounds or (3 if quick else 5),
        seconds=given.seconds or (1.5 if quick else 6.0),
        requests=2_000 if quick else 20_000,
        rate=SHOPIFY_PEAK if given.shopify else given.rate or (50.0 if quick else 100.0),
        flash_seconds=60.0 if given.shopify else 3.0 if quick else 15.0,
        orders=given.orders or (100 if quick else 1000),
        memory_requests=1_000 if quick else 10_000,
        latency_seconds=3.0 if quick else 20.0,
        disk="slow" if given.slow_disk else "plain",
    )


def attempt(name: str, kind: str, chosen: Options, *, slow: bool) -> list[Result]:
    """The bench's result; none, and a loud word, where this machine lacks what it needs."""
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gw-bench-")))
            preload = slow_disk.build(folder) if slow else None
            databases: Databases = SqliteFiles(folder) if kind == "sqlite" else PostgresCluster(preload)
            stack.enter_context(databases)
            servers = stack.enter_context(Servers(folder, preload))
            return [BENCHES[name](Stage(chosen, folder, servers, databases))]
    except (Lacking, slow_disk.NoCompiler) as error:
        print(f"!!! {name} on {kind} was not measured: {error}")
        return []
