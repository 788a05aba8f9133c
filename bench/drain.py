"""B4: a backlog of stored orders is worked off, each exactly once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models import InboxMessage
from app.services import intake
from bench import machine, postbag
from bench.flash_sale import EVERY, PATIENCE, check_decided
from bench.ingest import ROUND
from bench.product import PLATFORM, SECRET, Product, Town
from bench.results import Result
from bench.stage import Stage
from integrations.contract import RawRequest

WORKERS = {"sqlite": (1,), "postgresql": (1, 2)}


def drain(stage: Stage) -> Result:
    """One round a number of workers; a fresh backlog each."""
    count, rounds = stage.options.orders, min(3, stage.options.rounds)
    result = stage.result("B4", f"backlog: {count} stored orders, every {EVERY}th with a friend's code", rounds)
    product = Product(stage.servers, stage.databases.fresh())
    town = product.settle()
    speeds: dict[int, list[float]] = {number: [] for number in WORKERS[stage.databases.kind]}
    costs: dict[int, list[float]] = {number: [] for number in speeds}
    stored = 0
    for _ in range(rounds):
        for workers in speeds:
            keep(product, town, first=stored * ROUND // count, count=count)
            stored += count
            speed, cost, foreign = work_off(stage, product, workers, count)
            speeds[workers].append(speed)
            costs[workers].append(cost)
            result.watch([foreign])
    for workers in speeds:
        result.add(f"{workers} worker{'s' * (workers > 1)}: decided", "orders/s", speeds[workers])
        result.add(f"{workers} worker{'s' * (workers > 1)}: processor", "us/order", costs[workers])
    if 2 in speeds:
        gained = [two / one for one, two in zip(speeds[1], speeds[2], strict=True)]
        result.gate("2 workers over 1", result.add("2 workers over 1", "x", gained), least=1.5, counts=False)
    check_decided(result, product, stored, stored // EVERY)
    return result


def keep(product: Product, town: Town, first: int, count: int) -> None:
    """So many messages wait, received through the service that receives them."""
    codes = product.hand_out(town, count // EVERY)
    arguments = town.webhooks(first, codes, EVERY)
    for number in range(count):
        order = first + number
        body = postbag.order_body(order, postbag.code_of(number, arguments), str(arguments["now"]))
        headers = tuple(postbag.headers_of(order, body, SECRET))
        receipt = intake.receive(
            PLATFORM, town.path.rpartition("/")[2], RawRequest("POST", town.path, "", headers, body)
        )
        assert receipt == "kept", receipt


def work_off(stage: Stage, product: Product, workers: int, count: int) -> tuple[float, float, float]:
    """Orders per second between the first and the last, processor microseconds an order, and the foreign share."""
    before_id = product.newest_message() - count
    started = [product.work(f"worker-{number}") for number in range(workers)]
    pids = stage.pids(*started)
    before = machine.read(pids)
    product.wait_for_empty_inbox(PATIENCE)
    after = machine.read(pids)
    for worker in started:
        stage.servers.stop(worker)
    first, last = done_between(before_id)
    speed = (count - 1) / (last - first).total_seconds()
    return speed, (after.servers - before.servers) * 1e6 / count, machine.foreign_share(before, after)


def done_between(before_id: int) -> tuple[datetime, datetime]:
    """When the first and the last message of the backlog were done."""
    done: Any = InboxMessage.done_at
    with db.read() as session:
        row = session.execute(select(func.min(done), func.max(done)).where(InboxMessage.id > before_id)).one()
    return row[0], row[1]
