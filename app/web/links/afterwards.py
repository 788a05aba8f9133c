"""What a friend gets beside their code, told on the page where the code stood."""

from __future__ import annotations

from flask_babel import gettext as _
from markupsafe import Markup

from app.queries import friend_rewards
from app.queries.offers import HandedOut
from app.web import rewards, words
from app.web.formats import named, sentence
from app.web.portal import friends
from app.web.terms import friend_reward_lines


def told(handed: HandedOut) -> Markup:
    """What is promised, and where it stands; a code of the bank stands here once it was given."""
    found = friend_rewards.of_claim(handed.claim_id)
    if found is None or found.state == "open":
        return Markup(" ").join(friend_reward_lines(handed.rules))
    if found.reward is None:
        return words.reason(found.reason, found.figures, handed.rules.currency)
    shown = found.reward
    what = rewards.worth_words(shown.kind, shown.worth_minor, shown.currency, shown.terms)
    lines = [sentence(_("You also get: %(what)s."), what=what)] if shown.worth_minor else []
    lines.append(friends.reward_told(shown).sentence)
    if shown.bank_code:
        lines.append(sentence(_("Your code: %(code)s"), code=named(shown.bank_code)))
    return Markup(" ").join(lines)
