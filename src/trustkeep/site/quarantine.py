"""A restored database is closed to everybody until it is reconciled.

The process that serves looks once, when it starts. While it is closed every address answers 503
with one plain page, nothing of the timetable runs, and one thread reconciles. It opens by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from django.db import connections

from trustkeep.kernel import clock
from trustkeep.site.headers import with_security_headers
from trustkeep.site.prepared import Answer

RETRY_AFTER_S = 30
LOOK_AGAIN_S = 30.0
"""How long after a failure it is tried again, as long as the process lives."""
_TOLD = (
    (
        "Back soon",
        "This trust center was restored and re-applies every deletion and lock before it opens.",
    ),
    (
        "Bald wieder da",
        "Dieses Trust Center wurde wiederhergestellt und führt vor dem Öffnen alle Löschungen und "
        "Sperren erneut aus.",
    ),
    (
        "Bientôt de retour",
        "Ce centre de confiance a été restauré et réapplique chaque suppression et chaque "
        "verrouillage avant d’ouvrir.",
    ),
)
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Back soon</title>'
    + "".join(
        f'<section lang="{language}"><h1>{title}</h1><p>{text}</p></section>'
        for language, (title, text) in zip(("en", "de", "fr"), _TOLD, strict=True)
    )
    + "</html>"
).encode()

log = structlog.get_logger(__name__)


class Quarantine:
    """Whether this process is closed; once open it stays so."""

    def __init__(self) -> None:
        self.closed = False
        self._answer = _answer()

    def look(self) -> bool:
        """Look where the database stands; raises what the ledger has against it."""
        from trustkeep.lifecycle.backups import reconciling

        try:
            self.closed = reconciling.is_needed()
        finally:
            connections.close_all()
        return self.closed

    def answer(self) -> Answer | None:
        """Return what everybody is told; None where the process is open."""
        return self._answer if self.closed else None

    def reconcile_and_then(self, open_up: Callable[[], None]) -> threading.Thread:
        """Reconcile in a thread of its own, open, and call `open_up`."""
        thread = threading.Thread(
            target=self._reconcile, args=(open_up,), name="trustkeep-reconcile", daemon=True
        )
        thread.start()
        return thread

    def _reconcile(self, open_up: Callable[[], None]) -> None:
        from trustkeep.controls import publication
        from trustkeep.lifecycle.backups import reconciling

        while self.closed:
            try:
                done = reconciling.reconcile(now=clock.now())
                publication.reconcile(now=clock.now())
            except Exception:
                # Closed is the safe state, whatever went wrong.
                log.exception("reconciling-failed")
                connections.close_all()
                threading.Event().wait(LOOK_AGAIN_S)
                continue
            log.warning("reconciled", counts=dict(done.counts) if done else {})
            self.closed = False
        connections.close_all()
        open_up()


def _answer() -> Answer:
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(_PAGE))),
        ("Retry-After", str(RETRY_AFTER_S)),
        ("Cache-Control", "no-store"),
    ]
    return 503, with_security_headers(headers), _PAGE


of_process = Quarantine()
