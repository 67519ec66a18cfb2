"""What signing in needs from outside; the site joins each port to what implements it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from trustkeep.kernel.errors import TrustkeepError


class Fault(StrEnum):
    """Why nothing usable came back."""

    INSECURE = "insecure"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    REDIRECTED = "redirected"


class WebFault(TrustkeepError):
    """A provider did not answer, or not as it has to; ``fault`` says how."""

    sentence = "The identity provider did not answer as it has to ({fault})."

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault=fault.value, log=f"WebFault {fault}")


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """A whole answer: at most the size that the port allows; ``media_type`` is empty if untold."""

    status: int
    body: bytes
    media_type: str = ""


class ProviderWeb(Protocol):
    """Asks identity providers over TLS; follows no redirect, waits and reads for a bounded time.

    Raises WebFault, and nothing else.
    """

    def get(self, url: str, *, headers: Mapping[str, str]) -> WebAnswer: ...

    def post(
        self, url: str, *, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> WebAnswer: ...
