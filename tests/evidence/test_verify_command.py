"""`trustkeep verify`: the whole command, and on a machine without Django."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.evidence.logs import BODY, KEY, MALLORYS, ORIGIN, SALT, written
from trustkeep.cli.main import main
from trustkeep.evidence.canonical import canonical
from trustkeep.evidence.checkpoint import VerifierKey
from trustkeep.evidence.receipt import MAX_SIZE, Content

LOG = written(7)
RECEIPT = LOG.receipt(4, Content(SALT, BODY))


@pytest.fixture(autouse=True)
def _no_key_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUSTKEEP_VKEY", raising=False)


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    path = tmp_path / "entry.tlog-proof"
    path.write_text(RECEIPT.encode(), "utf-8")
    return path


def test_verify__tells_what_is_proved(receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(receipt), "--vkey", KEY.encode()]) == 0

    told = capsys.readouterr().out
    assert f"PROVED: entry 4 of the log {ORIGIN}" in told
    assert "check-result of backups" in told
    assert "2026-11-23T08:30:00.000Z" in told
    assert "7 entries" in told
    assert KEY.encode() in told
    assert '"outcome": "holds"' in told


def test_verify__answers_machines(receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(receipt), "--vkey", KEY.encode(), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["verified"], told["index"], told["size"]) == (True, 4, 7)
    assert told["body"] == BODY


def test_verify__says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forged = tmp_path / "forged.tlog-proof"
    forged.write_text(replace(RECEIPT, index=5).encode(), "utf-8")

    assert main(["verify", str(forged), "--vkey", KEY.encode()]) == 1
    assert "NOT PROVED: the proof leads to another root" in capsys.readouterr().err

    assert main(["verify", str(forged), "--vkey", KEY.encode(), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["verified"], told["step"]) == (False, "NotIncluded")


def test_verify__takes_the_key_from_a_file_or_the_environment(
    receipt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "log.vkey"
    mallorys = VerifierKey(ORIGIN, MALLORYS.public_key)
    keys.write_text(f"{mallorys.encode()}\n\n{KEY.encode()}\n", "utf-8")

    assert main(["verify", str(receipt), "--vkey", str(keys)]) == 0
    assert main(["verify", str(receipt), "--vkey", mallorys.encode()]) == 1

    monkeypatch.setenv("TRUSTKEEP_VKEY", KEY.encode())
    assert main(["verify", str(receipt)]) == 0


def test_verify__without_a_key_says_where_to_get_one(
    receipt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(receipt)]) == 1

    told = capsys.readouterr().err
    assert "--vkey" in told
    assert "/.well-known/trust-log/vkey" in told


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (KEY.encode().replace("example", "exemple"), "damaged"),
        ("nowhere.vkey", "No such file"),
        (".", "Is a directory"),
        ("n" * 300, "File name too long"),
    ],
)
def test_verify__refuses_what_is_no_key(
    receipt: Path, key: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(receipt), "--vkey", key]) == 1

    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "reason"), [(b"\xff\xfe", "not text in UTF-8"), (b"", "is neither a verifier key")]
)
def test_verify__refuses_a_key_file_without_a_key(
    receipt: Path, tmp_path: Path, content: bytes, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log.vkey").write_bytes(content)

    assert main(["verify", str(receipt), "--vkey", str(tmp_path / "log.vkey")]) == 1

    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "neither text nor a PDF"),
        (b"hello", "it is not a receipt"),
        (b"x" * (MAX_SIZE + 2), "too large"),
    ],
)
def test_verify__refuses_files_that_are_no_receipt(
    tmp_path: Path, content: bytes, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(content)

    assert main(["verify", str(tmp_path / "file"), "--vkey", KEY.encode()]) == 1

    assert reason in capsys.readouterr().err


def test_verify__reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = io.TextIOWrapper(io.BytesIO(RECEIPT.encode().encode()), "utf-8")
    monkeypatch.setattr("sys.stdin", given)

    assert main(["verify", "-", "--vkey", KEY.encode()]) == 0
    assert "PROVED" in capsys.readouterr().out


def test_verify__holds_a_content_that_came_apart_against_the_entry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "bare.tlog-proof"
    bare.write_text(LOG.receipt(4).encode(), "utf-8")
    content = tmp_path / "content.json"
    call = ["verify", str(bare), "--vkey", KEY.encode()]

    assert main(call) == 0
    assert "see --body" in capsys.readouterr().out

    content.write_bytes(canonical(Content(SALT, BODY).fields()))
    assert main([*call, "--body", str(content)]) == 0
    assert '"checked": 12' in capsys.readouterr().out

    content.write_bytes(canonical(Content(SALT, {**BODY, "checked": 13}).fields()))
    assert main([*call, "--body", str(content)]) == 1
    assert "NOT PROVED: the content is not what the entry commits to" in capsys.readouterr().err

    content.write_text("{}", "utf-8")
    assert main([*call, "--body", str(content)]) == 1
    assert "is not the content of an entry" in capsys.readouterr().err


WITHOUT_DJANGO = """
import sys

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("django", "sqlcipher3"):
            raise ImportError(f"{name} may not be imported")

sys.meta_path.insert(0, Refusing())
from trustkeep.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_verify__needs_neither_django_nor_a_database(receipt: Path) -> None:
    call = [sys.executable, "-c", WITHOUT_DJANGO, "verify", str(receipt), "--vkey", KEY.encode()]

    done = subprocess.run(call, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("PROVED: entry 4")
