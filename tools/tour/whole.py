"""The walk from one end to the other: an empty town, then one with a past."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from app import config, extensions
from app.services import effects
from tests.e2e.town import ROOT, Town
from tools.history import RULES
from tools.people import Advocate, Friend, Owner
from tools.tour import See, desks, road
from tools.tour.road import Links

CROWD = 11  # more codes than one visitor may take of one link in a day


def walk(browser: Browser, folder: Path, see: See) -> None:
    """Every page in every state and language was seen."""
    with town(folder / "empty") as empty:
        desks.first_minutes(empty, browser, see)
    with town(folder / "lively") as lively:
        live_through_history(lively)
        mina = Owner(lively.web_url)
        mina.sign_in(lively.flask("sign-in-link").split()[-1])
        mina.slug = mina.browser.open(f"{lively.web_url}/desk").address.split("/")[4]
        links, dry = make_links(lively, mina)
        road.friends(lively, browser, see, links)
        mina.switch_program(dry, "paused")
        road.closed(lively, browser, see, links.dry)
        road.advocates(lively, browser, see, mina.slug)
        desks.doors(lively, browser, see)
        desks.desk(lively, browser, see, mina.slug)
        road.mails(lively, browser, see)
        road.shop(lively, browser, see, Friend().take_code(links.open))


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """A town of its own, running."""
    folder.mkdir(parents=True)
    made = Town(folder, f"sqlite:///{folder / 'goodword.sqlite'}")
    made.flask("migrate")
    made.start("demo", "web", "worker")
    try:
        yield made
    finally:
        made.stop()


def live_through_history(lively: Town) -> None:
    """The town has the past of `make run`."""
    told = {**lively.environment, "PATH": f"{Path(sys.executable).parent}:{lively.environment['PATH']}"}
    subprocess.run([sys.executable, "-m", "tools.history"], cwd=ROOT, env=told, check=True)


def make_links(lively: Town, mina: Owner) -> tuple[Links, int]:
    """Links in every state that a friend may find, and the number of the program whose shelf is dry."""
    sara = Advocate(lively.web_url).join(mina.slug, name="Sara", email="sara@mail.example")
    crowded = Advocate(lively.web_url).join(mina.slug, name="Rosa", email="rosa@mail.example")
    for _ in range(CROWD):
        friend = Friend()
        friend.browser.send(friend.look(crowded).form(to="/r/"))
    settle(lively)
    lively.keeper("mishap", down_seconds=3600, down_scope="rest")  # so that the next program's shelf stays empty
    dry = mina.make_program("Tea for the office", **RULES)
    link = Advocate(lively.web_url).join(f"{mina.slug}/{dry}", name="Ruben", email="ruben@mail.example")
    return Links(open=sara, crowded=crowded, dry=link), dry


def settle(lively: Town) -> None:
    """Everything due is done, the shelf is full again."""
    extensions.connect(config.load(lively.environment))
    try:
        lively.wait_until(effects.is_quiet, "the worker is done")
    finally:
        extensions.db.dispose()
