"""Sealed streams: any length, any range, nothing that was changed or cut off."""

from __future__ import annotations

import io
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustkeep.vault import chunked
from trustkeep.vault.chunked import CHUNK_BYTES, HEADER_BYTES, SealedStreamRefused, sealed_size
from trustkeep.vault.ranges import RangeReader

KEY = os.urandom(32)
CONTEXT = b"alice's file"
EDGES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 70 * CHUNK_BYTES + 5]
PLAIN = os.urandom(3 * CHUNK_BYTES + 100)


def _sealed(plain: bytes) -> bytes:
    target = io.BytesIO()
    chunked.encrypt(io.BytesIO(plain), target, key=KEY, context=CONTEXT)
    return target.getvalue()


SEALED = _sealed(PLAIN)


def _reader(sealed: bytes) -> RangeReader:
    return RangeReader(io.BytesIO(sealed), key=KEY, context=CONTEXT)


def _opened(sealed: bytes, context: bytes = CONTEXT) -> bytes:
    target = io.BytesIO()
    chunked.decrypt(io.BytesIO(sealed), target, key=KEY, context=context)
    return target.getvalue()


@pytest.mark.parametrize("size", EDGES)
def test_stream__opens_to_what_was_sealed(size: int) -> None:
    plain = os.urandom(size)
    sealed = _sealed(plain)

    assert len(sealed) == sealed_size(size)
    assert _opened(sealed) == plain
    assert _reader(sealed).read() == plain


@given(st.integers(0, len(PLAIN) + 10), st.integers(0, len(PLAIN) + 10))
def test_range__is_the_slice_of_the_plaintext(offset: int, length: int) -> None:
    assert _reader(SEALED).read_range(offset, length) == PLAIN[offset : offset + length]


def test_range__may_be_longer_than_one_batch() -> None:
    plain = os.urandom(150 * CHUNK_BYTES)

    assert (
        _reader(_sealed(plain)).read_range(5, 140 * CHUNK_BYTES) == plain[5:][: 140 * CHUNK_BYTES]
    )


def test_reader__seeks_like_a_file() -> None:
    reader = _reader(SEALED)

    assert reader.readable()
    assert reader.seekable()
    assert reader.seek(-5, os.SEEK_END) == len(PLAIN) - 5 == reader.tell()
    assert reader.read() == PLAIN[-5:]
    assert reader.seek(-10, os.SEEK_CUR) == len(PLAIN) - 10
    assert reader.read(0) == b""
    with pytest.raises(ValueError, match="before the start"):
        reader.seek(-1)


def test_reader__closes_its_source() -> None:
    source = io.BytesIO(SEALED)

    RangeReader(source, key=KEY, context=CONTEXT).close()

    assert source.closed


@pytest.mark.parametrize("kept", [0, 10, HEADER_BYTES, HEADER_BYTES + 8, HEADER_BYTES + 16_400, -1])
def test_stream__that_was_cut_off_is_refused(kept: int) -> None:
    with pytest.raises(SealedStreamRefused, match="cut off"):
        _opened(SEALED[:kept])
    with pytest.raises(SealedStreamRefused):
        _reader(SEALED[:kept])


def test_reader__refuses_a_longer_stream_before_it_gives_out_anything() -> None:
    with pytest.raises(SealedStreamRefused):
        _reader(SEALED + bytes(20))


@given(st.integers(0, len(SEALED) - 1), st.integers(0, 7))
def test_stream__with_any_bit_changed_is_refused(position: int, bit: int) -> None:
    forged = bytearray(SEALED)
    forged[position] ^= 1 << bit

    with pytest.raises(SealedStreamRefused):
        _opened(bytes(forged))
    with pytest.raises(SealedStreamRefused):
        _reader(bytes(forged)).read()


def test_reader__opens_what_lies_before_a_changed_chunk() -> None:
    forged = bytearray(SEALED)
    forged[HEADER_BYTES + 16_400 + 3] ^= 1
    reader = _reader(bytes(forged))

    assert reader.read_range(0, CHUNK_BYTES) == PLAIN[:CHUNK_BYTES]
    with pytest.raises(SealedStreamRefused):
        reader.read_range(CHUNK_BYTES, 1)


def test_stream__is_refused_in_another_context() -> None:
    with pytest.raises(SealedStreamRefused):
        _opened(SEALED, b"bob's file")


def test_stream__demands_a_key_of_full_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        RangeReader(io.BytesIO(SEALED), key=KEY[:16], context=CONTEXT)
    with pytest.raises(ValueError, match="32 bytes"):
        chunked.encrypt(io.BytesIO(), io.BytesIO(), key=KEY[:16], context=CONTEXT)


def test_stream__takes_the_same_memory_for_any_size(tmp_path: Path) -> None:
    source, sealed, opened = (tmp_path / name for name in ("plain", "sealed", "opened"))
    source.write_bytes(os.urandom(1 << 20) * 32)

    tracemalloc.start()
    with source.open("rb") as plain, sealed.open("wb") as target:
        chunked.encrypt(plain, target, key=KEY, context=CONTEXT)
    with sealed.open("rb") as taken, opened.open("wb") as target:
        chunked.decrypt(taken, target, key=KEY, context=CONTEXT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert opened.stat().st_size == source.stat().st_size
    assert peak < 4 << 20
