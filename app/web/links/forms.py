"""What friends send us: a tap, and sometimes an address."""

from __future__ import annotations

import secrets
from typing import cast

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, ValidationError

from app.links.tokens import ShareLink, TokenInvalid, tokens

FORM = "claim-form"
FORM_SECONDS = 24 * 3600


def new_nonce(link: ShareLink) -> str:
    """A form's own number, signed and good for this link only; sending the form twice makes one claim."""
    return tokens.timed(FORM, [link.program_id, link.advocate_id, secrets.token_urlsafe(12)])


def read_nonce(link: ShareLink, signed: str) -> str | None:
    """The form's number, or None where the form is old, of another link, or nobody's."""
    try:
        program_id, advocate_id, nonce = tokens.read_timed(FORM, signed, FORM_SECONDS)
    except (TokenInvalid, TypeError, ValueError):
        return None
    return str(nonce) if ShareLink(program_id, advocate_id) == link else None


class AddressForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One e-mail address. No session here: the page's own signed nonce or token stands for it."""

    class Meta:
        csrf = False

    email = EmailField(_l("E-mail"))

    @property
    def address(self) -> str:
        """The address in its normal writing, once validated."""
        return cast(str, self.email.data)

    def validate_email(self, field: EmailField) -> None:
        """The address can exist."""
        try:
            checked = validate_email((field.data or "").strip(), check_deliverability=False)
        except EmailNotValidError as error:
            raise ValidationError(_l("Write an address such as name@example.com.")) from error
        field.data = checked.normalized
