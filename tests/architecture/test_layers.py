"""Who may import whom. The contracts stand in pyproject.toml; what they cannot say is here."""

from __future__ import annotations

import re
import sys
from collections.abc import Set
from pathlib import Path

import pytest
from importlinter import cli

from integrations.registry import PLATFORMS
from tests.architecture.sources import ROOT, imported, name, python_files


def test_contracts_of_pyproject_hold(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    broken = cli.lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert broken == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


def strangers(file: Path, friends: Set[str]) -> list[str]:
    """What a file imports beyond the standard library and the top-level packages or modules in `friends`."""
    known = friends | sys.stdlib_module_names
    return [
        f"{name(file)} imports {each}"
        for each in imported(file)
        if each.split(".")[0] not in known and not any(each.startswith(f"{friend}.") for friend in friends)
    ]


@pytest.mark.parametrize("file", python_files("app/domain"), ids=name)
def test_domain_imports_only_the_standard_library(file: Path) -> None:
    assert strangers(file, {"app.domain"}) == []


@pytest.mark.parametrize("file", python_files("integrations"), ids=name)
def test_adapters_import_only_what_translating_needs(file: Path) -> None:
    assert strangers(file, {"integrations", "msgspec", "jwt", "cryptography"}) == []


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.key)
def test_one_platform_never_imports_another(platform: object) -> None:
    key = platform.key  # type: ignore[attr-defined]
    others = {f"integrations.{other.key}" for other in PLATFORMS if other.key != key}
    found = [each for file in python_files(f"integrations/{key}") for each in imported(file)]
    assert [each for each in found if any(f"{each}.".startswith(f"{other}.") for other in others)] == []


def test_only_configuration_reads_the_environment() -> None:
    readers = [
        name(file)
        for file in python_files("app", "integrations")
        if re.search(r"(?<!request\.)\benviron\b", file.read_text())
    ]
    assert set(readers) <= {"app/config.py", "app/__init__.py"}


OPEN_TO_APP = {"connecting", "contract", "events", "errors", "keeping", "registry", "signatures"}


@pytest.mark.parametrize("file", python_files("app"), ids=name)
def test_the_application_knows_platforms_only_through_the_registry(file: Path) -> None:
    rooms = {each.split(".")[1] for each in imported(file) if each.startswith("integrations.")}
    assert rooms <= OPEN_TO_APP
