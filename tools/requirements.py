"""Pins requirements*.in into requirements*.txt: every file of every platform hashed, no trace of this machine."""

from __future__ import annotations

import subprocess
import sys

from tools.install import ROOT

LISTS = ("requirements", "requirements-dev")
COMPILE = [
    *(sys.executable, "-m", "piptools", "compile", "--quiet", "--generate-hashes", "--strip-extras", "--allow-unsafe"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host"),
]


def main(upgrades: list[str]) -> None:
    """Both lists are pinned; only what `upgrades` names (or `all`) moves to a newer version."""
    wanted = ["--upgrade"] if upgrades == ["all"] else [f"--upgrade-package={package}" for package in upgrades]
    for name in LISTS:
        subprocess.run([*COMPILE, *wanted, f"--output-file={name}.txt", f"{name}.in"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
