"""The seal of this installation's documents: a configured certificate, or one of its own."""

from __future__ import annotations

from pathlib import Path

from trustkeep.kernel import clock
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.pdf_seal import Seal
from trustkeep.letters.ports import joined
from trustkeep.site import keys
from trustkeep.site.installation import Config, Installation
from trustkeep.vault import document_key
from trustkeep.vault.durable import write_new

_MODE = 0o600


class SealUnusable(TrustkeepError):
    """The configured certificate or its key cannot seal documents."""

    sentence = (
        "Documents cannot be sealed with “{certificate}” and “{key}”: {problem}. Correct "
        "document_certificate and document_key."
    )


def seal(installation: Installation, config: Config) -> Seal:
    """Return the seal; makes or renews our own certificate. Raises SealUnusable."""
    if config.document_certificate or config.document_key:
        return _configured(config)
    secret, path = keys.document_secret(), installation.seal_certificate
    # Asked here and not by the caller: a certificate begins when it is made.
    now = clock.now()
    found = document_key.kept(path.read_bytes(), secret, now=now) if path.is_file() else None
    if found is None:
        # Old documents carry the certificate that sealed them.
        assert joined.house is not None
        found = document_key.certificate(secret, name=joined.house().legal_name, now=now)
        write_new(path, document_key.as_pem(found), _MODE)
    return Seal(found, document_key.private_key(secret))


def _configured(config: Config) -> Seal:
    named = {"certificate": config.document_certificate, "key": config.document_key}
    try:
        certificate, key = (Path(path).read_bytes() for path in named.values())
        return Seal(*document_key.loaded(certificate, key))
    except OSError as error:
        raise SealUnusable(**named, problem=error.strerror) from error
    except ValueError as error:
        raise SealUnusable(**named, problem=error) from error
