"""B1b: a flash sale: orders come at a rate, whatever the answers take, while the worker decides."""

from __future__ import annotations

import time

from bench.load import Load
from bench.product import Product
from bench.results import Result
from bench.rounds import Sample, drive
from bench.stage import Stage

CONNECTIONS = 256
EVERY = 4  # so many orders for one that carries a friend's code
STORES_GIVE_UP_MS = 5_000  # what the most impatient platform waits for an answer
PATIENCE = 600.0


def flash_sale(stage: Stage) -> Result:
    """One open loop; web and worker side by side."""
    options = stage.options
    wanted = int(options.rate * options.flash_seconds)
    title = f"flash sale: {options.rate:g} orders/s for {options.flash_seconds:g} s, worker beside it"
    result = stage.result("B1b", title, rounds=1)
    product = Product(stage.servers, stage.databases.fresh())
    town = product.settle()
    codes = product.hand_out(town, wanted // EVERY)
    web, worker = product.serve(stage.shape), product.work()
    orders = town.webhooks(0, codes, EVERY)
    load = Load(web.port, "webhook", orders, CONNECTIONS, options.flash_seconds + 1, wanted, options.rate)
    sample = drive(load, stage.pids(web, worker), stage.folder)
    ended = time.monotonic()
    decided = product.wait_for_empty_inbox(PATIENCE)
    result.add("offered", "1/s", [options.rate])
    result.add("backlog empty after", "s", [decided - ended])
    for share, name in ((0.5, "p50"), (0.99, "p99"), (1.0, "longest")):
        result.add(name, "ms", [sample.milliseconds(share)])
    result.add("processor, decisions included", "us/order", [sample.cpu_us])
    result.watch([sample.foreign])
    check_nothing_lost(result, product, sample, wanted, len(codes))
    result.gate("longest answer, ms", sample.milliseconds(1.0), most=STORES_GIVE_UP_MS, counts=False)
    return result


def check_nothing_lost(result: Result, product: Product, sample: Sample, wanted: int, referred: int) -> None:
    """Every order that was offered is accepted, kept, and decided once."""
    result.check("all accepted", sample.accepted == wanted, f"{wanted} offered, {sample.accepted} answered 200")
    check_decided(result, product, wanted, referred)


def check_decided(result: Result, product: Product, wanted: int, referred: int) -> None:
    """Every message is done, every order is there once, every referred one is attributed and promised a reward."""
    done, stored = product.count("inbox_messages", "state = 'done'"), product.count("inbox_messages")
    orders, sightings = product.count("orders"), product.count("order_sightings")
    result.check("accepted = stored = decided", done == stored == orders == sightings == wanted,
                 f"{wanted} accepted, {stored} stored, {done} done, {orders} seen {sightings} times")  # fmt: skip
    qualified, rewards = product.count("attributions", "state = 'qualified'"), product.count("rewards")
    result.check("referred = attributed = promised", qualified == rewards == referred,
                 f"{referred} referred, {qualified} qualified, {rewards} rewards")  # fmt: skip
