"""Run as a program: kill the making and the restoring of a backup at every line, and look.

Each line of the functions that decide is one instant: a child starts the act and kills itself there
with SIGKILL; the parent then looks at what lies on the disk. Prints how many instants there were.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MAKING = ("making.py", {"make_backup", "_written", "_enter"})
RESTORING = ("restoring.py", {"restore", "_require_free", "_publish", "_require_database"})


def kill_at(instant: int, watched: tuple[str, set[str]]) -> None:
    """Let this process die when it comes to its `instant`-th line of the watched functions."""
    passed = 0
    file, functions = watched

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal passed
        code = frame.f_code
        if not code.co_filename.endswith(file) or code.co_name not in functions:
            return None
        if event == "line":
            passed += 1
            if passed == instant:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def survives(act: Callable[[], object], instant: int, watched: tuple[str, set[str]]) -> bool:
    """Run `act` in a child that is killed at `instant`; whether it came to its end before that."""
    child = os.fork()
    if not child:
        kill_at(instant, watched)
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, f"the act failed by itself at {instant}"
    return not os.WIFSIGNALED(status)


def makings(folder: Path) -> int:
    """Kill a backup everywhere: what is called a backup is one, and the next one enters it."""
    from trustkeep.lifecycle.backups.making import backup_files, make_backup
    from trustkeep.lifecycle.backups.models import Backup
    from trustkeep.lifecycle.backups.ports import places
    from trustkeep.lifecycle.backups.verifying import verify

    where, instant = places().backups, 0
    while True:
        instant += 1
        done = survives(lambda: _closed(lambda: make_backup(by="kills", now=NOW)), instant, MAKING)
        for path in backup_files(where):
            verify(path, where)
        if instant % 9 == 0 or done:
            # The next attempt clears and enters what the killed ones have left.
            _closed(lambda: make_backup(by="kills", now=NOW))
            names = {path.name for path in backup_files(where)}
            known = _closed(lambda: set(Backup.objects.values_list("name", flat=True)))
            assert names <= known, instant
            assert not list(where.glob(".*.part*")), instant
            for path in backup_files(where):
                path.unlink()
        if done:
            return instant


def restorings(folder: Path) -> int:
    """Kill a restore everywhere: nothing starts that is not whole, and it can be begun anew."""
    from trustkeep.lifecycle.backups.making import make_backup
    from trustkeep.lifecycle.backups.restoring import (
        RestoreBrokenOff,
        require_none_under_way,
        restore,
    )
    from trustkeep.site import keys
    from trustkeep.vault.sqlcipher.copying import require_whole

    made = _closed(lambda: make_backup(by="kills", now=NOW))
    secret, data, instant = keys.of_restore(), folder / "restored", 0
    while True:
        instant += 1
        data.mkdir()
        done = survives(lambda: restore(made.path, data, secret), instant, RESTORING)
        try:
            require_none_under_way(data)
        except RestoreBrokenOff:
            assert not done
        else:
            if (data / "trustkeep.db").exists():
                require_whole(data / "trustkeep.db", secret.database)
                assert not (data / "restore.partial").exists(), instant
        if (data / "restore.partial").exists() or not (data / "trustkeep.db").exists():
            restore(made.path, data, secret)
        assert sorted(path.name for path in data.iterdir())[-1] == "trustkeep.db", instant
        shutil.rmtree(data)
        if done:
            return instant


def _closed(act: Callable[[], Any]) -> Any:
    """Leave no connection for a child to inherit."""
    from django.db import connections

    try:
        return act()
    finally:
        connections.close_all()


def main(what: str, folder: Path) -> None:
    from trustkeep.site import installation, opening

    data = folder / "installation"
    child = os.fork()
    if not child:
        # Whoever makes an installation has opened it under another name.
        opening.make(data, installation.demo_config({}), fill=lambda: None, now=NOW)
        os._exit(0)
    os.waitpid(child, 0)
    installation.current(data).enter()
    opening.start_django()
    print({"makings": makings, "restorings": restorings}[what](folder))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
