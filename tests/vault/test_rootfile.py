"""The root key's file: what is refused, and that an exchange never loses a root in use."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.rootfile import (
    FileRootKey,
    RootFile,
    RootKeyExposed,
    RootKeyForeign,
    RootKeyMalformed,
    RootKeyMissing,
    RootKeyNotOurs,
    RootKeyUnreadable,
)
from trustkeep.vault.wrapping import WrapContext, WrappedKeyRefused

CONTEXT = WrapContext("account/alice", 1, 1)


@pytest.fixture
def holder(tmp_path: Path) -> RootFile:
    holder = RootFile(tmp_path / "root.key")
    holder.create()
    return holder


@pytest.mark.asvs("13.3.2")
def test_root_key__is_made_for_its_owner_only(holder: RootFile) -> None:
    found = holder.path.stat()

    assert stat.S_IMODE(found.st_mode) == 0o400
    assert found.st_size == 32
    assert holder.current().describe().mode == "0400"
    assert holder.current().describe().kind == "file"


def test_root_key__that_is_there_is_kept(holder: RootFile) -> None:
    before = holder.path.read_bytes()

    holder.create()

    assert holder.path.read_bytes() == before


def test_wrapping__gives_back_the_key_for_its_context_only(holder: RootFile) -> None:
    wrapped = holder.current().wrap(b"k" * 32, CONTEXT)

    assert holder.current().unwrap(wrapped, CONTEXT) == b"k" * 32
    for other in (
        WrapContext("account/bob", 1, 1),
        WrapContext("account/alice", 2, 1),
        WrapContext("account/alice", 1, 2),
    ):
        with pytest.raises(WrappedKeyRefused, match="was refused"):
            holder.current().unwrap(wrapped, other)


@pytest.mark.parametrize("position", range(61))
def test_wrapping__refuses_any_changed_bit(holder: RootFile, position: int) -> None:
    wrapped = bytearray(holder.current().wrap(b"k" * 32, CONTEXT))
    wrapped[position] ^= 1

    with pytest.raises(WrappedKeyRefused):
        holder.current().unwrap(bytes(wrapped), CONTEXT)


@pytest.mark.parametrize("length", [0, 1, 5, 13, 60])
def test_wrapping__refuses_what_was_cut_off(holder: RootFile, length: int) -> None:
    wrapped = holder.current().wrap(b"k" * 32, CONTEXT)

    with pytest.raises(WrappedKeyRefused):
        holder.current().unwrap(wrapped[:length], CONTEXT)


@pytest.mark.asvs("13.3.2")
@pytest.mark.parametrize("mode", [0o440, 0o404, 0o604, 0o420, 0o401])
def test_root_key__that_others_may_touch_is_refused(holder: RootFile, mode: int) -> None:
    holder.path.chmod(mode)

    with pytest.raises(RootKeyExposed, match=f"{mode:04o}"):
        holder.current().describe()


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_root_key__of_the_wrong_length_is_refused(holder: RootFile, size: int) -> None:
    holder.path.unlink()
    holder.path.write_bytes(bytes(size))
    holder.path.chmod(0o400)

    with pytest.raises(RootKeyMalformed, match=f"has {size} bytes instead of 32"):
        holder.current().describe()


def test_root_key__that_shrinks_while_it_is_read_is_refused(
    holder: RootFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = holder.path.stat()
    holder.path.unlink()
    holder.path.write_bytes(b"short")
    monkeypatch.setattr(os, "fstat", lambda _: whole)

    with pytest.raises(RootKeyMalformed, match="5 bytes"):
        holder.current().describe()


def test_root_key__of_another_user_is_refused(
    holder: RootFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)

    with pytest.raises(RootKeyForeign, match="another user"):
        holder.current().describe()


def test_root_key__that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(RootKeyMissing, match=r"root\.key is missing"):
        FileRootKey(tmp_path / "root.key").describe()


def test_root_key__that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(RootKeyUnreadable):
        FileRootKey(tmp_path).describe()


def test_root_key__may_be_mounted_through_a_link(holder: RootFile, tmp_path: Path) -> None:
    link = tmp_path / "mounted.key"
    link.symlink_to(holder.path)

    assert FileRootKey(link).describe().location == str(link)
    with pytest.raises(RootKeyNotOurs, match="provided from outside"):
        RootFile(link).prepare()
    assert not RootFile(link).next_path.exists()


def test_exchange__puts_the_successor_in_place_and_the_old_root_away(holder: RootFile) -> None:
    old = holder.path.read_bytes()
    holder.prepare()
    new = holder.next_path.read_bytes()

    holder.adopt()

    assert holder.path.read_bytes() == new != old
    assert [path.name for path in holder.path.parent.iterdir()] == ["root.key"]


def test_exchange__overwrites_the_old_root(holder: RootFile, tmp_path: Path) -> None:
    (tmp_path / "watcher").hardlink_to(holder.path)
    old = holder.path.read_bytes()
    holder.prepare()

    holder.adopt()

    assert (tmp_path / "watcher").read_bytes() != old


def test_exchange__goes_on_where_the_root_was_lost_after_the_successor_came_into_force(
    holder: RootFile,
) -> None:
    holder.prepare()
    new = holder.next_path.read_bytes()
    holder.path.unlink()
    holder.retired_path.write_bytes(b"left behind by a kill")

    holder.adopt()

    assert holder.path.read_bytes() == new
    assert not holder.retired_path.exists()


def test_exchange__that_is_given_up_leaves_the_root(holder: RootFile) -> None:
    root = holder.path.read_bytes()
    holder.prepare()
    holder.retired_path.hardlink_to(holder.path)

    holder.abandon()

    assert holder.path.read_bytes() == root
    assert [path.name for path in holder.path.parent.iterdir()] == ["root.key"]


def test_destroy__leaves_no_file(holder: RootFile) -> None:
    holder.current().destroy()

    assert not holder.path.exists()
    assert holder.pending() is None


def test_errors__say_what_to_do_and_show_no_key(holder: RootFile) -> None:
    holder.path.chmod(0o444)

    with pytest.raises(TrustkeepError) as refused:
        holder.current().describe()

    assert "rotate" in str(refused.value)
    assert holder.path.read_bytes().hex() not in str(refused.value)
