"""A believable past for `make run`: ten weeks of a tea shop's referrals, walked through pages, checkout and webhooks.

Every step is a person's: the owner connects and sets up, advocates join by mail, friends tap, buy and send things back,
the keeper ships and refunds. Only the clock is helped along: it starts ten weeks ago and comes back to now.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app import config, extensions
from app.queries import accounts
from app.services import effects
from tools.install import say
from tools.people import Advocate, Friend, Owner, code_on
from tools.shoppers import Buyer, Shop
from tools.visitors import Stuck

PAUSE = 0.07  # days between two things that happen on one: a good hour and a half
OWNER = {"name": "Mina", "email": "owner@leafandkettle.example", "password": "tea-for-two-please"}
RULES = {
    "friend_kind": "percent",
    "friend_percent": "15",
    "minimum": "30",
    "reward_kind": "fixed",
    "reward_amount": "10",
    "reward_minimum": "20",
    "hold_days": "14",
}


def main() -> None:  # its lines are the progress that whoever waits for it sees
    """The demo store is connected and has a past; made once, in well under a minute."""
    extensions.connect(config.load(os.environ))
    if accounts.first_account_id() is not None:
        return
    say("Connecting the demo store and giving it a history")
    town = Town(os.environ["PUBLIC_URL"], Shop(os.environ["DEMO_PUBLIC_URL"]), Path(os.environ["CLOCK_FILE"]))
    for days_ago, what, acts in days(town):
        print(f"      {days_ago:>3.0f} days ago  {what}" if days_ago else f"              now  {what}", flush=True)
        live(town, days_ago, acts)


@dataclass
class Town:
    """Server, shop and clock of the story, and who acts in it."""

    address: str
    shop: Shop
    clock_file: Path

    def __post_init__(self) -> None:
        self.owner = Owner(self.address)
        self.advocates: dict[str, Advocate] = {}
        self.links: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.orders: dict[str, str] = {}

    def move_clock(self, days_ago: float) -> None:
        """Everybody's clock stands this many days before the machine's."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(json.dumps({"offset_seconds": int(-days_ago * 86400)}))
        fresh.replace(self.clock_file)

    def settle(self) -> None:
        """Webhooks are delivered and everything due is done. Raises Stuck."""
        deadline = time.monotonic() + 60
        quiet = 0
        while quiet < 2:
            waiting = self.shop.keep("run-queue")["waiting"]
            quiet = quiet + 1 if not waiting and effects.is_quiet() else 0
            if time.monotonic() > deadline:
                raise Stuck("the worker is still busy after a minute")
            time.sleep(0.05)

    # --- what people do ---

    def open_shop(self) -> None:
        """The owner signs up, connects the shop and starts a program; codes stand on the shelf."""
        said = subprocess.run(["flask", "--app", "wsgi", "setup-link"], capture_output=True, text=True, check=True)
        self.owner.set_up(said.stdout.split()[-1], **OWNER)
        keys = self.shop.state()["keys"][0]
        answers = {"consumer_key": keys["consumer_key"], "consumer_secret": keys["consumer_secret"]}
        self.owner.connect("woocommerce", self.shop.address, answers)
        self.owner.make_program("Tea with friends", **RULES)
        self.settle()

    def join(self, name: str, email: str, language: str) -> None:
        """Somebody joins the program by mail."""
        self.advocates[name] = Advocate(self.address, language)
        self.links[name] = self.advocates[name].join(self.owner.slug, name=name, email=email)

    def look(self, name: str, times: int) -> None:
        """People open the link and do nothing."""
        for _ in range(times):
            Friend().look(self.links[name])

    def take(self, name: str, friend: str, language: str = "en") -> None:
        """A friend taps and gets a code."""
        self.codes[friend] = Friend(language).take_code(f"{self.links[name]}?c=whatsapp")

    def buy(self, buyer: Buyer, *, with_code: bool = True, pieces: int = 4, payment: str = "card") -> None:
        """Somebody buys tea, with the code that they took where they have one."""
        code = self.codes.get(buyer.first_name, "") if with_code else ""
        self.orders[buyer.first_name] = self.shop.buy(buyer, code=code, pieces=pieces, payment=payment)

    def spend(self, name: str, buyer: Buyer) -> None:
        """An advocate looks up the code of a reward and spends it."""
        self.shop.buy(buyer, code=code_on(self.advocates[name].page()))

    def keep(self, action: str, friend: str, **fields: str) -> None:
        """The keeper does something with a friend's order."""
        self.shop.keep(f"orders/{self.orders[friend]}/{action}", **fields)


def person(first: str, last: str, **given: str) -> Buyer:
    """A buyer with an address of their own."""
    email = given.pop("email", f"{first}.{last}@mail.example".lower().replace(" ", ""))
    return Buyer(first, last, email, **given)


SARA, NAVID, LEA = ("Sara", "sara@mail.example"), ("نوید", "navid@mail.example"), ("Léa", "lea@mail.example")
HUDA, TOM = ("هدى", "huda@mail.example"), ("Tom", "tom@mail.example")
OLD = person("Ines", "Old", address_1="Kanaal 4")
KARIM, JUDITH = person("Karim", "Saleh", country="AE"), person("Judith", "Vos", address_1="Gracht 12")
PARISA, OMAR = person("Parisa", "Karimi", address_1="Lindelaan 3"), person("Omar", "Haddad", address_1="Marktplein 8")
BEN, NOOR = person("Ben", "Maas", address_1="Dorpstraat 9"), person("Noor", "Amin", address_1="Havenweg 2")
MAX, RUTH = person("Max", "Berg", address_1="Bergweg 7"), person("Ruth", "Klein", address_1="Kleine Laan 5")
SALMA, YUSUF = person("Salma", "Aziz", address_1="Molenpad 5"), person("Yusuf", "Nasser", address_1="Kerkstraat 21")
ARMAN, KAVEH = person("Arman", "Rezaei", address_1="Singel 40"), person("Kaveh", "Moradi", address_1="Oude Gracht 77")
EVA, JONAS = person("Eva", "Lind", address_1="Parklaan 14"), person("Jonas", "Wolf", address_1="Veldweg 31")
SARA_BUYS = person("Sara", "Mahdavi", email="sara@mail.example", address_1="Rozenstraat 6")
TOM_BUYS = person("Tom", "Bakker", email="tom@mail.example", address_1="Bakkerij 1")

Act = Callable[[], object]
Day = tuple[float, str, list[Act]]


def days(town: Town) -> list[Day]:
    """(days ago, what is said, what people do)."""
    join, look, take, buy, keep = (
        partial(partial, act) for act in (town.join, town.look, town.take, town.buy, town.keep)
    )
    return [
        (70.2, "The owner connects the shop", [town.open_shop]),
        (68.85, "An old customer buys as always", [buy(OLD, with_code=False)]),
        (67.77, "Sara and Navid join", [join(*SARA, "en"), join(*NAVID, "fa")]),
        (65.96, "Friends look at Sara's link", [look("Sara", 5)]),
        (64.8, "Karim takes a code and buys", [take("Sara", "Karim", "ar"), buy(KARIM)]),
        (62.74, "Karim's tea is delivered", [keep("status", "Karim", status="completed")]),
        (59.96, "Judith buys, too", [take("Sara", "Judith"), buy(JUDITH, pieces=6)]),
        (58.3, "Judith's tea is delivered", [keep("status", "Judith", status="completed")]),
        (55.22, "Parisa takes Navid's code", [look("نوید", 3), take("نوید", "Parisa", "fa")]),
        (54.2, "Parisa will pay the postman", [buy(PARISA, payment="cod")]),
        (50.84, "Parisa's parcel arrives", [keep("status", "Parisa", status="completed")]),
        (48.05, "Sara's first reward has been sent", []),
        (44.88, "Léa and Huda join", [join(*LEA, "en"), join(*HUDA, "ar")]),
        (43.81, "Omar buys with Huda's code", [look("هدى", 2), take("هدى", "Omar", "ar"), buy(OMAR)]),
        (41.77, "Omar sends one pack back", [keep("refund", "Omar", amount="14.50", reason="damaged")]),
        (37.84, "Ben buys", [take("Léa", "Ben"), buy(BEN)]),
        (36.3, "Ben sends everything back", [keep("refund", "Ben", amount="", reason="too green")]),
        (33.24, "Ines is no new customer", [take("Léa", "Ines"), buy(OLD)]),
        (30.22, "Noor orders", [take("نوید", "Noor", "fa"), buy(NOOR, pieces=5)]),
        (28.22, "Noor's tea is delivered", [keep("status", "Noor", status="completed")]),
        (26.11, "Two more come by Huda's word", [take("هدى", "Salma", "ar"), buy(SALMA), take("هدى", "Yusuf", "ar")]),
        (25.18, "Yusuf buys a box full", [buy(YUSUF, pieces=7), keep("status", "Salma", status="completed")]),
        (23.83, "Tom joins and takes his own code", [join(*TOM, "en"), take("Tom", "Tom")]),
        (22.9, "Tom buys with it", [buy(TOM_BUYS)]),
        (21.26, "Arman buys by Navid's word", [look("نوید", 4), take("نوید", "Arman", "fa"), buy(ARMAN, pieces=5)]),
        (19.27, "Both parcels arrive", [keep("status", who, status="completed") for who in ("Arman", "Yusuf")]),
        (15.76, "Eva and Jonas buy by Sara's word", [take("Sara", "Eva"), buy(EVA), take("Sara", "Jonas"), buy(JONAS)]),
        (15.09, "Their tea is delivered", [keep("status", who, status="completed") for who in ("Eva", "Jonas")]),
        (11.14, "Sara spends a reward", [partial(town.spend, "Sara", SARA_BUYS)]),
        (9.03, "Max orders", [take("Sara", "Max"), buy(MAX)]),
        (6.82, "Max's tea is delivered", [keep("status", "Max", status="completed")]),
        (5.01, "Kaveh buys by Navid's word", [take("نوید", "Kaveh", "fa"), buy(KAVEH), look("نوید", 2)]),
        (2.76, "Ruth will pay on delivery", [take("Léa", "Ruth"), buy(RUTH, payment="cod")]),
        (1.31, "Somebody takes a code and thinks", [look("هدى", 3), take("هدى", "thinking", "ar")]),
        (0, "Back to now", []),
    ]


def live(town: Town, days_ago: float, acts: list[Act]) -> None:
    """The day is lived: what had become due on the way happens first."""
    town.move_clock(days_ago)
    if town.owner.slug:
        town.settle()
    for number, act in enumerate(acts):
        town.move_clock(max(days_ago - number * PAUSE, 0))
        act()
    town.settle()


if __name__ == "__main__":
    try:
        main()
    except (Stuck, subprocess.CalledProcessError) as error:
        sys.exit(f"error: the history could not be made: {error}")
