"""Makes .venv and installs the pinned, hashed requirements. Runs before anything is there: standard library only."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LISTS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}


def main(names: list[str]) -> None:
    """Every named list of requirements is installed exactly as pinned; a list that did not change costs nothing."""
    if not works():
        make_environment()
    for name in names:
        install(name)


def works() -> bool:
    """Whether .venv holds a Python that starts: a moved or half made one does not."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0


def make_environment() -> None:
    """A fresh .venv stands, made by the Python that runs this."""
    say(f"Making .venv with Python {sys.version.split()[0]}")
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
    except (subprocess.CalledProcessError, ImportError, OSError) as error:
        sys.exit(
            f"error: this Python could not make a virtual environment ({error}).\n"
            "On Debian and Ubuntu: apt-get install python3-venv. Another Python: make setup PYTHON=/path/to/python3"
        )


def install(name: str) -> None:
    """The requirements of `name` are installed and remembered by their digest."""
    listed = ROOT / LISTS[name]
    stamp = ENVIRONMENT / f"installed-{name}"
    digest = hashlib.sha256(listed.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"Installing {listed.name} (once; a minute or two)")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    done = subprocess.run([*pip, "--require-hashes", "--prefer-binary", "-r", str(listed)])
    if done.returncode:
        sys.exit(f"error: pip could not install {listed.name}; what it said is above")
    stamp.write_text(digest)


def say(line: str) -> None:
    """One line of progress, at once."""
    print(f"· {line}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["runtime"])
