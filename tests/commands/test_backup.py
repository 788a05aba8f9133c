"""What an operator reads when backing up, restoring and rotating keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from app.config import Settings
from app.extensions import Database, vault
from tests import factories

pytestmark = pytest.mark.engines("sqlite")


def test_backup_and_restore_say_what_they_did_and_what_is_missing(app: Flask, db: Database, tmp_path: Path) -> None:
    with db.begin() as session:
        factories.store(session)
    run = app.test_cli_runner()
    saved = run.invoke(args=["backup", str(tmp_path / "saved")])
    assert saved.exit_code == 0
    assert "SECRET_KEYS and DATA_KEYS are not in it" in saved.output
    refused = run.invoke(args=["restore", str(tmp_path / "saved")])
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    restored = run.invoke(args=["restore", str(tmp_path / "saved"), "--replace"])
    assert restored.exit_code == 0
    assert "brought up to date" in restored.output


def test_a_wrong_file_is_one_clear_line(app: Flask, db: Database, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("milk, tea")
    done = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "notes.txt")])
    assert done.exit_code == 1
    assert done.output.startswith("Error: Not restored: ")
    assert done.output.count("\n") == 1


def test_reseal_says_when_the_old_key_may_go(app: Flask, db: Database, settings: Settings) -> None:
    with db.begin() as session:
        factories.store(session)
    run = app.test_cli_runner()
    vault.configure([Fernet.generate_key().decode(), *settings.data_keys])
    done = run.invoke(args=["reseal"])
    assert done.exit_code == 0
    assert "Everything is under the newest key" in done.output
    vault.configure([Fernet.generate_key().decode()])
    lost = run.invoke(args=["reseal"])
    assert lost.exit_code == 1
    assert "No key of DATA_KEYS opens 1 value" in lost.output
    vault.configure(settings.data_keys)
