"""B3: from an order's accepted webhook to the call that creates the advocate's coupon, received by a store."""

from __future__ import annotations

import json
from pathlib import Path

from app.extensions import db
from app.models import Coupon, Reward
from bench.load import Load
from bench.postbag import FIRST_ORDER
from bench.product import Product
from bench.results import Result
from bench.rounds import drive, percentile
from bench.servers import answers, free_port, gone, wait_until
from bench.shop import KEYS, NOTES
from bench.stage import Stage

RATE = 2.0  # calm: this is about waiting for work to be noticed, not about queues
PATIENCE = 120.0


def latency(stage: Stage) -> Result:
    """Orders at a calm rate, each with a code of its own and nothing to wait for."""
    wanted = int(RATE * stage.options.latency_seconds)
    result = stage.result("B3", f"order to coupon: {RATE:g} orders/s, no hold, the store on loopback", rounds=1)
    port, notes = free_port(), stage.folder / NOTES
    product = Product(stage.servers, stage.databases.fresh())
    town = product.settle(hold_days=0, base_url=f"http://127.0.0.1:{port}", keys=tuple(KEYS.values()))
    orders = town.webhooks(0, product.hand_out(town, wanted))
    web, worker = product.serve(stage.shape), product.work()
    (stage.folder / "orders.json").write_text(json.dumps(orders))
    shop = stage.servers.start("shop", ["bench.shop", str(stage.folder)], shop_environment(stage.folder, port), port)
    wait_until(lambda: answers(port, "/wp-json/") or gone(shop), "the store answers")
    load = Load(web.port, "webhook", orders, 64, wanted / RATE + 1, wanted, RATE)
    sample = drive(load, stage.pids(web, worker), stage.folder)
    wait_until(lambda: product.count("rewards", "state = 'issued'") >= wanted, "every coupon stands", PATIENCE)
    arrived, times = arrivals(notes), reward_codes()
    accepted = {number: answered for number, status, _, answered in sample.records if status == 200}
    waits = [
        (min(arrived[code]) - accepted[order]) * 1000
        for order, code in times.items()
        if order in accepted and code in arrived
    ]
    for share, name in ((0.5, "p50"), (0.99, "p99"), (1.0, "longest")):
        result.add(name, "ms", [percentile(waits, share)])
    result.watch([sample.foreign])
    sent = sum(len(arrived[code]) for code in times.values() if code in arrived)
    result.check("accepted = rewarded = sent, none twice", len(accepted) == len(waits) == sent == wanted,
                 f"{len(accepted)} accepted, {len(waits)} coupons received, {sent} calls for them")  # fmt: skip
    result.gate("p50, ms", percentile(waits, 0.5), most=250, counts=False)
    return result


def shop_environment(folder: Path, port: int) -> dict[str, str]:
    """What the store is told."""
    address = {"DEMO_PORT": str(port), "DEMO_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    return {**KEYS, **address, "DEMO_DATABASE": str(folder / "shop.sqlite")}


def arrivals(notes: Path) -> dict[str, list[float]]:
    """When each code reached the store."""
    found: dict[str, list[float]] = {}
    for line in notes.read_text().splitlines():
        instant, code = line.split()
        found.setdefault(code, []).append(float(instant))
    return found


def reward_codes() -> dict[int, str]:
    """The number of each order in its round, with the code of the coupon that it earned."""
    with db.read() as session:
        rows = session.query(Reward.cause_ref, Coupon.code).join(Coupon, Coupon.id == Reward.coupon_id).all()
    return {int(ref) - FIRST_ORDER: code for ref, code in rows}
