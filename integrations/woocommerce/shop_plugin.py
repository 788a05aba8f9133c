"""Our WordPress plugin as the file that an owner uploads: the folder plugin/, and the address of their program."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

FOLDER = Path(__file__).parent / "plugin"
NAME = "goodword"  # of the folder in the shop; another name would be another plugin
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first date that the format knows: when it was packed says nothing
UNIX, READABLE = 3, 0o644 << 16


class WooPlugin:
    """The plugin for WooCommerce 8 and newer."""

    file_name = "goodword.zip"

    def archive(self, join_address: str) -> bytes:
        """The zip that WordPress installs. Stored and not compressed, so that no zlib makes other bytes of it."""
        packed = io.BytesIO()
        with ZipFile(packed, "w") as archive:
            for path in sorted(each for each in FOLDER.rglob("*") if each.suffix in {".php", ".txt"}):
                _add(archive, path.relative_to(FOLDER).as_posix(), path.read_bytes())
            _add(archive, "address.php", _address(join_address).encode())
        return packed.getvalue()


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    entry = ZipInfo(f"{NAME}/{name}", LONG_AGO)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_STORED, UNIX, READABLE
    archive.writestr(entry, content)


def _address(join_address: str) -> str:
    """The address as PHP, so that asking for the file by its name shows nothing."""
    quoted = join_address.replace("\\", "\\\\").replace("'", "\\'")
    return f"<?php\n// As Goodword packed it.\ndefined( 'ABSPATH' ) || exit;\nreturn '{quoted}';\n"
