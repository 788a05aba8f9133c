"""`python -m demo` runs the store; `python -m demo keys` prints its REST keys as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys

from werkzeug.serving import run_simple

from demo import create_app
from demo.records import ApiKey
from demo.settings import Settings
from demo.shop import open_shop


def main() -> None:
    """The command line: options win over the environment."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["run", "keys"], default="run")
    parser.add_argument("--port", help="DEMO_PORT, 8081")
    parser.add_argument("--database", help="DEMO_DATABASE, var/demo.sqlite")
    parser.add_argument("--public-url", help="DEMO_PUBLIC_URL, http://127.0.0.1:PORT")
    given = parser.parse_args()
    options = {"PORT": given.port, "DATABASE": given.database, "PUBLIC_URL": given.public_url}
    environment = {**os.environ, **{f"DEMO_{name}": value for name, value in options.items() if value}}
    settings = Settings.from_environment(environment)
    if given.command == "keys":
        sys.stdout.write(json.dumps(_keys(settings)) + "\n")
        return
    port = int(environment.get("DEMO_PORT") or 8081)
    run_simple("127.0.0.1", port, create_app(settings), threaded=True)


def _keys(settings: Settings) -> dict[str, str]:
    shop = open_shop(settings)
    key = shop.store.select(ApiKey)[0]
    return {"url": shop.home, "consumer_key": key.key, "consumer_secret": key.secret}


if __name__ == "__main__":
    main()
