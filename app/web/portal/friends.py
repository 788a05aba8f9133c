"""What became of a friend, in words, with the next date."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from app import clock
from app.domain.programs import Means
from app.domain.reasons import Reason
from app.queries.portal import FriendShown, RewardShown
from app.web import words
from app.web.formats import day, sentence
from app.web.words import State


@dataclass(frozen=True, slots=True)
class Told:
    """A state's badge and what stands beside it."""

    state: State
    sentence: Markup


def told(friend: FriendShown, currency: str) -> Told:
    """Where this friend stands."""
    if friend.state is None:
        return _before_order(friend)
    assert friend.ordered_at is not None  # noqa: S101 - an order has its day
    ordered = sentence(_("Ordered on %(day)s."), day=day(friend.ordered_at))
    if friend.reward is not None and friend.state == "qualified":
        reward = reward_told(friend.reward)
        return Told(reward.state, ordered + " " + reward.sentence)
    why = words.reason(friend.reason, friend.figures, friend.currency or currency)
    return Told(words.state("referral", friend.state), ordered + " " + why)


def _before_order(friend: FriendShown) -> Told:
    assert friend.claimed_at is not None  # noqa: S101 - without an order there is a claim
    assert friend.code_until is not None  # noqa: S101
    took = day(friend.claimed_at)
    if friend.code_state in ("revoking", "revoked"):
        return Told(words.state("claim", "revoked"), sentence(_("Took a code on %(day)s."), day=took))
    if friend.code_state == "used":
        message = _("Took a code on %(day)s and used it; the order is being looked at.")
        return Told(words.state("referral", "open"), sentence(message, day=took))
    if clock.now() > friend.code_until:
        message = _("Took a code on %(day)s; it ran out unused.")
        return Told(words.CODE_RAN_OUT, sentence(message, day=took))
    message = _("Took a code on %(day)s; it is good through %(until)s.")
    return Told(words.state("claim", "ready"), sentence(message, day=took, until=day(friend.code_until)))


def reward_told(reward: RewardShown) -> Told:
    """Where the reward stands, and until when."""
    state = words.state("reward", reward.state)
    if reward.state == "issued" and reward.issued_at is not None:
        if reward.terms.means is Means.HAND:
            return Told(state, sentence(_("Your reward was handed out on %(day)s."), day=day(reward.issued_at)))
        return Told(state, sentence(_("Your reward was sent on %(day)s."), day=day(reward.issued_at)))
    if reward.state == "due" and reward.reason in (Reason.TO_HAND_OUT, Reason.WAITING_STOCK, Reason.WAITING_ACCOUNT):
        return Told(state, words.reason(reward.reason))
    if reward.state == "due":
        return Told(state, words.reason("waiting_approval" if reward.needs_approval else "due"))
    if reward.state == "held" and reward.look_until is not None and reward.look_until > clock.now():
        return Told(state, sentence(_("Your reward is being looked at, until %(day)s."), day=day(reward.look_until)))
    if reward.state == "held" and reward.due_at > clock.now():
        message = _("Your reward is sent on %(day)s if the order stays; counted from %(start)s.")
        return Told(state, sentence(message, day=day(reward.due_at), start=words.HOLD_STARTS[reward.hold_word]))
    if reward.state == "held":
        return Told(state, words.reason("waiting_approval" if reward.needs_approval else "due"))
    return Told(state, words.reason(reward.reason))
