"""B2: a friend opens a share link: one durable visit and the page, nothing else."""

from __future__ import annotations

import http.client

from app.links.tokens import ShareLink, tokens
from app.models import ProgramVersion
from bench import databases, floors
from bench.ingest import CONNECTIONS, Floor, compare, floor
from bench.load import Load
from bench.postbag import visit
from bench.product import SECRET, Product, Town
from bench.results import Result
from bench.rounds import Contender, Sample, compete
from bench.stage import Stage


def page(stage: Stage) -> Result:
    """B2: the page against a constant page of the same size, each with its row."""
    result = stage.result("B2", "a friend's page: one durable visit, then the offer, 16 connections")
    product = Product(stage.servers, stage.databases.fresh())
    path = share_path(product, product.settle())
    web = product.serve(stage.shape)
    size = page_size(web.port, path)
    below = floor(stage, "page", {"FLOOR_PAGE_BYTES": str(size)})
    signed = floors.share_path(SECRET)
    samples = compete(
        [
            Contender("floor", stage.pids(below.server), lambda _: visits(stage, below.server.port, signed)),
            Contender("product", stage.pids(web), lambda _: visits(stage, web.port, path)),
        ],
        stage.options.rounds,
        stage.folder,
    )
    result.add("page", "bytes", [size])
    compare(result, samples["floor"], samples["product"], speed=0.7, cost=1.6)
    check_counted(result, product, below, samples)
    return result


def share_path(product: Product, town: Town) -> str:
    """The address of the advocate's link."""
    return f"/r/{tokens.share(ShareLink(product.row(ProgramVersion, town.version_id).program_id, town.advocate_id))}"


def visits(stage: Stage, port: int, path: str) -> Load:
    """One round's closed loop."""
    return Load(port, "visit", {"path": path}, CONNECTIONS, stage.options.seconds, stage.options.requests)


def page_size(port: int, path: str) -> int:
    """How many bytes the page has; it answers as it should."""
    head, _, _ = visit(0, {"path": path}).decode().partition("\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the share link answers {answer.status}")
    return len(body)


def check_counted(result: Result, product: Product, below: Floor, samples: dict[str, list[Sample]]) -> None:
    """A row for every page, on both sides; the product's has one more, of the look at its size."""
    seen = {name: sum(each.accepted for each in taken) for name, taken in samples.items()}
    sent = sum(len(each.records) for each in samples["product"])
    stored = product.count("visits")
    result.check("all answered", seen["product"] == sent, f"{sent} opened, {seen['product']} answered 200")
    result.check("a row for each page", stored == seen["product"] + 1, f"{seen['product']} + 1 pages, {stored} visits")
    rows = databases.total(below.database, "SELECT count(*) FROM visits")
    result.check("floor: a row for each page", rows == seen["floor"], f"{seen['floor']} pages, {rows} rows")
