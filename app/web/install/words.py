"""What connectors ask for, and what a shop proved; what may go wrong is in app/web/troubles.py."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.web.troubles import OTHERWISE, TROUBLE, trouble

__all__ = ["HELP", "LABELS", "OTHERWISE", "PROVEN", "TROUBLE", "trouble"]

LABELS: dict[str, LazyString] = {
    "consumer_key": _l("Consumer key"),
    "consumer_secret": _l("Consumer secret"),
}

# Where a thing that is asked for is found, by the first field of the connector.
HELP: dict[str, list[LazyString]] = {
    "consumer_key": [
        _l("In your shop’s administration open Settings, then Advanced, then REST API."),
        _l("Add a key: any description, a user who manages the shop, and the permission “Read/Write”."),
        _l("Copy both parts here before you leave that page. The shop shows the secret only once."),
    ],
}

# What was tried and worked, by the slugs of StoreFacts.proven.
PROVEN: dict[str, LazyString] = {
    "reads": _l("The keys may read"),
    "writes": _l("The keys may write"),
    "coupons_allowed": _l("The shop takes coupons"),
    "addresses_readable": _l("Its permalinks are readable"),
}
