"""The page about keys and algorithms is the whole of what is used."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.source import ROOT, SOURCE, modules
from trustkeep.identity import hashing, invitations, resets, tokens
from trustkeep.lifecycle.requests import links
from trustkeep.site import certificates
from trustkeep.vault import document_key, keys, signatures
from trustkeep.vault.owners import SystemPurpose

LIBRARIES = (
    "cryptography",
    "hmac",
    "joserfc",
    "pyrage",
    "pyotp",
    "webauthn",
    "pyhanko",
    "asn1crypto",
    "standardwebhooks",
    "sqlcipher3",
)
"""What encrypts, signs or keys a digest; plain digests are looked at by themselves."""

PAGE = (ROOT / "docs" / "cryptography.md").read_text("utf-8")


def users(*libraries: str) -> set[str]:
    """Return the modules that import one of these."""
    return {
        path.relative_to(SOURCE).as_posix()
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
        if name.partition(".")[0] in libraries
    }


@pytest.mark.asvs("11.1.2")
def test_page__names_every_module_that_encrypts_or_signs() -> None:
    named = {one for one in re.findall(r"`([\w/]+\.py)`", PAGE) if "/" in one}
    hashers = {"identity/hashing.py", "identity/breached.py", "evidence/tree.py"}

    assert named - hashers - {"tests/house/test_cryptography.py"} == users(*LIBRARIES)


@pytest.mark.asvs("11.4.3", "11.1.2", "11.4.1")
def test_digests__are_sha_256_or_wider() -> None:
    used = {
        (path.relative_to(SOURCE).as_posix(), name)
        for path in modules()
        for name in re.findall(r"hashlib\.(\w+)", path.read_text("utf-8"))
    }

    assert {name for _, name in used} == {"sha256", "file_digest", "pbkdf2_hmac", "sha1"}
    # It names a password in the public list of leaked ones; nothing rests under it.
    assert {path for path, name in used if name == "sha1"} == {"identity/breached.py"}
    # It checks the form of SQLCipher's pages; no key of ours comes from a passphrase.
    assert {path for path, name in used if name == "pbkdf2_hmac"} == {"vault/sqlcipher/opening.py"}


@pytest.mark.asvs("11.1.1")
def test_page__tells_the_life_of_every_key() -> None:
    for purpose in SystemPurpose:
        assert f"| `{purpose}` |" in PAGE
    for number in (
        f"for {keys.KEY_LIFETIME.seconds // 60} minutes at most, {keys.KEYS_KEPT} of them",
        f"certificate of {certificates.SERVER_LIFETIME.days} days",
        f"renewed {certificates.RENEW_BEFORE.days} days before its end",
        f"{document_key.RENEW_BEFORE.days} days before it ends",
        f"after {document_key.LIFETIME.days // 365} years",
        f"{hashing.MEMORY_KIB // 1024} MiB, {hashing.PASSES} passes, {hashing.LANES} lane",
        f"from {signatures.LEAST_RSA_BITS} bits",
    ):
        assert number in PAGE


@pytest.mark.asvs("11.5.1")
def test_secrets__that_let_somebody_in_cannot_be_guessed() -> None:
    told = int(re.findall(r"at least (\d+) bits, except recovery codes", PAGE)[0])
    sizes = (tokens._TOKEN_BYTES, invitations._SECRET_BYTES, resets.SECRET_BYTES, links._BYTES)

    assert min(sizes) * 8 >= told >= 128


@pytest.mark.asvs("11.4.2")
def test_passwords__rest_under_argon2id_as_strong_as_owasp_asks() -> None:
    hasher = hashing.BoundedArgon2Hasher()

    rests = hasher.encode("Kastanie-7-Fluss", hasher.salt())

    told = re.match(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", rests)
    assert told
    assert int(told[1]) >= 19 * 1024
    assert int(told[2]) >= 2
    assert hasher.verify("Kastanie-7-Fluss", rests)
    assert not hasher.must_update(rests)
    assert hasher.must_update(rests.replace(f"m={told[1]}", "m=8192"))
