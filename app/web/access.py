"""Who may call a route. Every view says it, and a test refuses a view that does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


def public(view: View) -> View:
    """Anybody may call this view; whatever it needs to trust, it verifies by itself."""
    view.access = "public"  # type: ignore[attr-defined]
    return view
