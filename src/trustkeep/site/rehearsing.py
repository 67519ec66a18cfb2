"""Rehearsing a restore: the whole of it, elsewhere on this machine, in a process of its own.

The scratch installation is the backup, a copy of the ledger, and links to the key store and its
lock; it has no server, no timetable and no mail, signs no checkpoint and changes no key. The
process prints one JSON object a line: how far it is, and at the end what it found.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from trustkeep.evidence.ledger import Ledger
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.backups.ports import Report, Stage
from trustkeep.site.background import SCHEDULER_VARIABLE
from trustkeep.site.installation import DATA_VARIABLE, ROOT_KEY_VARIABLE
from trustkeep.vault.provisioning import key_store_path, lock_path

SCRATCH = ".drill"
"""Where a rehearsal takes place, inside the directory of backups."""


class RehearsalFailed(TrustkeepError):
    """The process of a rehearsal ended before it could say what it found."""

    sentence = "The rehearsal of {backup} ended early: {reason}"


def rehearse(backup: Path, report: Report) -> dict[str, Any]:
    """Restore, reconcile and prove a backup; return counts. Raises RehearsalFailed."""
    scratch = backup.parent / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        _furnish(scratch)
        return _run(backup, scratch, report)
    except OSError as error:
        raise RehearsalFailed(backup=backup.name, reason=error.strerror or error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _furnish(scratch: Path) -> None:
    data: Path = settings.INSTALLATION.data
    for path in (key_store_path(data), lock_path(data)):
        (scratch / path.name).symlink_to(path.resolve())
    if settings.LEDGER and settings.LEDGER.exists():
        Ledger(settings.LEDGER).copy_to(scratch / "ledger.db")


def _run(backup: Path, scratch: Path, report: Report) -> dict[str, Any]:
    process = subprocess.Popen(  # noqa: S603  (our own module, and a path of ours)
        [sys.executable, "-m", "trustkeep.site.rehearsal", str(backup)],
        env=_environment(scratch),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stderr
    found: dict[str, Any] | None = None
    try:
        for line in process.stdout:
            told = json.loads(line)
            if "stage" in told:
                report(Stage(told["stage"]), told["done"], told["all"])
            else:
                found = told
    finally:
        # Whatever keeps us from listening, nobody is left working on the scratch.
        if found is None and process.poll() is None:
            process.kill()
        errors = process.stderr.read()
        process.wait()
        process.stdout.close()
        process.stderr.close()
    if found is None or "failure" in found:
        last = (errors.strip().splitlines() or ["it said nothing"])[-1]
        reason = found["failure"] if found else last
        raise RehearsalFailed(backup=backup.name, reason=reason)
    return found


def _environment(scratch: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRUSTKEEP_")}
    return {
        **kept,
        DATA_VARIABLE: str(scratch),
        ROOT_KEY_VARIABLE: str(settings.INSTALLATION.root_key_file.resolve()),
        "TRUSTKEEP_LEDGER": str(scratch / "ledger.db"),
        "TRUSTKEEP_BACKUPS": str(scratch / "backups"),
        SCHEDULER_VARIABLE: "off",
    }
