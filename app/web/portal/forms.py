"""What advocates send us."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import Length

from app import languages
from app.domain import text
from app.web.links.forms import AddressForm


class JoinForm(AddressForm):
    """Who wants to recommend. It is a form of the session: here a cookie is no burden on anybody."""

    class Meta:
        csrf = True

    name = StringField(_l("First name"), [Length(max=40)])

    @property
    def called(self) -> str:
        """The name as it will stand on pages."""
        return text.one_line(self.name.data or "")


class LanguageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """In which language the page and its mails speak."""

    locale = SelectField(
        _l("Language of this page and its mails"),
        choices=[SelectChoice(*each) for each in languages.NAMES.items()],
    )
