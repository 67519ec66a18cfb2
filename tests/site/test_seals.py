"""Documents are sealed with a certificate of our own, or with the one that is configured."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from tests.promises.world import company
from tests.site.test_wiring import config
from trustkeep.kernel import clock
from trustkeep.kernel.clock import frozen
from trustkeep.letters.ports import joined
from trustkeep.site import seals
from trustkeep.site.installation import Installation
from trustkeep.vault import document_key
from trustkeep.vault.keys import SystemPurpose, installed


@pytest.mark.django_db
def test_seal__of_our_own_is_made_once_and_renewed_before_it_ends(tmp_path: Path) -> None:
    company()
    place = Installation(tmp_path)

    first = seals.seal(place, config())
    again = seals.seal(place, config())
    with frozen(clock.now() + document_key.LIFETIME - document_key.RENEW_BEFORE):
        renewed = seals.seal(place, config())

    assert first.fingerprint == again.fingerprint != renewed.fingerprint
    assert first.key == renewed.key
    assert place.seal_certificate.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_seal__of_our_own_that_was_damaged_is_made_anew(tmp_path: Path) -> None:
    company()
    place = Installation(tmp_path)
    place.seal_certificate.write_text("damaged")

    assert seals.seal(place, config()).fingerprint == seals.seal(place, config()).fingerprint


def configured(folder: Path) -> tuple[Path, Path]:
    made = trustme.CA().issue_cert("documents.example")
    certificate, key = folder / "seal.pem", folder / "seal.key"
    made.cert_chain_pems[0].write_to_path(certificate)
    made.private_key_pem.write_to_path(key)
    return certificate, key


def test_seal__that_is_configured_is_used(tmp_path: Path) -> None:
    certificate, key = configured(tmp_path)
    told = config(document_certificate=str(certificate), document_key=str(key))

    found = seals.seal(Installation(tmp_path / "data"), told)

    assert document_key.as_pem(found.certificate) == certificate.read_bytes()


def test_seal__that_does_not_fit_says_why(tmp_path: Path) -> None:
    certificate, key = configured(tmp_path)
    (tmp_path / "other").mkdir()
    _, other = configured(tmp_path / "other")
    fine = config(document_certificate=str(certificate), document_key=str(key))
    place = Installation(tmp_path / "data")

    for told, why in (
        (replace(fine, document_key=str(other)), "does not belong"),
        (replace(fine, document_key=str(certificate)), "not PEM"),
        (replace(fine, document_certificate=str(tmp_path / "none")), "No such file"),
        (replace(fine, document_key=""), "directory"),
    ):
        with pytest.raises(seals.SealUnusable, match=why):
            seals.seal(place, told)


def test_keys__of_new_purposes_are_made_once() -> None:
    assert installed().provide_system_keys(now=clock.now() + timedelta()) == []
    assert installed().system_key(SystemPurpose.DOCUMENT_SIGNING)


@pytest.mark.django_db
def test_wiring__gives_the_seal_to_those_who_write_documents() -> None:
    company()

    assert joined.seal
    assert joined.seal().fingerprint == joined.seal().fingerprint
