"""The process of a rehearsal: ``python -m trustkeep.site.rehearsal BACKUP``; see `rehearsing`."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import Any

from trustkeep.kernel import clock
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.site import installation, keys, opening

_PATHS = ("/de/", "/en/", "/fr/")


def main(backup: Path) -> None:
    """Print how far it is, and at the end what was found."""
    try:
        found = _rehearse(backup)
    except TrustkeepError as error:
        found = {"failure": str(error)}
    print(json.dumps(found), flush=True)


def _rehearse(backup: Path) -> dict[str, Any]:
    from trustkeep.lifecycle.backups import restoring

    current = installation.current()
    told = restoring.restore(backup, current.data, keys.of_restore(), report=_report)
    current = installation.current()
    current.enter()
    opening.start_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from trustkeep.evidence.audit import audit
    from trustkeep.lifecycle.backups import reconciling

    _tell("reconcile")
    done = reconciling.reconcile(now=clock.now())
    _tell("prove")
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
    from trustkeep.lifecycle import second_reader
    from trustkeep.lifecycle.models import Obligation
    from trustkeep.lifecycle.stages import Stage
    from trustkeep.lifecycle.stores import Extent
    from trustkeep.vault.keystore import KeyDestroyed

    erased, left = 0, 0
    for row in Obligation.objects.filter(stage__in=(Stage.PURGED, Stage.CLOSED)):
        erased += 1
        left += second_reader.read(Extent(row.account_id, row.scope, row.reference)).total
        if row.scope == "account":
            try:
                keys.ring().account_key(row.account_id)
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
    import io

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


def _report(stage: str, done_bytes: int, all_bytes: int) -> None:
    print(json.dumps({"stage": stage, "done": done_bytes, "all": all_bytes}), flush=True)


def _tell(stage: str) -> None:
    _report(stage, 0, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
