"""The plugin as source: it parses, keeps WordPress's habits, speaks three languages, is packed the same each time."""

from __future__ import annotations

import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from integrations.registry import PLATFORMS
from integrations.woocommerce.shop_plugin import FOLDER, WooPlugin
from tests.integrations.woocommerce.test_plugin_behaviour import php

FILES = sorted(FOLDER.rglob("*.php"))
CODE = [file for file in FILES if file.parent.name != "languages"]
CATALOGUES = sorted((FOLDER / "languages").glob("goodword-*.l10n.php"))
QUOTED = r"'((?:[^'\\]|\\.)*)'"
SENTENCE = re.compile(rf"\b(?:__|_e|_x|_n|esc_html__|esc_attr__|esc_html_e)\( {QUOTED}, 'goodword'")
ANY_SENTENCE = re.compile(r"\b(?:__|_e|_x|_n|esc_html__|esc_attr__|esc_html_e|esc_attr_e)\(")
PLACEHOLDER = re.compile(r"%(?:\d\$)?[sd]")
JOIN = "https://refer.example/join/tea"


def name(file: Path) -> str:
    return file.relative_to(FOLDER).as_posix()


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def sentences(file: Path) -> dict[str, str]:
    """What a catalogue says for each sentence."""
    _, _, rows = text(file).partition("'messages'")
    return dict(re.findall(rf"{QUOTED}\s*=> {QUOTED},", rows))


@pytest.mark.parametrize("file", FILES, ids=name)
def test_it_parses(file: Path) -> None:
    ran = php("-l", file)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("file", FILES, ids=name)
def test_nothing_happens_when_a_file_is_asked_for_by_its_name(file: Path) -> None:
    guard = re.search(r"^defined\( '(ABSPATH|WP_UNINSTALL_PLUGIN)' \) \|\| exit;$", text(file), re.MULTILINE)
    assert guard
    before = re.sub(r"/\*.*?\*/|<\?php", "", text(file)[: guard.start()], flags=re.DOTALL)
    assert before.strip() == ""
    assert php(file).stdout == ""


@pytest.mark.parametrize("file", CODE, ids=name)
def test_every_name_is_ours(file: Path) -> None:
    assert all(each.startswith("goodword_") for each in re.findall(r"^function (\w+)", text(file), re.MULTILINE))
    assert all(each.startswith("GOODWORD_") for each in re.findall(r"^const (\w+)", text(file), re.MULTILINE))


@pytest.mark.parametrize("file", CODE, ids=name)
def test_what_is_printed_is_escaped(file: Path) -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text(file), flags=re.DOTALL)
    assert not re.search(r"\b(echo|print|_e|esc_html_e)\b", code)
    for printed in re.findall(rf"^\t+printf\(\s*{QUOTED}, ?(.*?)\);$", code, re.DOTALL | re.MULTILINE):
        assert all(each.startswith(("esc_html(", "esc_attr(", "esc_url(")) for each in arguments(printed[1]))


def arguments(call: str) -> list[str]:
    """What stands between the commas of a call, but not of the calls in it."""
    found, depth = [""], 0
    for letter in call:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [each.strip() for each in found]


@pytest.mark.parametrize("file", CODE, ids=name)
def test_the_database_is_reached_through_woocommerce_only(file: Path) -> None:
    assert not re.search(
        r"\$wpdb|get_post_meta|update_post_meta|WP_Query|get_posts|\$_(POST|REQUEST|COOKIE)", text(file)
    )


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name)
def test_every_sentence_is_in_every_catalogue(catalogue: Path) -> None:
    said = {each for file in CODE for each in SENTENCE.findall(text(file))}
    assert sum(len(ANY_SENTENCE.findall(text(file))) for file in CODE) == sum(
        len(SENTENCE.findall(text(file))) for file in CODE
    )
    written = sentences(catalogue)
    assert set(written) == said
    for source, translated in written.items():
        assert translated
        assert sorted(PLACEHOLDER.findall(translated)) == sorted(PLACEHOLDER.findall(source))


def test_the_languages_are_goodwords() -> None:
    assert [file.name for file in CATALOGUES] == ["goodword-ar.l10n.php", "goodword-fa_IR.l10n.php"]


def test_readme_and_header_name_one_version() -> None:
    header = re.search(r"^ \* Version: (.+)$", text(FOLDER / "goodword.php"), re.MULTILINE)
    readme = re.search(r"^Stable tag: (.+)$", text(FOLDER / "readme.txt"), re.MULTILINE)
    assert header
    assert readme
    assert header[1] == readme[1]


def test_the_file_to_install_is_the_same_each_time_and_whole() -> None:
    packed = WooPlugin().archive(JOIN)
    assert packed == WooPlugin().archive(JOIN)
    with ZipFile(io.BytesIO(packed)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert sorted(names) == sorted(
        ["goodword/address.php", "goodword/readme.txt", *(f"goodword/{name(each)}" for each in FILES)]
    )


@pytest.mark.parametrize("address", [JOIN, "https://refer.example/it's/\\", "https://x.example/'.phpinfo().'"])
def test_the_packed_address_is_read_back_as_it_is(tmp_path: Path, address: str) -> None:
    with ZipFile(io.BytesIO(WooPlugin().archive(address))) as archive:
        archive.extractall(tmp_path)
    code = "define('ABSPATH', '/'); echo include $argv[1];"
    assert php("-r", code, tmp_path / "goodword" / "address.php").stdout == address


def test_the_platform_offers_it() -> None:
    assert [each.key for each in PLATFORMS if each.shop_plugin] == ["woocommerce"]
