"""How the files of a receipt are called inside its PDF, and where anybody checks one."""

from __future__ import annotations

JSON_NAME = "receipt.json"
PROOF_NAME = "receipt.tlog-proof"
VERIFY = "/verify/"
"""Below the issuer’s address; it takes any of the files, or their text."""
