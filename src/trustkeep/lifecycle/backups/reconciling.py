"""Reconciling a restored database with the ledger, before it serves anybody.

1. The log catches up: every published entry that the copy lacks is entered again, and the database
   is quarantined, in one transaction.
2. Every way in that was shut since is shut; sessions and links end, whichever they are.
3. Obligations, holds and receipts are put back where they stood; what was erased is erased again.
4. Letters that waited in the copy are called off: they went out, or are out of date.
5. What deleting leaves behind in the file is cleared.
6. One entry says how much was re-applied; with it the quarantine ends.

Every part may be run again after a kill, and changes nothing the second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from trustkeep.evidence import keeping
from trustkeep.evidence.actions import append
from trustkeep.evidence.keeping import Stand
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.ledger import Facts
from trustkeep.evidence.replaying import quarantine
from trustkeep.kernel.clock import isoformat
from trustkeep.letters.actions import cancel
from trustkeep.letters.models import Letter
from trustkeep.lifecycle.backups import contracts, facts, ways_in
from trustkeep.lifecycle.backups.making import PROMISE
from trustkeep.lifecycle.backups.models import Work
from trustkeep.lifecycle.models import ClockMark


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was re-applied, by kind, and the entry that says so."""

    entry_index: int
    counts: Mapping[str, int]


def is_needed() -> bool:
    """Return whether this database has to be reconciled; raises what `keeping.stand` raises."""
    return keeping.stand() in (Stand.OLD, Stand.QUARANTINED)


def reconcile(*, now: datetime) -> Reconciled | None:
    """Reconcile an old or quarantined database; None where nothing is to be done.

    Raises what `keeping.stand` raises, or StillThere; the database stays quarantined then.
    """
    if not is_needed():
        return None
    replayed = quarantine(now=now)
    found = keeping.ledger()
    assert found is not None
    with keeping.reconciling():
        done = Counter(entries=replayed) + _reapply(found.facts(), now)
        _believe(found.checkpoints(0)[-1:], now)
        _clear_residues()
        return _finish(done, now)


def _reapply(known: Facts, now: datetime) -> Counter[str]:
    with transaction.atomic():
        done = ways_in.end_what_was_open(now=now)
        done += ways_in.people(_of(known, facts.PERSON))
        done += ways_in.members(_of(known, facts.MEMBER), now=now)
        done += ways_in.users(_of(known, facts.USER))
        done += ways_in.tokens(_of(known, facts.TOKEN), now=now)
    done += contracts.obligations(_of(known, facts.OBLIGATION), now=now)
    with transaction.atomic():
        done += contracts.holds(_of(known, facts.HOLD))
        done += contracts.receipts(_of(known, facts.RECEIPT))
        done += _call_letters_off(now)
        # What was being done when the copy was made is not being done now.
        Work.objects.filter(ended_at__isnull=True).update(ended_at=now, state="failed")
    return done


def _of(known: Facts, kind: str) -> dict[str, Mapping[str, Any]]:
    return {subject: told for (one, subject), told in known.items() if one == kind}


def _call_letters_off(now: datetime) -> Counter[str]:
    waiting = Letter.objects.filter(state=Letter.State.WAITING).values_list("pk", flat=True)
    for letter_id in list(waiting):
        cancel(letter_id=letter_id, now=now)
    return Counter(letters=len(waiting))


def _believe(newest: list[Any], now: datetime) -> None:
    """Let the clock's mark know the time of the newest checkpoint, which was believed then."""
    for one in newest:
        at = min(one.at, now)
        ClockMark.objects.filter(highest_at__lt=at).update(highest_at=at)


def _clear_residues() -> None:
    if connection.in_atomic_block or connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM") * 2:
            cursor.execute(statement)


def _finish(done: Counter[str], now: datetime) -> Reconciled:
    counts = {name: count for name, count in sorted(done.items()) if count}
    since = keeping.quarantined_since()
    body = {"since": isoformat(since or now), "counts": counts, "at": isoformat(now)}
    with transaction.atomic():
        entry = append(kind=Kind.RESTORE_RECONCILED, body=body, now=now, promise_id=PROMISE)
        keeping.release()
    return Reconciled(entry.index, counts)
