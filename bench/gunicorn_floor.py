"""Floors are served as gunicorn.conf.py serves the product; only its own database connections are not theirs."""

from pathlib import Path
from runpy import run_path

_served = run_path(str(Path(__file__).resolve().parents[1] / "gunicorn.conf.py"))
_hooks = {"post_fork"}
globals().update({name: value for name, value in _served.items() if not name.startswith("_") and name not in _hooks})
