"""Rehearsing a restore: the whole of it, elsewhere on this machine, in a process of its own.

The scratch installation is the backup, a copy of the ledger, and links to the key store and its
lock; it has no server, no timetable and no mail, signs no checkpoint, changes no key. Its process
tells how far it is, and at the end what it found.
"""

from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from trustkeep.evidence.ledger import Ledger
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.backups.ports import Report, Stage
from trustkeep.site import rehearsal
from trustkeep.site.background import SCHEDULER_VARIABLE
from trustkeep.site.installation import DATA_VARIABLE, ROOT_KEY_VARIABLE
from trustkeep.vault.provisioning import key_store_path, lock_path

SCRATCH = ".drill"
"""Where a rehearsal takes place, inside the directory of backups."""
END_WITHIN_S = 10

log = structlog.get_logger(__name__)


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
    fresh = multiprocessing.get_context("spawn")
    ours, theirs = fresh.Pipe()
    process = fresh.Process(
        target=rehearsal.main, args=(theirs, str(backup), _environment(scratch)), daemon=True
    )
    process.start()
    theirs.close()
    found: dict[str, Any] = {"failure": "its process ended before it could say what it found."}
    try:
        while True:
            told = ours.recv()
            if "stage" not in told:
                found = told
                break
            report(Stage(told["stage"]), told["done"], told["all"])
    except EOFError:
        log.exception("rehearsal-killed")
    finally:
        ours.close()
        # Whatever keeps us from listening, nobody is left working on the scratch.
        process.join(END_WITHIN_S)
        process.kill()
        process.join()
    if "failure" in found:
        raise RehearsalFailed(backup=backup.name, reason=found["failure"])
    return found


def _environment(scratch: Path) -> dict[str, str]:
    return {
        DATA_VARIABLE: str(scratch),
        ROOT_KEY_VARIABLE: str(settings.INSTALLATION.root_key_file.resolve()),
        "TRUSTKEEP_LEDGER": str(scratch / "ledger.db"),
        "TRUSTKEEP_BACKUPS": str(scratch / "backups"),
        SCHEDULER_VARIABLE: "off",
    }
