"""B1 and B1b: a signed webhook of six kilobytes, answered after its durable commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench import databases, floors
from bench.load import Load
from bench.product import SECRET, Product, Town
from bench.results import Result
from bench.rounds import Contender, Sample, compete, ratios
from bench.servers import Server, free_port
from bench.stage import Stage

CONNECTIONS = 16
ROUND = 1_000_000  # orders of different rounds never share a number


@dataclass(frozen=True, slots=True)
class Floor:
    """Flask, one HMAC and one raw INSERT, served as the product is."""

    database: str
    server: Server


def floor(stage: Stage, application: str, told: Mapping[str, str] | None = None) -> Floor:
    """The floor answers."""
    database = stage.databases.fresh()
    databases.run(database, *floors.tables(database))
    environment = {"FLOOR_DATABASE": database, "FLOOR_SECRET": SECRET, "DATABASE_URL": database, **(told or {})}
    server = stage.servers.serve(
        "floor", f"bench.floors:{application}", environment, stage.shape, free_port(), "bench/gunicorn_floor.py"
    )
    return Floor(database, server)


def webhooks(stage: Stage, port: int, town: Town, number: int) -> Load:
    """One round's closed loop."""
    options = stage.options
    orders = town.webhooks(number * ROUND)
    return Load(port, "webhook", orders, CONNECTIONS, options.seconds, options.requests)


def ingest(stage: Stage) -> Result:
    """B1: closed loop, floor and product in turn."""
    result = stage.result("B1", "webhook ingest: signed 6 KB POST, 200 after the commit, 16 connections")
    product = Product(stage.servers, stage.databases.fresh())
    town = product.settle()
    web, below = product.serve(stage.shape), floor(stage, "ingest")
    samples = compete(
        [
            Contender("floor", stage.pids(below.server), lambda n: webhooks(stage, below.server.port, town, n)),
            Contender("product", stage.pids(web), lambda n: webhooks(stage, web.port, town, n)),
        ],
        stage.options.rounds,
        stage.folder,
    )
    compare(result, samples["floor"], samples["product"], speed=0.6, cost=1.6)
    check_kept(result, product, samples["product"])
    stored = databases.total(below.database, "SELECT count(*) FROM messages")
    accepted = sum(each.accepted for each in samples["floor"])
    result.check("floor: accepted = stored", accepted == stored, f"{accepted} accepted, {stored} stored")
    return result


def compare(result: Result, floor: list[Sample], product: list[Sample], *, speed: float, cost: float) -> None:
    """Figures and gates of product over floor; the first round only warmed up."""
    floor, product = floor[1:], product[1:]
    result.add_samples("floor", floor)
    result.add_samples("product", product)
    result.steady("floor", [each.per_second for each in floor])
    faster = ratios([each.per_second for each in product], [each.per_second for each in floor])
    dearer = ratios([each.cpu_us for each in product], [each.cpu_us for each in floor])
    result.gate("product/floor answers", result.add("product/floor answers", "x", faster), least=speed, counts=False)
    result.gate("product/floor processor", result.add("product/floor processor", "x", dearer), most=cost)


def check_kept(result: Result, product: Product, samples: list[Sample]) -> None:
    """Every accepted message is stored, once, and every answer was a 200."""
    accepted, answers = sum(each.accepted for each in samples), sum(len(each.records) for each in samples)
    stored = product.count("inbox_messages")
    different = databases.total(product.database, "SELECT count(DISTINCT delivery_key) FROM inbox_messages")
    result.check("all accepted", accepted == answers, f"{answers} sent, {accepted} answered 200")
    result.check("accepted = stored, none twice", accepted == stored == different,
                 f"{accepted} accepted, {stored} stored, {different} different")  # fmt: skip
