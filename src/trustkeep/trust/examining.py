"""Examining what readers hand in: text here, PDFs in a process of their own.

A PDF can be made to unpack into far more than its size. So the page runs the same command that a
reader would run, with little memory and time, one at a time; a bomb ends that process only.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from trustkeep.evidence import queries as log
from trustkeep.evidence.checkpoint import VerifierKey
from trustkeep.evidence.verify import VerificationFailed
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.receipt_verify import (
    PDF_START,
    NotWhole,
    Proved,
    verify_file,
)
from trustkeep.lifecycle.receipts import Receipt, parse

MEMORY_BYTES = 768 * 1024 * 1024
CPU_S, WAIT_S = 10, 20.0
_ONE_AT_A_TIME = BoundedSemaphore(1)
_COMMAND = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]),) * 2)
from trustkeep.cli.main import main
sys.exit(main(["verify", "-", "--json", "--vkey", sys.argv[3]]))
"""


class TooBusy(TrustkeepError):
    """Somebody else's PDF is being examined."""

    sentence = "Another PDF is being examined just now. Try again in a moment."


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file proves, as the page shows it; ``receipt`` is None for other entries."""

    index: int
    size: int
    type: str
    promise: str | None
    at: str
    signed_by: str
    body: dict[str, Any] | None
    receipt: Receipt | None
    sealed_by: str = ""


def examined(raw: bytes) -> Examined:
    """Return what a file proves; raises a VerificationFailed, or TooBusy."""
    if raw.startswith(PDF_START):
        return _in_a_process_of_its_own(raw)
    return _shown(verify_file(raw, [VerifierKey.parse(log.verifier_key())]))


def _shown(proved: Proved) -> Examined:
    verified, entry = proved.entry, proved.entry.entry
    return Examined(
        index=verified.index,
        size=verified.checkpoint.size,
        type=entry.type,
        promise=entry.promise_id,
        at=entry.at,
        signed_by=verified.signed_by.encode(),
        body=dict(verified.body) if verified.body else None,
        receipt=proved.receipt,
    )


def _in_a_process_of_its_own(pdf: bytes) -> Examined:
    if not _ONE_AT_A_TIME.acquire(timeout=WAIT_S):
        raise TooBusy
    try:
        told = _run(pdf)
    finally:
        _ONE_AT_A_TIME.release()
    if not told["verified"]:
        raise _by_name(told["step"])(told["reason"])
    return Examined(
        index=told["index"],
        size=told["size"],
        type=told["type"],
        promise=told["promise"],
        at=told["at"],
        signed_by=told["signed_by"],
        body=told["body"],
        receipt=parse(told["receipt"]),
        sealed_by=told["seal"]["subject"],
    )


def _run(pdf: bytes) -> dict[str, Any]:
    limits = [str(MEMORY_BYTES), str(CPU_S)]
    try:
        ran = subprocess.run(  # noqa: S603  (our own interpreter, with our own words)
            [sys.executable, "-c", _COMMAND, *limits, log.verifier_key()],
            input=pdf,
            capture_output=True,
            timeout=WAIT_S,
            check=False,
        )
        told: dict[str, Any] = json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise NotWhole("the PDF could not be examined: it asks for too much") from error
    return told


def _by_name(step: str) -> type[VerificationFailed]:
    known = {one.__name__: one for one in VerificationFailed.__subclasses__()}
    return known.get(step, NotWhole)
