"""Run as a program: kill an act of the vault at every line it executes, and look what is left.

Each line of the vault's own code is one instant. For every instant a child process starts the act
on a fresh copy of a data directory and kills itself there with SIGKILL; the parent then checks what
lies on the disk. Prints how many instants there were.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from trustkeep.vault.keys import COMPANY, KeyRing, SystemPurpose
from trustkeep.vault.provisioning import provision

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHOLE = ["keys.db", "keys.lock", "root.key"]
_VAULT = f"{os.sep}vault{os.sep}"


def kill_at(instant: int) -> None:
    """Let this process die when it comes to its `instant`-th line inside the vault."""
    passed = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal passed
        if _VAULT not in frame.f_code.co_filename:
            return None
        if event == "line":
            passed += 1
            if passed == instant:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def survives(act: Callable[[], object], instant: int) -> bool:
    """Run `act` in a child that is killed at `instant`; whether it came to its end before that."""
    child = os.fork()
    if not child:
        kill_at(instant)
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "the act failed by itself"
    return not os.WIFSIGNALED(status)


def rotations(work: Path) -> int:
    """Kill a root rotation everywhere; after each kill the same keys must open, and rotate."""
    original = work / "original"
    provision(original, now=NOW)
    expected = _secrets(KeyRing.open(original))
    instant, data = 0, work / "copy"
    while True:
        instant += 1
        shutil.copytree(original, data)
        ring = KeyRing.open(data)
        done = survives(partial(ring.rotate_root, now=NOW), instant)
        assert _secrets(KeyRing.open(data)) == expected, instant
        # SQLite leaves a journal that never came into force for the next change to remove.
        assert set(_names(data)) - {"keys.db-journal"} == set(WHOLE), instant
        assert KeyRing.open(data).rotate_root(now=NOW) in ({3} if done else {2, 3})
        assert _names(data) == WHOLE, instant
        shutil.rmtree(data)
        if done:
            return instant


def provisionings(work: Path) -> int:
    """Kill a provisioning everywhere; all keys are there or none, and it can be repeated."""
    instant, data = 0, work / "data"
    while True:
        instant += 1
        done = survives(lambda: provision(data, now=NOW), instant)
        if not (data / "keys.db").exists():
            provision(data, now=NOW)
        assert len(set(_secrets(KeyRing.open(data)))) == len(SystemPurpose) + 1, instant
        assert _names(data) == WHOLE, instant
        shutil.rmtree(data)
        if done:
            return instant


def account_keys(work: Path) -> int:
    """Kill the rotation of an account's key everywhere; the old or the new version is there."""
    original = work / "original"
    provision(original, now=NOW)
    first = KeyRing.open(original).account_key(COMPANY).secret
    instant, data = 0, work / "copy"
    while True:
        instant += 1
        shutil.copytree(original, data)
        ring = KeyRing.open(data)
        done = survives(partial(ring.rotate_account_key, COMPANY, now=NOW), instant)
        again = KeyRing.open(data)
        assert again.account_key(COMPANY).version == len(again.versions(COMPANY)), instant
        assert again.account_key(COMPANY, 1).secret == first, instant
        shutil.rmtree(data)
        if done:
            return instant


def _names(data: Path) -> list[str]:
    return sorted(path.name for path in data.iterdir())


def _secrets(ring: KeyRing) -> list[bytes]:
    system = [ring.system_key(purpose) for purpose in SystemPurpose]
    return [*system, ring.account_key(COMPANY).secret]


if __name__ == "__main__":
    acts = {"rotations": rotations, "provisionings": provisionings, "account-keys": account_keys}
    print(acts[sys.argv[1]](Path(sys.argv[2])))
