"""The browser of the tests reaches the server of the test and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


def test_browser_opens_the_application(server: str, browser_page: Page) -> None:
    response = browser_page.goto(f"{server}/healthz")
    assert response is not None
    assert response.status == 200


def test_browser_reaches_nothing_outside(browser_page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        browser_page.goto("http://example.com/")
