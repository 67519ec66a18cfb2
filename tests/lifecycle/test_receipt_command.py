"""`trustkeep verify` on the files of a deletion certificate, also where there is no Django."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.letters.test_documents import SECRET, seal
from tests.lifecycle.test_receipt_files import RECEIPT, SEAL, proved
from trustkeep.cli.main import main
from trustkeep.evidence import queries as log
from trustkeep.lifecycle.receipt_files import as_json_file, as_pdf_file
from trustkeep.lifecycle.receipts import plain


@pytest.fixture
def files(db: None, tmp_path: Path) -> dict[str, Path]:
    proof = proved(RECEIPT)
    contents = {
        "json": as_json_file(RECEIPT, proof).encode(),
        "pdf": as_pdf_file(RECEIPT, proof, "fr", SEAL),
        "tlog-proof": proof.encode(),
    }
    for name, content in contents.items():
        (tmp_path / f"receipt.{name}").write_bytes(content)
    return {name: tmp_path / f"receipt.{name}" for name in contents}


@pytest.mark.parametrize("name", ["json", "pdf", "tlog-proof"])
def test_verify__tells_what_a_certificate_says_and_what_is_open(
    files: dict[str, Path], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(files[name]), "--vkey", log.verifier_key()]) == 0

    told = capsys.readouterr().out
    for part in (
        "PROVED: entry",
        f"certificate {RECEIPT.certificate}",
        "Harbour Freight & Söhne GmbH, contract C-2024-0113",
        "not complete: see what is open",
        "backups until 28 December 2026, encrypted, without a key",
        "Old warehouse: unknown",
        "objects/7: Legal hold",
    ):
        assert part in told
    assert ("sealed by" in told) == (name == "pdf")


def test_verify__answers_machines(
    files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(files["pdf"]), "--vkey", log.verifier_key(), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["receipt"] == plain(RECEIPT)
    assert told["seal"]["fingerprint"] == SEAL.fingerprint


def test_verify__says_what_is_wrong_with_a_certificate(
    files: dict[str, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = as_pdf_file(RECEIPT, files["tlog-proof"].read_text(), "en", seal(SECRET[::-1]))
    changed = files["json"].read_text().replace('"remaining": 0', '"remaining": 1', 1)
    key = log.verifier_key()
    for raw, step in (
        (forged, "OtherSeal"),
        (changed.encode(), "OtherContent"),
        (files["pdf"].read_bytes()[:-100], "NotWhole"),
        (b"\x89PNG\xff", "NotAReceipt"),
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        assert main(["verify", "-", "--vkey", key, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["step"] == step


@pytest.mark.when("receipts")
def test_verify__of_a_certificate_needs_no_django(files: dict[str, Path]) -> None:
    code = (
        "import sys; sys.modules['django'] = None\n"
        "from trustkeep.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    for name in ("json", "pdf"):
        ran = subprocess.run(
            [sys.executable, "-c", code, "verify", str(files[name]), "--vkey", log.verifier_key()],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert "PROVED" in ran.stdout


def test_verify__of_what_is_complete_says_so(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = replace(RECEIPT, systems=(), exempted=())
    path = tmp_path / "r.json"
    path.write_text(as_json_file(done, proved(done)), "utf-8")

    assert main(["verify", str(path), "--vkey", log.verifier_key()]) == 0
    told = capsys.readouterr().out
    assert "verdict    complete" in told
    assert "open" not in told
