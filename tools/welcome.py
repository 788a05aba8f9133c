"""The part of `make run` that speaks: waits for the server, has the history made, and shows where to look."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request

from tools.install import say

PATIENCE = 60  # seconds until the server must answer


def main() -> None:
    """The addresses and the way in stand on the terminal; the process then waits to be stopped with the others."""
    wait_for(f"http://127.0.0.1:{os.environ['PORT']}/readyz")
    wait_for(f"http://127.0.0.1:{os.environ['DEMO_PORT']}/")
    fill_demo_history()
    show(sign_in_link())
    signal.pause()


def wait_for(address: str) -> None:
    """The address answers with success. Ends the program where it does not in time."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            direct.open(address, timeout=5).close()
            return
        except OSError as error:
            if time.monotonic() > deadline:
                sys.exit(f"error: {address} does not answer: {error}")
            time.sleep(0.2)


def fill_demo_history() -> None:
    """The demo store is connected and has a past, made through the road itself; made once, then this is quick."""
    if subprocess.run([sys.executable, "-m", "tools.history"]).returncode:
        say("The history could not be made; the server runs without it")


def sign_in_link() -> str:
    """A fresh one-time link that signs the owner in."""
    made = subprocess.run(["flask", "--app", "wsgi", "sign-in-link"], capture_output=True, text=True)
    words = made.stdout.split()
    return words[-1] if made.returncode == 0 and words else "flask --app wsgi sign-in-link (it failed just now)"


def show(link: str) -> None:
    """The addresses, between two rules; nothing is wrapped, so that a link can be copied whole."""
    rows = {
        "Sign in, once": link,
        "Goodword": os.environ["PUBLIC_URL"],
        "Demo store": os.environ["DEMO_PUBLIC_URL"],
        "Logs": os.environ["LOGS"],
        "Stop": "Ctrl-C",
    }
    rule = "─" * 72
    lines = [f"  {label:<15}{value}" for label, value in rows.items()]
    print(f"\n{rule}\n  Goodword is running\n", *lines, rule, sep="\n", flush=True)


if __name__ == "__main__":
    main()
