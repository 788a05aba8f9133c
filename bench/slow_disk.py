"""A disk as slow as a volume in a cloud: a small library, loaded before libc, that adds 2 ms to every fsync."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("slow_fsync.c")
LEAST_MS = 2.0
TRIAL = """
import os, sys, tempfile, time
with tempfile.TemporaryFile(dir=sys.argv[1]) as file:
    started = time.perf_counter()
    for number in range(5):
        file.write(b"x"); file.flush(); os.fsync(file.fileno()); os.fdatasync(file.fileno())
    print((time.perf_counter() - started) * 100)
"""


class NoCompiler(Exception):
    """There is no C compiler here, or it failed; the message says which."""


def build(folder: Path) -> Path:
    """The library, compiled and seen to slow a trial down. Raises NoCompiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler("--slow-disk needs a C compiler (cc, gcc or clang)")
    library = folder / "slow_fsync.so"
    done = subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], capture_output=True, text=True
    )
    if done.returncode:
        raise NoCompiler(done.stderr.strip()[-500:])
    took = milliseconds(folder, library)
    if took < LEAST_MS:
        raise NoCompiler(f"the library slows nothing down: an fsync took {took:.2f} ms")
    return library


def milliseconds(folder: Path, library: Path | None = None) -> float:
    """How long one fsync takes here, on the average of ten, with the library or without."""
    environment = {**os.environ, **({"LD_PRELOAD": str(library)} if library else {})}
    done = subprocess.run(
        [sys.executable, "-c", TRIAL, folder], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
