"""A town of real processes: web server, worker and demo store, on free ports of this machine, under one clock."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "SECRET_KEYS": "tests-only-" + "s" * 32,
    "DATA_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "DEMO_CONSUMER_KEY": "ck_" + "a" * 40,
    "DEMO_CONSUMER_SECRET": "cs_" + "b" * 40,
}
PATIENCE = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Town:
    """Processes by name; stop() ends every one that was started here."""

    def __init__(self, folder: Path, database_url: str, *, port: int | None = None, public_url: str = "") -> None:
        """A store that is elsewhere reaches the web server at `public_url`, which leads to `port` of this machine."""
        self.folder = folder
        self.web_url = f"http://127.0.0.1:{port or free_port()}"
        self.public_url = public_url or self.web_url
        self.shop_url = f"http://127.0.0.1:{free_port()}"
        self.clock_file = folder / "clock.json"
        self.mail = folder / "mail"
        self.environment = self._environment(database_url)
        self._starts = 0
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def _environment(self, database_url: str) -> Mapping[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            **KEYS,
            "MODE": "development",
            "PUBLIC_URL": self.public_url,
            "DATABASE_URL": database_url,
            "CLOCK_FILE": str(self.clock_file),
            "GOODWORD_CLOCK_FILE": str(self.clock_file),
            "ALLOW_PRIVATE_STORES": "1",
            "DEMO_DATABASE": str(self.folder / "demo.sqlite"),
            "DEMO_PORT": self.shop_url.rpartition(":")[2],
            "DEMO_PUBLIC_URL": self.shop_url,
            "DEMO_QUEUE_SECONDS": "0.2",
            "PYTHONUNBUFFERED": "1",
        }

    # --- processes ---

    def start(self, *names: str) -> None:
        """These processes run; each has said that it is ready."""
        commands = {
            "web": [
                *(sys.executable, "-m", "gunicorn", "--bind", self.web_url.removeprefix("http://")),
                *("--workers", "1", "--threads", "8", "--worker-class", "gthread", "wsgi:application"),
            ],
            "worker": [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "run"],
            "demo": [sys.executable, "-m", "demo"],
        }
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    commands[name], cwd=ROOT, env=dict(self.environment), stdout=log, stderr=log, start_new_session=True
                )
        if "worker" in names:
            said = self.folder / "worker.log"
            self._starts += 1
            self.wait_until(lambda: said.read_text().count("worker_started") >= self._starts, "the worker works")
        ready = {"web": f"{self.web_url}/readyz", "demo": f"{self.shop_url}/wp-json/"}
        for name in names:
            if name in ready:
                self.wait_until(lambda name=name: _answers(ready[name]), f"{name} answers")

    def kill(self, name: str) -> None:
        """The process is gone between two instructions, without a word."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Nothing that was started here runs any more."""
        for process in self._running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()

    def flask(self, *words: str) -> str:
        """What a `flask …` command printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    # --- time ---

    def pass_time(self, *, days: float = 0, hours: float = 0) -> None:
        """Everybody's clock moves on."""
        offset = json.loads(self.clock_file.read_text())["offset_seconds"] if self.clock_file.exists() else 0
        moved = self.clock_file.with_suffix(".new")
        moved.write_text(json.dumps({"offset_seconds": int(offset + days * 86400 + hours * 3600)}))
        moved.replace(self.clock_file)

    def wait_until(self, holds: Any, what: str, seconds: float = PATIENCE) -> Any:
        """What `holds` answered first that is true. Fails, with the ends of the logs, when it never is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if answer := holds():
                return answer
            time.sleep(0.1)
        logs = "\n".join(
            f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-25:]) for log in self.folder.glob("*.log")
        )
        raise AssertionError(f"never came true: {what}\n{logs}")

    # --- the shop's own side ---

    def keeper(self, action: str, **fields: object) -> Any:
        """The shopkeeper acts."""
        answer = requests.post(
            f"{self.shop_url}/keeper/{action}", data=fields, headers={"Accept": "application/json"}, timeout=30
        )
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.headers["Content-Type"].startswith("application/json") else None

    def coupons(self) -> list[dict[str, Any]]:
        """Every coupon in the shop, as its REST API lists them."""
        found: list[dict[str, Any]] = []
        for page in range(1, 50):
            batch = (
                self._signed()
                .get(f"{self.shop_url}/wp-json/wc/v3/coupons", params={"per_page": 100, "page": page}, timeout=30)
                .json()
            )
            found += batch
            if len(batch) < 100:
                return found
        raise AssertionError("too many coupons")

    def _signed(self) -> requests.Session:
        from requests_oauthlib import OAuth1

        session = requests.Session()
        session.trust_env = False
        session.auth = OAuth1(
            KEYS["DEMO_CONSUMER_KEY"], KEYS["DEMO_CONSUMER_SECRET"], signature_method="HMAC-SHA256",
            signature_type="query",
        )  # fmt: skip
        return session


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).status_code == 200
    except (requests.ConnectionError, requests.Timeout):
        return False
