"""The product as a real server: its environment, its schema, one connected store with a live program."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from sqlalchemy import func, select

from app import config, extensions
from app.links.tokens import tokens
from app.models import Advocate, Coupon, InboxMessage, ProgramVersion
from bench import databases
from bench.servers import Server, Servers, Shape, free_port, gone, wait_until
from integrations.contract import AuthScheme, Credentials
from tests import factories

SECRET = "bench-" + "s" * 32
PLATFORM = "woocommerce"
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Town:
    """A store with a live program and an advocate."""

    store_id: int
    installation_id: int
    version_id: int
    advocate_id: int
    path: str  # where its webhooks go

    def webhooks(self, first: int, codes: list[str] | None = None, every: int = 1) -> dict[str, str | int]:
        """What the load driver needs to write this store's webhooks."""
        return {"path": self.path, "secret": SECRET, "first": first, "codes": ",".join(codes or []), "every": every,
                "now": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")}  # fmt: skip


class Product:
    """Goodword on a fresh database. This process uses the same database, through the services."""

    def __init__(self, servers: Servers, database: str, name: str = "product") -> None:
        self.servers, self.database, self.name = servers, database, name
        self.port = free_port()
        self.environment = environment(database, self.port)
        servers.run(["flask", "--app", "wsgi", "migrate"], self.environment)
        self.connect()

    def connect(self) -> None:
        """Services called here work on this product's database, and sign with its keys, from now on."""
        settings = config.load(self.environment)
        extensions.connect(settings)
        tokens.configure(settings.secret_keys)

    def serve(self, shape: Shape) -> Server:
        """The web server answers."""
        return self.servers.serve(self.name, "wsgi:application", self.environment, shape, self.port)

    def work(self, name: str = "worker") -> Server:
        """A worker works."""
        worker = self.servers.start(name, ["flask", "--app", "wsgi", "worker", "run"], self.environment)
        wait_until(lambda: "worker_started" in worker.log.read_text() or gone(worker), f"{name} works", pause=0.005)
        return worker

    def wait_for_empty_inbox(self, patience: float) -> float:
        """No message waits any more; the instant when that was seen, by the machine's monotonic clock."""
        with extensions.db.single() as connection:
            waiting = select(InboxMessage.id).where(InboxMessage.state == "waiting").limit(1)
            wait_until(lambda: connection.execute(waiting).first() is None, "the inbox is empty", patience, 0.05)
        return time.monotonic()

    def newest_message(self) -> int:
        """The number of the message that was received last."""
        with extensions.db.single() as connection:
            return connection.execute(select(func.max(InboxMessage.id))).scalar() or 0

    def row(self, model: type[Row], row_id: int) -> Row:
        """One row."""
        with extensions.db.read() as session:
            return session.get_one(model, row_id)

    def count(self, table: str, where: str = "1 = 1") -> int:
        """How many rows of the table there are."""
        return databases.total(self.database, f"SELECT count(*) FROM {table} WHERE {where}")  # noqa: S608 - our names

    def settle(
        self, hold_days: int = 30, base_url: str = "http://127.0.0.1:9", keys: tuple[str, ...] = ("", "")
    ) -> Town:
        """A store is connected; its program is live and somebody recommends it."""
        with extensions.db.begin() as session:
            store = factories.store(session)
            installation = factories.installation(
                session, store, platform=PLATFORM, base_url=base_url, webhook_secret=SECRET.encode(),
                credentials=msgspec.json.encode(Credentials(AuthScheme.OAUTH1, *keys)),
            )  # fmt: skip
            version = factories.program(session, store, replace(factories.RULES, hold_days=hold_days))
            advocate = factories.advocate(session, version, factories.person(session, store))
            path = f"/webhooks/{PLATFORM}/{installation.public_id}"
            return Town(store.id, installation.id, version.id, advocate.id, path)

    def hand_out(self, town: Town, count: int) -> list[str]:
        """So many friends hold a code of their own; returns the codes."""
        with extensions.db.begin() as session:
            version = session.get_one(ProgramVersion, town.version_id)
            advocate = session.get_one(Advocate, town.advocate_id)
            claims = [factories.claim(session, version, advocate) for _ in range(count)]
            return [session.get_one(Coupon, claim.coupon_id).code for claim in claims]


def environment(database: str, port: int) -> Mapping[str, str]:
    """What every process of the product is told; keys are made up for this run."""
    return {
        "MODE": "production",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database,
        "SECRET_KEYS": secrets.token_urlsafe(40),
        "DATA_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "MAIL_URL": "smtp://127.0.0.1:9",
        "ALLOW_PRIVATE_STORES": "1",
    }
