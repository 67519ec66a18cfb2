"""The vault's figures: sealed streams from file to file, and sealed fields.

The bound of a stream is what the machine allows: a copy of the file and one pass of the same
library's AES-256-GCM over it, one after the other, ``1 / (1/copy + 1/raw)``. The peers seal the
same file in the same run. A bare field is what the library alone would store: the nonce and the
ciphertext. Every contender takes its turn in every round, and the middle of the rounds' own ratios
counts, since other load slows both; of stored files, which wait for the disk, the best round.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, BinaryIO
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.figure import Figure
from trustkeep.vault import chunked
from trustkeep.vault.files import SealedFiles
from trustkeep.vault.keys import COMPANY, KeyRing
from trustkeep.vault.provisioning import provision

MIB = 1 << 20
STREAM_TARGET = 0.65
AHEAD = 1.0
FIELD_TARGET = 0.7
FIELD_BYTES = 100
Contender = Callable[[BinaryIO, BinaryIO], object]


def figures(quick: bool) -> list[Figure]:
    """Measure everything; `quick` takes a smaller file and fewer rounds."""
    size_mib, rounds, calls = (64, 5, 20_000) if quick else (256, 9, 200_000)
    with tempfile.TemporaryDirectory() as work:
        ring = _ring(Path(work))
        return [
            *_stream_figures(Path(work), size_mib, rounds),
            _store_figure(Path(work), ring, size_mib, rounds),
            *_field_figures(ring, calls, rounds),
        ]


def _ring(work: Path) -> KeyRing:
    provision(work / "data", now=datetime.now(UTC))
    return KeyRing.open(work / "data")


def _stream_figures(work: Path, size_mib: int, rounds: int) -> list[Figure]:
    plain = _file(work, size_mib)
    key = os.urandom(32)
    sealed = work / "sealed"
    with plain.open("rb") as source, sealed.open("wb") as target:
        chunked.encrypt(source, target, key=key, context=b"b")
    contenders: dict[str, tuple[Path, Contender]] = {
        "copy": (plain, _copy),
        "raw": (plain, lambda _source, _target: _raw(size_mib)),
        "seal": (plain, lambda taken, given: chunked.encrypt(taken, given, key=key, context=b"b")),
        "open": (sealed, lambda taken, given: chunked.decrypt(taken, given, key=key, context=b"b")),
        "Tink": (plain, _tink()),
        "AWS Encryption SDK": (plain, _aws(None)),
        "AWS Encryption SDK, 1 MiB frames": (plain, _aws(MIB)),
        "age": (plain, _age()),
    }
    took = _took(work / "target", contenders, rounds)
    bound = [copy + raw for copy, raw in zip(took["copy"], took["raw"], strict=True)]
    return [
        _paired("sealing a stream, against copy + raw AES", size_mib, took["seal"], bound),
        _paired("opening a stream, against copy + raw AES", size_mib, took["open"], bound),
        *(
            _paired(f"sealing a stream, against {peer}", size_mib, took["seal"], took[peer], AHEAD)
            for peer in list(contenders)[4:]
        ),
    ]


def _paired(
    name: str,
    size_mib: int,
    ours: list[float],
    theirs: list[float],
    target: float = STREAM_TARGET,
) -> Figure:
    """Compare what the same round took: other load then slows both."""
    ratio = median(their / our for our, their in zip(ours, theirs, strict=True))
    speeds = size_mib / median(ours), size_mib / median(theirs)
    return Figure(name, *speeds, ratio, target, "MiB/s", "higher")


def _figure(name: str, ours: float, reference: float, target: float) -> Figure:
    return Figure(name, ours, reference, ours / reference, target, "MiB/s", "higher")


def _file(work: Path, size_mib: int) -> Path:
    path = work / "plain"
    with path.open("wb") as file:
        for _ in range(size_mib):
            file.write(os.urandom(MIB))
    return path


def _took(
    target: Path, contenders: dict[str, tuple[Path, Contender]], rounds: int
) -> dict[str, list[float]]:
    """Return how many seconds each contender took in each round, all in turn."""
    took: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, (source, contender) in contenders.items():
            with source.open("rb") as taken, target.open("wb") as given:
                started = time.perf_counter()
                contender(taken, given)
                given.flush()
                took[name].append(time.perf_counter() - started)
    return took


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    buffer = bytearray(MIB)
    view = memoryview(buffer)
    while count := source.readinto(buffer):  # type: ignore[attr-defined]
        target.write(view[:count])


def _raw(size_mib: int) -> None:
    cipher, nonce = AESGCM(os.urandom(32)), bytes(12)
    plain, sealed = bytearray(MIB), bytearray(MIB + 16)
    for _ in range(size_mib):
        # One nonce for all: nothing leaves this function, and only the speed matters.
        cipher.encrypt_into(nonce, plain, None, sealed)


class _Undying(io.BufferedIOBase):
    """Hands writes through and survives the `close` that Tink's streams end with."""

    def __init__(self, target: BinaryIO) -> None:
        super().__init__()
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return self._target.write(data)


def _tink() -> Contender:
    import tink
    from tink import streaming_aead

    streaming_aead.register()
    template = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
    primitive = tink.new_keyset_handle(template).primitive(streaming_aead.StreamingAead)

    def seal(source: BinaryIO, target: BinaryIO) -> None:
        with primitive.new_encrypting_stream(_Undying(target), b"bench") as stream:
            while block := source.read(MIB):
                stream.write(block)

    return seal


def _aws(frame_bytes: int | None) -> Contender:
    import aws_encryption_sdk
    from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
    from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
    from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider

    wrapping = WrappingKey(
        wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
        wrapping_key=os.urandom(32),
        wrapping_key_type=EncryptionKeyType.SYMMETRIC,
    )

    class Provider(RawMasterKeyProvider):  # type: ignore[misc]
        provider_id = "bench"

        def _get_raw_key(self, key_id: str) -> Any:  # noqa: ARG002  # the name is theirs
            return wrapping

    provider = Provider()
    provider.add_master_key("bench")
    # The suite without a signature: theirs by default signs each stream, ours does not.
    client = aws_encryption_sdk.EncryptionSDKClient()
    suite = aws_encryption_sdk.Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    options: dict[str, Any] = {"key_provider": provider, "algorithm": suite}
    if frame_bytes:
        options["frame_length"] = frame_bytes

    def seal(source: BinaryIO, target: BinaryIO) -> None:
        with client.stream(mode="e", source=source, **options) as stream:
            while block := stream.read(MIB):
                target.write(block)

    return seal


def _age() -> Contender:
    import pyrage

    recipient = pyrage.x25519.Identity.generate().to_public()
    return lambda source, target: pyrage.encrypt_io(source, target, [recipient])


def _store_figure(work: Path, ring: KeyRing, size_mib: int, rounds: int) -> Figure:
    """Storing a file as the product does: sealed, with its SHA-256, and on the disk for good."""
    plain, files = work / "plain", SealedFiles(work / "data" / "objects", ring)
    ours = reference = float("inf")
    for _ in range(rounds):
        with plain.open("rb") as source:
            started = time.perf_counter()
            hashlib.file_digest(source, "sha256")
            _copy_to_disk(plain, work / "target")
            reference = min(reference, time.perf_counter() - started)
        name = uuid4()
        with plain.open("rb") as source:
            started = time.perf_counter()
            files.write(COMPANY, name, source)
            ours = min(ours, time.perf_counter() - started)
        files.delete(COMPANY, name)
    return _figure(
        "storing a sealed file, against SHA-256 + copy + fsync",
        size_mib / ours,
        size_mib / reference,
        STREAM_TARGET,
    )


def _copy_to_disk(source: Path, target: Path) -> None:
    with source.open("rb") as taken, target.open("wb") as given:
        _copy(taken, given)
        given.flush()
        os.fsync(given.fileno())


def _field_figures(ring: KeyRing, calls: int, rounds: int) -> list[Figure]:
    value, row = os.urandom(FIELD_BYTES), str(uuid4())
    cipher, about = AESGCM(os.urandom(32)), os.urandom(FIELD_BYTES)
    column = ring.account_key(COMPANY).column("person", "email")
    token, nonce = column.seal(row, value), os.urandom(12)
    bare = nonce + cipher.encrypt(nonce, value, about)

    def bare_seal() -> bytes:
        nonce = os.urandom(12)
        return nonce + cipher.encrypt(nonce, value, about)

    took = _calls_took(
        {
            "bare seal": bare_seal,
            "bare open": lambda: cipher.decrypt(bare[:12], bare[12:], about),
            "seal": lambda: column.seal(row, value),
            "open": lambda: column.unseal(row, token),
        },
        calls,
        rounds,
    )
    return [
        _field("sealing a field, against bare AES-GCM", calls, took["seal"], took["bare seal"]),
        _field("opening a field, against bare AES-GCM", calls, took["open"], took["bare open"]),
    ]


def _calls_took(
    contenders: dict[str, Callable[[], object]], calls: int, rounds: int
) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            started = time.perf_counter()
            for _ in range(calls):
                contender()
            took[name].append(time.perf_counter() - started)
    return took


def _field(name: str, calls: int, ours: list[float], theirs: list[float]) -> Figure:
    ratio = median(their / our for our, their in zip(ours, theirs, strict=True))
    return Figure(
        name, calls / median(ours), calls / median(theirs), ratio, FIELD_TARGET, "/s", "higher"
    )


if __name__ == "__main__":
    for figure in figures(quick="--full" not in sys.argv):
        print(
            f"{figure.name:70} {figure.ours:12.0f} {figure.reference:12.0f} {figure.unit:6}"
            f" {figure.ratio:6.2f} (target {figure.target})"
        )
