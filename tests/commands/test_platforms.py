"""`flask platforms …` on recordings and on junk, without settings and without a database."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from app.commands.platforms import platforms
from integrations.registry import PLATFORMS
from tests.integrations.conformance.material import Recording, material_of, recordings

ROOT = Path(__file__).resolve().parents[2]
ALL = recordings()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(platforms, list(arguments))


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def translated(tmp_path: Path, recorded: bytes, *options: str) -> tuple[dict[str, Any], int]:
    file = tmp_path / "one.http"
    file.write_bytes(recorded)
    result = run("translate", PLATFORMS[0].key, *options, str(file))
    (line,) = lines(result)
    return line, result.exit_code


@pytest.mark.parametrize("recording", ALL, ids=str)
def test_a_recording_is_printed_as_its_file_says(recording: Recording) -> None:
    secret = material_of(recording.platform).secret.decode()
    result = run("translate", recording.platform.key, "--secret", secret, str(recording.path))
    (line,) = lines(result)
    wanted = json.loads(recording.path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    assert line["file"] == str(recording.path)
    if wanted.get("ping"):
        assert (line["ping"], line["verified"], line["events"], result.exit_code) == (True, None, [], 0)
    elif "refused" in wanted:
        assert (line["verified"], line["events"], line["error"], result.exit_code) == (False, [], "header_missing", 1)
    else:
        told = {"envelope": {key: line[key] for key in wanted["envelope"]}, "events": line["events"]}
        assert (line["verified"], told, result.exit_code) == (True, wanted, 0)
    assert secret not in result.output


def test_without_a_secret_nothing_is_said_of_the_signature() -> None:
    files = [str(each.path) for each in ALL if each.platform is PLATFORMS[0]]
    result = run("translate", PLATFORMS[0].key, *files)
    assert result.exit_code == 0
    assert [line["file"] for line in lines(result)] == files
    assert {line["verified"] for line in lines(result)} == {None}
    assert sum(bool(line["events"]) for line in lines(result)) > 30


def good() -> Recording:
    return next(each for each in ALL if each.path.stem.startswith("hook_order_1_completed"))


def test_a_wrong_secret_or_a_changed_byte_prints_no_events(tmp_path: Path) -> None:
    recorded = good().path.read_bytes()
    secret = material_of(good().platform).secret.decode()
    for changed, given_secret in ((recorded, "wrong"), (recorded.replace(b"34.00", b"34.01"), secret)):
        line, status = translated(tmp_path, changed, "--secret", given_secret)
        assert (line["verified"], line["events"], line["error"], status) == (False, [], "signature_differs", 1)
        assert line["topic"] == "order.updated"


def test_a_previous_secret_counts_too(tmp_path: Path) -> None:
    secret = material_of(good().platform).secret.decode()
    line, status = translated(tmp_path, good().path.read_bytes(), "--secret", "new", "--secret", secret)
    assert (line["verified"], status) == (True, 0)


@pytest.mark.parametrize(
    "recorded",
    [
        *(
            b"",
            b"\n",
            b"\r\n\r\n",
            b"\xff\xfe\x00",
            b"POST\r\n\r\n",
            b"POST / HTTP/1.1",
            b"GET / HTTP/1.1\r\nx\r\n\r\n",
        ),
        *(b"POST / HTTP/1.1\r\n: x\r\n\r\n", b"POST / HTTP/1.1\r\n\xff\xfe: \xff\r\n\r\n{}", b"\x00" * 5000),
    ],
)
def test_junk_is_a_line_with_an_error(recorded: bytes, tmp_path: Path) -> None:
    line, status = translated(tmp_path, recorded, "--secret", "x")
    assert line["error"] in {"http_unreadable", "header_missing"}
    assert (line["verified"], status) == (False, 1)
    line, status = translated(tmp_path, recorded)
    assert (line["verified"], status) == (None, 0)


@given(junk=st.binary(max_size=300), place=st.floats(0, 1))
def test_no_bytes_break_it(junk: bytes, place: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    recorded = good().path.read_bytes()
    cut = int(place * len(recorded))
    folder = tmp_path_factory.mktemp("junk")
    for changed in (junk, recorded[:cut] + junk + recorded[cut:], recorded[:cut]):
        line, _ = translated(folder, changed)
        assert set(line) >= {"file", "verified", "store_ref", "topic", "delivery_key", "events"}


def changed(**fields: object) -> bytes:
    """The recording, some fields of its order written otherwise."""
    head, _, body = good().path.read_bytes().partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + json.dumps(json.loads(body) | fields).encode()


def odd(kind: str) -> bytes:
    """The recording as nobody would like to meet it."""
    head, _, body = good().path.read_bytes().partition(b"\r\n\r\n")
    kinds = {
        "body in gzip": head + b"\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(body),
        "no body": head + b"\r\n\r\n",
        "half a body": head + b"\r\n\r\n" + body[: len(body) // 2],
        "an array": head + b"\r\n\r\n[" + body + b"]",
        "nothing but null": head + b"\r\n\r\nnull",
        "no text": head + b"\r\n\r\n" + body.replace(b"completed", b"compl\xe9ted"),
        "deep": head + b"\r\n\r\n" + b"[" * 100_000,
        "half a letter": head + b"\r\n\r\n" + body[:-1] + b',"number":"\\ud800"}',
        "folded header": head + b"\r\nX-Long: a\r\n b\r\n\r\n" + body,
        "header twice": head + b"\r\nX-WC-Webhook-Topic: order.updated\r\n\r\n" + body,
        "amount": changed(total="1" + "0" * 30),
        "first year": changed(date_created_gmt="0001-01-01T00:00:00+05:00"),
        "last year": changed(date_paid_gmt="9999-12-31T23:59:59-05:00"),
        "id": changed(id=10**30),
    }
    return kinds[kind]


ODD = ["body in gzip", "no body", "half a body", "an array", "nothing but null", "no text", "deep", "half a letter"]
ODD += ["folded header", "header twice", "amount", "first year", "last year", "id"]


@pytest.mark.parametrize("kind", ODD)
def test_odd_recording_is_one_line_with_an_error(tmp_path: Path, kind: str) -> None:
    line, status = translated(tmp_path, odd(kind))
    assert (bool(line["error"]), line["events"], status) == (True, [], 0)


def test_large_recording_is_read(tmp_path: Path) -> None:
    line, _ = translated(tmp_path, changed(customer_note="a" * 50_000_000))
    assert [event["type"] for event in line["events"]] == ["OrderSeen"]


def test_names_of_headers_may_be_written_small_and_lines_end_in_lf_alone(tmp_path: Path) -> None:
    head, _, body = good().path.read_bytes().partition(b"\r\n\r\n")
    secret = material_of(good().platform).secret.decode()
    for other in (head.replace(b"X-WC-", b"x-wc-"), head.replace(b"HTTP/1.1", b"HTTP/2")):
        assert translated(tmp_path, other + b"\r\n\r\n" + body, "--secret", secret)[0]["verified"] is True
    line, status = translated(tmp_path, head.replace(b"\r\n", b"\n") + b"\n\n" + body, "--secret", secret)
    assert (line["verified"], status) == (True, 0)


def test_file_that_is_not_there_or_no_file_has_its_line_too(tmp_path: Path) -> None:
    result = run("translate", good().platform.key, str(tmp_path / "missing.http"), str(tmp_path), str(good().path))
    assert [line.get("error") for line in lines(result)] == ["file_unreadable", "file_unreadable", None]
    assert result.exit_code == 1


def test_each_file_has_its_line_whatever_the_others_are(tmp_path: Path) -> None:
    (tmp_path / "empty.http").write_bytes(b"")
    secret = material_of(good().platform).secret.decode()
    files = [str(tmp_path / "empty.http"), str(good().path)]
    result = run("translate", good().platform.key, "--secret", secret, *files)
    assert [line["verified"] for line in lines(result)] == [False, True]
    assert result.exit_code == 1


def test_the_list_has_every_platform() -> None:
    printed = [line.split("\t")[0] for line in run("list").stdout.splitlines()]
    assert printed == [platform.key for platform in PLATFORMS]


def flask(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`flask` in a bare environment: no setting is there."""
    environment = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_it_works_before_there_are_settings() -> None:
    done = flask("platforms", "translate", good().platform.key, str(good().path))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["topic"] == "order.updated"


@pytest.mark.slow
def test_other_commands_say_which_setting_is_missing() -> None:
    done = flask("migrate")
    assert done.returncode == 1
    assert "PUBLIC_URL is not set" in done.stderr
