"""What the plugin does in a shop: its PHP runs, against a small stand-in for WordPress and WooCommerce."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.domain import codes
from integrations.woocommerce.shop_plugin import FOLDER
from tests.engines import lacking

HERE = Path(__file__).parent / "plugin"
BEHAVIOURS = re.findall(r"^function (test_\w+)", (HERE / "behaviour.php").read_text(encoding="utf-8"), re.MULTILINE)


def php(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What PHP says to this."""
    command = shutil.which("php")
    lacking.require(command, "php", "apt-get install php-cli")
    return subprocess.run(
        ["php", "-d", "display_errors=stderr", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_plugin(behaviour: str) -> None:
    sound = [codes.new_code() for _ in range(50)]
    spoilt = [code[:-1] + codes.ALPHABET[(codes.ALPHABET.index(code[-1]) + 1) % 20] for code in sound]
    known = {code: codes.is_code(code) for code in (*sound, *spoilt, "", "BCDFGHJK", "AEIOUAEIO")}
    ran = php(HERE / "behaviour.php", FOLDER, behaviour, CODES=json.dumps(known))
    assert (ran.stdout, ran.stderr, ran.returncode) == ("ok", "", 0)
