"""Every public vector of the algorithms that the vault rests upon, the negative ones included."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trustkeep.vault import chunked
from trustkeep.vault.chunked import HEADER_BYTES, SEALED_CHUNK_BYTES, SealedStreamRefused
from trustkeep.vault.derivation import SHA256, SHA512, expand
from trustkeep.vault.ranges import COBBLESTONE_128, COBBLESTONE_256, RangeReader, Suite

VECTORS = Path(__file__).parents[1] / "vectors" / "wycheproof"
NOTHING = hashlib.sha512(b"").hexdigest()


def _cases(name: str) -> list[Any]:
    groups = json.loads((VECTORS / name).read_text("utf-8"))["testGroups"]
    return [pytest.param(case, id=str(case["tcId"])) for group in groups for case in group["tests"]]


@pytest.mark.asvs("11.3.2")
@pytest.mark.parametrize("case", _cases("aes_gcm_test.json"))
def test_aes_gcm__agrees_with_every_vector(case: dict[str, Any]) -> None:
    key, nonce, about, plain, sealed, tag = (
        bytes.fromhex(case[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
    )
    cipher = AESGCM(key)

    if case["result"] == "valid" and 8 <= len(nonce) <= 128:
        assert cipher.encrypt(nonce, plain, about) == sealed + tag
        assert cipher.decrypt(nonce, sealed + tag, about) == plain
    else:
        # The library refuses nonces that GCM allows and nobody needs; ours always have 12 bytes.
        with pytest.raises((InvalidTag, ValueError)):
            cipher.decrypt(nonce, sealed + tag, about)


@pytest.mark.parametrize("case", _cases("hkdf_sha256_test.json"))
def test_hkdf__with_sha256_agrees_with_every_vector(case: dict[str, Any]) -> None:
    _check_expansion(case, "sha256")


@pytest.mark.parametrize("case", _cases("hkdf_sha512_test.json"))
def test_hkdf__with_sha512_agrees_with_every_vector(case: dict[str, Any]) -> None:
    _check_expansion(case, "sha512")


def _check_expansion(case: dict[str, Any], name: str) -> None:
    material, salt, info = (bytes.fromhex(case[field]) for field in ("ikm", "salt", "info"))
    extracted = hmac.digest(salt, material, name)
    hashed = SHA256 if name == "sha256" else SHA512

    if case["result"] == "valid":
        assert expand(extracted, info, case["size"], hashed).hex() == case["okm"]
    else:
        with pytest.raises(ValueError, match="larger than"):
            expand(extracted, info, case["size"], hashed)


class _Trickle(io.BytesIO):
    """Gives the header, then one sealed chunk at a time."""

    def readinto(self, buffer: Any, /) -> int:
        step = HEADER_BYTES if not self.tell() else SEALED_CHUNK_BYTES
        return super().readinto(memoryview(buffer)[:step])


@pytest.mark.parametrize("case", _cases("c2sp_chunked_encryption_aes_256_gcm_test.json"))
def test_stream__agrees_with_every_vector(case: dict[str, Any]) -> None:
    key, context = bytes.fromhex(case["key"]), bytes.fromhex(case["ctx"])
    sealed, plain = _Trickle(zlib.decompress(bytes.fromhex(case["ct"]))), io.BytesIO()

    if case["result"] == "valid":
        chunked.decrypt(sealed, plain, key=key, context=context)
    else:
        with pytest.raises((SealedStreamRefused, ValueError)):
            chunked.decrypt(sealed, plain, key=key, context=context)

    assert hashlib.sha512(plain.getvalue()).hexdigest() == case.get("msgSha512", NOTHING)


@pytest.mark.parametrize("case", _cases("c2sp_chunked_encryption_aes_256_gcm_test.json"))
def test_ranges__of_cobblestone_256_agree_with_every_vector(case: dict[str, Any]) -> None:
    _check_reader(case, COBBLESTONE_256)


@pytest.mark.parametrize("case", _cases("c2sp_chunked_encryption_aes_128_gcm_test.json"))
def test_ranges__of_cobblestone_128_agree_with_every_vector(case: dict[str, Any]) -> None:
    _check_reader(case, COBBLESTONE_128)


def _check_reader(case: dict[str, Any], suite: Suite) -> None:
    sealed = io.BytesIO(zlib.decompress(bytes.fromhex(case["ct"])))
    key, context = bytes.fromhex(case["key"]), bytes.fromhex(case["ctx"])

    if case["result"] == "valid":
        with RangeReader(sealed, key=key, context=context, suite=suite) as reader:
            assert reader.size == case["msgLength"]
            assert hashlib.sha512(reader.read()).hexdigest() == case["msgSha512"]
    else:
        with pytest.raises((SealedStreamRefused, ValueError)):
            RangeReader(sealed, key=key, context=context, suite=suite).read()
