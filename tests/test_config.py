"""A value that cannot be used stops the boot, names its setting, and says what to write instead."""

from __future__ import annotations

import pytest

from app import config
from app.config import SettingInvalid

GOOD = {
    "PUBLIC_URL": "https://refer.example",
    "SECRET_KEYS": "s" * 40,
    "DATA_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "MAIL_URL": "smtp+starttls://user:password@mail.example:587",
}


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("MODE", "prod", "production or development"),
        ("PUBLIC_URL", "refer.example", "https://"),
        ("DATABASE_URL", "mysql://host/name", "postgresql://"),
        ("SECRET_KEYS", "short", "32 characters"),
        ("DATA_KEYS", "anything", "flask new-key"),
        ("MAIL_URL", "smtp://", "smtp://host:25"),
        ("MAIL_URL", "outbox", "SMTP address"),
        ("MAIL_FALLBACK_URL", "mail.example", "smtp://host:25"),
        ("MAIL_FROM", "Leaf and Kettle", "an address"),
        ("MAIL_FROM", "hello@shop.example\r\nBcc: all@shop.example", "an address"),
        ("CLOCK_FILE", "clock.json", "MODE=development only"),
        ("TRUSTED_PROXIES", "-1", "whole number"),
        ("LIMITS_URL", "nonsense", "memory://"),
        ("MAX_WEBHOOK_BYTES", "0", "orders would be refused"),
        ("LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("LOG_FORMAT", "xml", "json or console"),
        ("ALLOW_PRIVATE_STORES", "maybe", "1 or 0"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_mend(name: str, value: str, mend: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        config.load({**GOOD, name: value})
    assert name in str(refused.value)
    assert mend in str(refused.value)


def test_counters_that_need_another_package_say_so_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "find_spec", lambda _name: None)
    with pytest.raises(SettingInvalid, match="pip install redis"):
        config.load({**GOOD, "LIMITS_URL": "redis://127.0.0.1:6379"})


def test_good_values_are_taken_as_they_are_meant() -> None:
    settings = config.load({**GOOD, "LOG_LEVEL": "DEBUG", "MAIL_FROM": "Leaf & Kettle <hello@shop.example>"})
    assert (settings.log_level, settings.mail_from) == ("debug", "Leaf & Kettle <hello@shop.example>")
