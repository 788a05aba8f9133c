"""Refusals of the domain: slugs whose sentences, in the interface, say how to mend them. Never a status code."""

from __future__ import annotations

from app.domain.program_faults import Fault


class DomainError(Exception):
    """The rules do not allow what was asked for; `code` is a stable slug."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AnswersRefused(DomainError):
    """A form's answers cannot be taken; each fault names its field."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("answers_refused")
        self.faults = faults
