"""“Where is my reward?”, answered: once for the desk, once as a text to send, in the customer's own language.

The text says nothing of the friend but the day of their order: who they are and what they bought is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from app import languages
from app.domain import codes
from app.domain.programs import RewardKind
from app.queries.moments import Decided, Ordered, Rewarded
from app.queries.stories import PersonStory
from app.web import words
from app.web.formats import day, money, sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk's card says: a badge and a sentence or two, and the order that it is about."""

    state: words.State | None
    text: Markup
    order_ref: str | None
    until: datetime | None  # the end of the hold


def where_is_my_reward(story: PersonStory) -> Answer | None:
    """The answer about the newest reward, or order while there is none; None for who recommends nothing."""
    if not story.advocacies:
        return None
    reward = _telling(story)
    if reward is not None:
        until = reward.due_at if reward.state == "held" else None
        state = words.state("reward", reward.state)
        return Answer(state, _about_reward(reward, _placed(story, reward.order_ref)), reward.order_ref, until)
    if story.decisions:
        newest = max(story.decisions, key=lambda decided: _placed(story, decided.order_ref) or decided.at)
        state = words.state("referral", newest.state)
        return Answer(state, _about_order(newest, _placed(story, newest.order_ref)), newest.order_ref, None)
    return Answer(None, sentence(_("None of the friends has ordered with this customer’s code yet.")), None, None)


def reply(story: PersonStory) -> tuple[str, str] | None:
    """The language, and the answer in it as plain text to copy."""
    locale = languages.first_spoken([story.locale])
    with force_locale(locale):
        answer = where_is_my_reward(story)
        if answer is None:
            return None
        if answer.state is None:
            return locale, _(
                "None of your friends has ordered with your code yet. We will write to you when it happens."
            )
        return locale, " ".join(answer.text.striptags().split())


def _telling(story: PersonStory) -> Rewarded | None:
    """The reward that people ask about: the newest that still stands, else the newest."""
    standing = [reward for reward in story.rewards if reward.state != "revoked"]
    return next(iter(standing or story.rewards), None)


def _placed(story: PersonStory, order_ref: str) -> datetime | None:
    orders = (each for each in story.moments if isinstance(each, Ordered) and each.order_ref == order_ref)
    return next((order.at for order in orders), None)


def _about_order(decided: Decided, placed: datetime | None) -> Markup:
    why = words.reason(decided.reason, decided.figures, decided.currency)
    return sentence(_("A friend ordered on %(day)s. %(why)s"), day=day(placed or decided.at), why=why)


def _about_reward(reward: Rewarded, placed: datetime | None) -> Markup:
    values = {"day": day(placed or reward.hold_from), "reward": worth(reward)}
    if reward.state == "held" and reward.reason != "waiting_approval":
        text = _(
            "A friend ordered on %(day)s. The reward, %(reward)s, is sent on %(due)s, unless the order is returned; "
            "that is counted from %(start)s."
        )
        return sentence(text, due=day(reward.due_at), start=str(words.HOLD_STARTS[reward.hold_word]), **values)
    if reward.state == "due":
        return sentence(_("A friend ordered on %(day)s. The reward, %(reward)s, is being sent now."), **values)
    if reward.state == "issued" and reward.code and reward.issued_at:
        return _about_coupon(reward, values)
    why = words.reason(reward.reason, {}, reward.currency)
    return sentence(_("A friend ordered on %(day)s. %(why)s"), day=values["day"], why=why)


def _about_coupon(reward: Rewarded, values: dict[str, Markup]) -> Markup:
    values = values | {"code": Markup("<bdi>{}</bdi>").format(codes.shown(reward.code or ""))}
    if reward.spent_on:
        text = _(
            "A friend ordered on %(day)s. The reward, %(reward)s, was sent on %(sent)s and has been spent: %(code)s"
        )
    else:
        text = _("A friend ordered on %(day)s. The reward, %(reward)s, was sent on %(sent)s. The code is %(code)s")
    until = ""
    if reward.coupon_expires_at and not reward.spent_on:
        until = sentence(_(", valid through %(day)s"), day=day(reward.coupon_expires_at))
    sent = day(reward.issued_at) if reward.issued_at else ""
    return sentence(text, sent=sent, **values) + until + "."


def worth(reward: Rewarded) -> Markup:
    """What the reward is, in words."""
    if reward.reward_kind in (RewardKind.FIXED, RewardKind.ORDER_SHARE):
        return sentence(_("a coupon worth %(amount)s"), amount=money(reward.worth_minor, reward.currency))
    if reward.reward_kind == RewardKind.FREE_SHIPPING:
        return sentence(_("a coupon for free shipping"))
    return sentence(_("a coupon for percent off"))
