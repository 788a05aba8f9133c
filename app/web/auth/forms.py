"""Forms of the doors. What an answer may be is decided in services; here stand only fields and their labels."""

from __future__ import annotations

import hashlib

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectChoice, SelectField, StringField

from app import languages
from app.services.accounts import AccountAnswers

SPOKEN = [SelectChoice(locale, name) for locale, name in languages.NAMES.items()]


class NameForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """Who somebody is, which language they read, and a password."""

    name = StringField(_l("Your name"), render_kw={"autocomplete": "name", "required": True})
    password = PasswordField(_l("Password"), render_kw={"autocomplete": "new-password", "required": True})
    locale = SelectField(_l("Language"), choices=SPOKEN)


class AccountForm(NameForm):
    """A new account with its address."""

    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "email", "required": True})

    @property
    def answers(self) -> AccountAnswers:
        """What was answered."""
        return AccountAnswers(
            name=self.name.data or "",
            email=self.email.data or "",
            password=self.password.data or "",
            locale=self.locale.data or "",
        )


class SignInForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """E-mail and password."""

    email = EmailField(_l("E-mail"), render_kw={"autocomplete": "username", "required": True})
    password = PasswordField(_l("Password"), render_kw={"autocomplete": "current-password", "required": True})

    @property
    def address_hash(self) -> str:
        """Whom attempts are counted for; the address itself is kept nowhere."""
        return hashlib.sha256((self.email.data or "").strip().lower().encode()).hexdigest()


class PasswordForm(FlaskForm):  # type: ignore[misc]  # no types of its own
    """A new password, proven by the present one."""

    current_password = PasswordField(_l("Present password"), render_kw={"autocomplete": "current-password"})
    new_password = PasswordField(_l("New password"), render_kw={"autocomplete": "new-password", "required": True})
