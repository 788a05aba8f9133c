"""B8: two processes of four threads write one SQLite file, a worker beside them: does anybody see BUSY, who waits?"""

from __future__ import annotations

from bench.ingest import ROUND, check_kept
from bench.load import Load
from bench.product import Product
from bench.results import Result
from bench.rounds import drive
from bench.servers import Shape
from bench.stage import Stage

SHAPE = Shape(2, 4)
UNAVAILABLE = 503  # what the product answers when SQLite stays BUSY


def contention(stage: Stage) -> Result:
    """Closed loop, a connection for each thread."""
    options = stage.options
    result = stage.result("B8", "SQLite contention: 2 processes x 4 threads receive webhooks, a worker decides")
    product = Product(stage.servers, stage.databases.fresh())
    town = product.settle()
    web, worker = product.serve(SHAPE), product.work()
    samples = []
    for number in range(options.rounds):
        orders = town.webhooks(number * ROUND)
        load = Load(web.port, "webhook", orders, SHAPE.processes * SHAPE.threads, options.seconds, options.requests)
        samples.append(drive(load, stage.pids(web, worker), stage.folder))
    result.add_samples("webhooks", samples)
    longest = result.add("longest answer", "ms", [each.milliseconds(1.0) for each in samples])
    busy = sum(each.statuses[UNAVAILABLE] for each in samples)
    result.check("nobody sees BUSY", busy == 0, f"{busy} answers of {UNAVAILABLE}")
    said = worker.log.read_text().count("database_unavailable")
    result.check("nor does the worker", said == 0, f"{said} times in its log")
    check_kept(result, product, samples)
    result.gate("longest answer, ms", longest, most=2000, counts=False)
    return result
