"""The connect form: the shop's address, and whatever the platform's connector asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from app.web.install import words
from integrations.connecting import FormField

_TYPED = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false", "required": True}


class ConnectForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """The fields that every platform has."""

    address = StringField(_l("Address of the shop"), render_kw={**_TYPED, "inputmode": "url"})


def connect_form(asked: Sequence[FormField]) -> Any:
    """A form with a field for each thing that the connector asks for; secrets are never written back into the page."""
    fields = {
        each.key: (PasswordField if each.secret else StringField)(
            words.LABELS.get(each.key, each.key), render_kw=_TYPED
        )
        for each in asked
    }
    return type("PlatformForm", (ConnectForm,), fields)()
