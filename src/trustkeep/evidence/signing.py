"""Who signs this installation's checkpoints; the site gives it at start."""

from __future__ import annotations

from trustkeep.evidence.checkpoint import Signer, VerifierKey

_installed: list[Signer] = []


class NoSigner(RuntimeError):
    """The process was started without a signer: a fault of the wiring, not of a person."""


def install(signer: Signer) -> None:
    """Sign with `signer` from now on, in this process."""
    _installed[:] = [signer]


def installed() -> Signer:
    """Return the signer; raises NoSigner."""
    if not _installed:
        raise NoSigner
    return _installed[0]


def verifier_key() -> VerifierKey:
    """Return the key that readers verify this log with."""
    signer = installed()
    return VerifierKey(signer.origin, signer.public_key)
