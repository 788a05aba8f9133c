"""B6: memory of the web processes, before and after many requests."""

from __future__ import annotations

from bench import machine
from bench.ingest import CONNECTIONS, ROUND
from bench.load import Load
from bench.product import Product
from bench.results import Result
from bench.rounds import drive
from bench.servers import Server, free_port
from bench.stage import Stage

MIB = 1024
WARM = 300


def memory(stage: Stage) -> Result:
    """Proportional set size of each process, against those of a bare Flask in the same shape."""
    requests = stage.options.memory_requests
    result = stage.result("B6", f"memory: proportional set size around {requests} webhooks", rounds=1)
    product = Product(stage.servers, stage.databases.fresh())
    town = product.settle()
    web = product.serve(stage.shape)
    bare = stage.servers.serve("bare", "bench.floors:hello", {}, stage.shape, free_port(), "bench/gunicorn_floor.py")

    def send(number: int, most: int) -> None:
        load = Load(web.port, "webhook", town.webhooks(number * ROUND), CONNECTIONS, 240.0, most)
        accepted = drive(load, stage.pids(web), stage.folder).accepted
        result.check(f"load {number}: all accepted", accepted == most, f"{most} sent, {accepted} answered 200")

    send(1, WARM)
    early = per_worker(web)
    send(2, requests)
    late = per_worker(web)
    drive(Load(bare.port, "hello", {"path": "/healthz"}, CONNECTIONS, 5.0, WARM), (bare.pid,), stage.folder)
    floor = per_worker(bare)
    result.add("bare Flask, one process", "MiB", [floor])
    result.add("one process, warm", "MiB", [early])
    result.add("one process, after", "MiB", [late])
    result.add("all processes, after", "MiB", [sum(map(machine.pss_kib, machine.members(web.pid))) / MIB])
    result.gate("over bare Flask", late / floor, most=3.0)
    result.gate(f"growth over {requests} requests, MiB", late - early, most=1.0)
    return result


def per_worker(server: Server) -> float:
    """The largest of the serving processes, which are gunicorn's children."""
    children = [pid for pid in machine.members(server.pid) if pid != server.pid]
    return max(map(machine.pss_kib, children)) / MIB
