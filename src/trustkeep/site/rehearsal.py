"""What the process of a rehearsal does; see `rehearsing`. Django starts in it, on the scratch."""

from __future__ import annotations

import io
import os
import sys
import uuid
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from trustkeep.kernel import clock
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.backups.ports import Report, Stage
from trustkeep.site import installation, keys, opening

_PATHS = ("/de/", "/en/", "/fr/")


def main(told: Connection, backup: str, environment: Mapping[str, str]) -> None:
    """Tell how far it is, and at the end what was found: this is a process's first function."""
    for name in [name for name in os.environ if name.startswith("TRUSTKEEP_")]:
        del os.environ[name]
    os.environ.update(environment)

    def report(stage: str, done_bytes: int, all_bytes: int) -> None:
        told.send({"stage": str(stage), "done": done_bytes, "all": all_bytes})

    try:
        found = _rehearse(Path(backup), report)
    except TrustkeepError as error:
        found = {"failure": str(error)}
    told.send(found)
    told.close()


def _rehearse(backup: Path, report: Report) -> dict[str, Any]:
    from trustkeep.lifecycle.backups import restoring

    current = installation.current()
    told = restoring.restore(backup, current.data, keys.of_restore(), report=report)
    current = installation.current()
    current.enter()
    opening.start_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from trustkeep.evidence.audit import audit
    from trustkeep.lifecycle.backups import reconciling

    report(Stage.RECONCILE, 0, 0)
    done = reconciling.reconcile(now=clock.now())
    report(Stage.PROVE, 0, 0)
    audited = audit()
    return {
        "files": told.files,
        "log_size": told.manifest["log_size"],
        "reconciled": dict(done.counts) if done else {},
        "entries": audited.size,
        **_absence(),
        **_presence(),
        "pages": _pages(),
    }


def _absence() -> dict[str, int]:
    """Count what is left of everything that was ever erased, and keys of it that still open."""
    from trustkeep.lifecycle.models import Obligation
    from trustkeep.lifecycle.part_reader import left_of
    from trustkeep.lifecycle.stages import Stage
    from trustkeep.vault.keystore import KeyDestroyed

    erased, left = 0, 0
    for row in Obligation.objects.filter(stage__in=(Stage.PURGED, Stage.CLOSED)):
        erased += 1
        left += left_of(row).total
        if row.scope == "account":
            try:
                keys.ring().account_key(row.customer.id)
                left += 1
            except KeyDestroyed:
                continue
    return {"erased": erased, "left": left}


def _presence() -> dict[str, int]:
    """Count the accounts and files that are there, and files whose content is not."""
    from trustkeep.accounts.models import Account
    from trustkeep.holdings.models import FileVersion
    from trustkeep.vault.shelf import sealed_files

    missing = 0
    versions = FileVersion.objects.values_list("account_id", "pk")
    by_account: dict[uuid.UUID, set[uuid.UUID]] = {}
    for account, version in versions:
        if account not in by_account:
            by_account[account] = set(sealed_files().objects_of(account))
        missing += version not in by_account[account]
    return {"accounts": Account.objects.count(), "objects": len(versions), "missing": missing}


def _pages() -> int:
    """Return how many languages the public page renders in."""
    from django.conf import settings

    from trustkeep.site.edge import Started, of_installation

    edge = of_installation()
    shown = 0
    for path in _PATHS:
        started = Started()
        environ = _environ(path, settings.CONFIG.authority)
        body = b"".join(edge(environ, started))
        shown += started.status.startswith("200") and b"backups-without-exposure" in body
    return shown


def _environ(path: str, host: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
