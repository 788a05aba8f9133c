"""Structured logs: one JSON object a line, with ids that follow a message from webhook to coupon and nothing
personal."""

from __future__ import annotations

import logging
import sys

import structlog

from app.config import Settings


def configure(settings: Settings) -> None:
    """Every logger of this process writes in the chosen format, at the chosen level, to standard error."""
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    console = settings.log_format == "console"
    render = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
