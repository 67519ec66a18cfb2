"""Joins the parts: gives lower floors what only this installation can give them.

Everything is given as something to ask later, so that starting Django reads no key and no file.
"""

from __future__ import annotations

from functools import cached_property

from django.conf import settings

from trustkeep.controls import publication
from trustkeep.evidence import signing
from trustkeep.evidence.checkpoint import Ed25519Signer
from trustkeep.identity import passwords
from trustkeep.site import generation, keys
from trustkeep.vault import keys as vault


def join() -> None:
    """Join everything; called once, when Django has loaded all parts.

    Raises what the password policy has against its profile.
    """
    vault.install(keys.ring)
    passwords.activate(settings.CONFIG.password_profile)
    signing.install(LogSigner(settings.CONFIG.log_origin))
    publication.on_change(lambda: generation.of_installation().change())


class LogSigner:
    """Signs checkpoints with the key that rests in the key store, fetched at the first use."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    @cached_property
    def _signer(self) -> Ed25519Signer:
        return Ed25519Signer(self.origin, keys.log_signing_seed())

    @property
    def public_key(self) -> bytes:
        return self._signer.public_key

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign(message)
