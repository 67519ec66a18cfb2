"""The staff's side as Python sees it: accounts from contract to receipt, and requests.

Everything happens in the name of who made the token, who has to be allowed to do it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trustkeep_client.client import Place, Told
from trustkeep_client.wire import Wire


class Desk:
    """One person's desk; ``key`` makes an act happen once, however often it is sent in a day."""

    def __init__(
        self, base_url: str, *, token: str, ca_file: str | None = None, timeout_s: float = 120
    ) -> None:
        self._wire = Wire(base_url, token, ca_file, timeout_s)

    def accounts(self, q: str = "") -> Iterator[Told]:
        """Give the accounts by name, or those whose name or reference holds `q`."""
        return self._wire.all("/accounts", q=q)

    def account(self, account_id: str) -> Told:
        """Return where an account stands: deadlines, plan, holds, receipts."""
        return dict(self._wire.json("GET", f"/accounts/{account_id}"))

    def end_contract(
        self, account_id: str, reference: str, *, last_day: str | None = None, key: str = ""
    ) -> Told:
        """End a contract at once, or with a day (``2026-12-31``) in its own time zone."""
        told = {"reference": reference, "last_day": last_day}
        return self._act(f"/accounts/{account_id}/end", told, key)

    def call_off(self, account_id: str, reference: str, *, key: str = "") -> Told:
        """Call an end off that has not come."""
        return self._act(f"/accounts/{account_id}/call-off", {"reference": reference}, key)

    def agree_to_reinstate(self, account_id: str, reference: str, *, key: str = "") -> bool:
        """Say yes to letting a customer in again; return whether that was the second yes."""
        told = self._act(f"/accounts/{account_id}/reinstate", {"reference": reference}, key)
        return bool(told["reinstated"])

    def place_hold(self, account_id: str, hold: Mapping[str, Any], *, key: str = "") -> Told:
        """Keep data from being erased: ``basis``, ``reason``, ``review_date``."""
        return self._act(f"/accounts/{account_id}/holds", dict(hold), key)

    def release_hold(self, account_id: str, hold_id: str, reference: str, *, key: str = "") -> Told:
        """Lift a hold; what waited for it goes on by itself."""
        address = f"/accounts/{account_id}/holds/{hold_id}/release"
        return self._act(address, {"reference": reference}, key)

    def plan(self, account_id: str) -> Told:
        """Count what a deletion would take, here and in every connected system."""
        return self._act(f"/accounts/{account_id}/plan", {}, "")

    def ask_for_deletion(
        self, account_id: str, reference: str, *, cause: str = "request-dpo", request: str = ""
    ) -> Told:
        """Ask for a locked account to be deleted now; returns the plan that is to be approved."""
        told = {"reference": reference, "cause": cause, "request": request}
        return self._act(f"/accounts/{account_id}/deletion", told, "")

    def approve(self, account_id: str, reference: str, digest: str, *, key: str = "") -> Told:
        """Say yes to exactly the plan with this digest."""
        told = {"reference": reference, "digest": digest}
        return self._act(f"/accounts/{account_id}/approval", told, key)

    def receipt(self, receipt_id: str, target: Place, *, form: str = "proof") -> Path:
        """Fetch a receipt as ``pdf``, ``json`` or ``proof``."""
        path = Path(target)
        with path.open("wb") as file:
            self._wire.pour(self._wire.ask("GET", f"/receipts/{receipt_id}/{form}"), file)
        return path

    def requests(self, *, only_open: bool = False) -> Iterator[Told]:
        """Give the requests about personal data, the nearest due first."""
        return self._wire.all("/requests", open=str(only_open).lower())

    def request(self, request_id: str) -> Told:
        """Return one request as a story, with what is to be done next."""
        return dict(self._wire.json("GET", f"/requests/{request_id}"))

    def enter_request(self, asked: Mapping[str, Any], *, key: str = "") -> Told:
        """Enter what somebody asks: ``kinds``, ``email``, ``text``."""
        return self._act("/requests", dict(asked), key)

    def handle(self, request_id: str, act: str, *, key: str = "", **told: Any) -> Told:
        """Do one act on a request: ``identity``, ``assessment``, ``decisions``, ``answer``, …"""
        return self._act(f"/requests/{request_id}/{act}", told, key)

    def _act(self, address: str, told: Told, key: str) -> Told:
        headers = {"Idempotency-Key": key} if key else {}
        return dict(self._wire.json("POST", address, told, headers=headers))
