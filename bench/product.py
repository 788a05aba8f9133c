"""The product as a real server: its environment, its schema, one connected store with a live program."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from app import config, extensions
from app.models import Advocate, Coupon, ProgramVersion
from bench import databases
from bench.servers import Server, Servers, Shape, free_port
from integrations.contract import AuthScheme, Credentials
from tests import factories

SECRET = "bench-" + "s" * 32
PLATFORM = "woocommerce"


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
        return {"path": self.path, "secret": SECRET, "first": first, "codes": ",".join(codes or []), "every": every}


class Product:
    """Goodword on a fresh database. This process uses the same database, through the services."""

    def __init__(self, servers: Servers, database: str, name: str = "product") -> None:
        self.servers, self.database, self.name = servers, database, name
        self.port = free_port()
        self.environment = environment(database, self.port)
        servers.run(["flask", "--app", "wsgi", "migrate"], self.environment)
        self.connect()

    def connect(self) -> None:
        """Services called here work on this product's database from now on."""
        extensions.connect(config.load(self.environment))

    def serve(self, shape: Shape) -> Server:
        """The web server answers."""
        return self.servers.serve(self.name, "wsgi:application", self.environment, shape, self.port)

    def count(self, table: str, where: str = "1 = 1") -> int:
        """How many rows of the table there are."""
        return databases.total(self.database, f"SELECT count(*) FROM {table} WHERE {where}")  # noqa: S608 - our names

    def settle(self, hold_days: int = 30, base_url: str = "http://127.0.0.1:9") -> Town:
        """A store is connected; its program is live and somebody recommends it."""
        with extensions.db.begin() as session:
            store = factories.store(session)
            installation = factories.installation(
                session, store, platform=PLATFORM, base_url=base_url, webhook_secret=SECRET.encode(),
                credentials=msgspec.json.encode(Credentials(AuthScheme.NONE)),
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
