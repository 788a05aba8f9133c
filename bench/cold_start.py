"""B7: from exec to the first 200, and to the end of `flask --help`."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench import machine
from bench.ingest import Floor, floor
from bench.product import Product
from bench.results import Result
from bench.rounds import ratios
from bench.servers import Server
from bench.stage import Stage


def cold_start(stage: Stage) -> Result:
    """The product and a bare Flask start in turn."""
    result = stage.result("B7", "cold start: exec to the first 200, processes in the shape of the database")
    product = Product(stage.servers, stage.databases.fresh())
    below: list[Floor] = []
    taken: dict[str, list[float]] = {"bare Flask": [], "product": []}
    spent: dict[str, list[float]] = {"bare Flask": [], "product": []}
    helped = []
    for _ in range(stage.options.rounds + 1):
        for name, start in starts(stage, product, below).items():
            seconds, processor = first_answer(stage, start)
            taken[name].append(seconds * 1000)
            spent[name].append(processor * 1000)
        began = time.monotonic()
        stage.servers.run(["flask", "--app", "wsgi", "--help"], product.environment)
        helped.append((time.monotonic() - began) * 1000)
    for name in taken:  # the first of each only warmed the disk's cache
        result.add(f"{name}: first 200", "ms", taken[name][1:])
        result.add(f"{name}: processor", "ms", spent[name][1:])
    result.add("flask --help", "ms", helped[1:])
    result.steady("bare Flask", taken["bare Flask"][1:])
    slower = ratios(taken["product"][1:], taken["bare Flask"][1:])
    result.gate("first 200 over bare Flask", result.add("first 200 over bare Flask", "x", slower), most=4, counts=False)
    return result


def starts(stage: Stage, product: Product, below: list[Floor]) -> dict[str, Callable[[], Server]]:
    """How each contender starts."""

    def bare() -> Server:
        below.append(floor(stage, "hello"))
        return below[-1].server

    return {"bare Flask": bare, "product": lambda: product.serve(stage.shape)}


def first_answer(stage: Stage, start: Callable[[], Server]) -> tuple[float, float]:
    """Seconds of the wall and of the processors until the first 200; the server is stopped again."""
    began = time.monotonic()
    server = start()
    took = time.monotonic() - began
    spent = machine.tree_seconds(server.pid)
    stage.servers.stop(server)
    return took, spent
