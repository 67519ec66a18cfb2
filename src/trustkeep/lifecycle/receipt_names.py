"""How the files of a receipt are called inside its PDF."""

from __future__ import annotations

JSON_NAME = "receipt.json"
PROOF_NAME = "receipt.tlog-proof"
