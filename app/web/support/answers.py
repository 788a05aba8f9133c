"""“Where is my reward?”, answered in the words that customers read on their own page: for the desk, and as a text to
send in the customer’s language. It says nothing of the friend but the day of their order: the rest is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from app import languages
from app.domain import codes
from app.queries import portal
from app.queries.moments import Ordered
from app.queries.portal import FriendShown, RewardShown
from app.queries.stories import PersonStory
from app.web import words
from app.web.formats import day, isolated, sentence
from app.web.portal import friends


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk's card says: a badge, a sentence or two, and the order that it is about."""

    state: words.State | None
    text: Markup
    order_ref: str | None
    until: datetime | None  # the end of the hold


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer as a text to send."""

    locale: str
    text: str

    @property
    def direction(self) -> str:
        """Which way the text runs."""
        return languages.direction(self.locale)


def where_is_my_reward(store_id: int, story: PersonStory, currency: str) -> tuple[Answer, Reply] | None:
    """The answer and the reply; None for somebody who recommends nothing."""
    page = portal.page(store_id, story.person_id)
    if page is None or not page.places:
        return None
    order_ref = _asked_about(story)
    friend = _friend(page, story, order_ref)
    locale = languages.first_spoken([story.locale])
    with force_locale(locale):
        reply = Reply(locale, " ".join(_text(friend, currency).striptags().split()))
    state = friends.told(friend, currency).state if friend else None
    until = friend.reward.due_at if friend and friend.reward and friend.reward.state == "held" else None
    return Answer(state, _text(friend, currency), order_ref if friend else None, until), reply


def _asked_about(story: PersonStory) -> str | None:
    """The order that people ask about: of the newest reward that still stands, else of the newest decision."""
    standing = [reward.order_ref for reward in story.rewards if reward.order_ref and reward.state != "revoked"]
    decided = [decision.order_ref for decision in story.decisions]
    return next(iter([*standing, *decided]), None)


def _friend(page: portal.Portal, story: PersonStory, order_ref: str | None) -> FriendShown | None:
    """The friend who placed the order, else the newest one."""
    everybody = [friend for place in page.places for friend in place.friends]
    orders = (each for each in story.moments if isinstance(each, Ordered) and each.order_ref == order_ref)
    placed = next((order.at for order in orders), None)
    same = [friend for friend in everybody if placed is not None and friend.ordered_at == placed]
    return next(iter([*same, *sorted(everybody, key=lambda friend: friend.at, reverse=True)]), None)


def _text(friend: FriendShown | None, currency: str) -> Markup:
    if friend is None:
        return sentence(_("No friend has taken a code yet. When somebody does, it stands on your page."))
    told = friends.told(friend, currency).sentence
    return sentence(_("Your friend: %(told)s"), told=told) + _coupon(friend.reward)


def _coupon(reward: RewardShown | None) -> Markup:
    if reward is None or reward.state != "issued" or not reward.code:
        return Markup("")
    if reward.code_state == "used":
        return Markup(" ") + sentence(_("It has been spent."))
    shown = isolated(codes.shown(reward.code))
    if reward.code_expires_at is None:
        return Markup(" ") + sentence(_("The code is %(code)s."), code=shown)
    message = _("The code is %(code)s; it is good through %(day)s.")
    return Markup(" ") + sentence(message, code=shown, day=day(reward.code_expires_at))
