"""Writing down what came back: row, attempt and entry of the log in one transaction."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from trustkeep.accounts.models import Account
from trustkeep.accounts.trail import commitment
from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.systems import patience
from trustkeep.lifecycle.systems.calling import call
from trustkeep.lifecycle.systems.judging import (
    CERTAINLY_UNHEARD,
    FAILURES,
    Known,
    Reason,
    State,
    Verdict,
    judged,
)
from trustkeep.lifecycle.systems.models import Attempt, Deed, Delivery, System
from trustkeep.lifecycle.systems.ports import (
    Act,
    Answer,
    Instruction,
    Outcome,
    Scope,
    ScopeKind,
    Trouble,
)

_PROMISES = {Act.LOCK: "locked-after-contract-end", Act.UNLOCK: "locked-after-contract-end"}
_ERASING = "deleted-after-contract-end"
_REQUESTED = "deletion-on-request"
LONGEST_DETAIL = 200


def settle(
    delivery_id: uuid.UUID, lease: uuid.UUID, answer: Answer, *, took: timedelta, now: datetime
) -> None:
    """Write down one attempt; nothing if the lease was lost meanwhile: its new holder writes."""
    row = (
        Delivery.objects.select_for_update()
        .select_related("system")
        .filter(pk=delivery_id, lease=lease)
        .first()
    )
    if row is None:
        return
    _note_health(row.system, answer, now)
    row.lease, row.lease_until = None, None
    if row.state in (State.DUE, State.AWAITING):
        take(row, answer, now=now)
    else:
        # A confirmation came in by itself, or a person decided, while the system was asked.
        row.save(update_fields=["lease", "lease_until"])
    Attempt.objects.create(
        delivery=row,
        number=row.attempts,
        at=now,
        took_ms=round(took.total_seconds() * 1000),
        # What it said, and what that is worth.
        outcome=answer.outcome,
        trouble=answer.trouble or row.trouble,
        detail=answer.detail[:LONGEST_DETAIL],
    )


def take(row: Delivery, answer: Answer, *, now: datetime) -> None:
    """Let an answer count for a delivery, whether it was asked for or came by itself."""
    known = Known(row.system.expects_data, row.planned, row.reached)
    verdict = judged(_instruction(row), answer, known)
    before = (row.state, row.outcome, row.trouble)
    _write(row, answer, verdict, now)
    _schedule(row, answer, now)
    if (row.state, row.outcome, row.trouble) != before:
        _log(row, Kind.SYSTEM_ANSWERED, now)
    row.save()


def _write(row: Delivery, answer: Answer, verdict: Verdict, now: datetime) -> None:
    was_awaiting = row.state == State.AWAITING and answer.outcome is Outcome.UNKNOWN
    # A question that found no answer takes nothing back of what the system has accepted.
    row.state = State.AWAITING if was_awaiting else verdict.state
    row.outcome = verdict.outcome
    row.trouble = verdict.trouble or ""
    row.detail = answer.detail[:LONGEST_DETAIL]
    may_have_acted = verdict.state is State.DUE and verdict.trouble not in CERTAINLY_UNHEARD
    row.reached = row.reached or may_have_acted
    if answer.outcome is not Outcome.UNKNOWN:
        row.answered_at = now
    for name in ("matched", "deleted", "skipped"):
        if getattr(answer, name) is not None:
            setattr(row, name, getattr(answer, name))
    row.remaining = answer.remaining
    row.tracking = answer.tracking or row.tracking
    row.proof = answer.proof or row.proof
    row.expected_at = answer.expected_at or row.expected_at


def _schedule(row: Delivery, answer: Answer, now: datetime) -> None:
    again_at = patience.obeyed(answer.again_at, now)
    is_open = row.state in (State.DUE, State.AWAITING)
    if is_open and now >= row.trying_since + patience.KEEP_TRYING:
        row.state, row.trouble = State.STALLED, Trouble.GIVEN_UP
    match row.state:
        case State.DUE:
            row.misses += 1
            row.next_at = max(now + patience.wait_after(row.misses), again_at or now)
        case State.AWAITING:
            is_missed = answer.outcome is Outcome.UNKNOWN
            row.misses = row.misses + 1 if is_missed else 0
            waited = now + patience.wait_after(row.misses) if is_missed else None
            row.next_at = again_at or waited or patience.next_poll(row.expected_at, now)
            if row.expected_at and now > row.expected_at:
                row.trouble = Trouble.OVERDUE
        case _:
            row.next_at = None
    if row.state == State.DONE:
        row.settled_at, row.sealed = now, b""
    if _needs_somebody(row, now):
        call(row, now=now)


def _needs_somebody(row: Delivery, now: datetime) -> bool:
    if row.state == State.STALLED or row.trouble == Trouble.OVERDUE:
        return True
    return row.state in (State.DUE, State.AWAITING) and now > row.deadline


def _note_health(system: System, answer: Answer, now: datetime) -> None:
    system.trouble = answer.trouble or ""
    if answer.trouble in FAILURES:
        system.failures += 1
        pause = patience.pause_after(system.failures)
        system.closed_until = now + pause if pause else None
    elif answer.trouble is Trouble.RATE_LIMITED:
        # It is well, and asked us to stay away: that counts for everything it is to be told.
        system.failures = 0
        system.closed_until = patience.obeyed(answer.again_at, now)
    elif answer.trouble not in CERTAINLY_UNHEARD or answer.trouble is Trouble.UNAUTHORISED:
        system.failures, system.closed_until, system.answered_at = 0, None, now
    system.save(update_fields=["trouble", "failures", "closed_until", "answered_at"])


def note_instructed(row: Delivery, *, now: datetime) -> None:
    """Note that the system is told now, once for each delivery."""
    if row.instructed_at is None:
        row.instructed_at = now
        row.save(update_fields=["instructed_at"])
        _log(row, Kind.SYSTEM_INSTRUCTED, now)


def stall(row: Delivery, trouble: Trouble, *, now: datetime) -> None:
    """Leave a delivery to a person."""
    row.state, row.trouble, row.next_at = State.STALLED, trouble, None
    row.outcome = row.outcome or Outcome.STALLED
    call(row, now=now)
    _log(row, Kind.SYSTEM_ANSWERED, now)
    row.save()


def not_applicable(row: Delivery, reason: Reason, *, now: datetime, by: str = "") -> None:
    """Say that a system has nothing to do, and why."""
    row.state, row.reason, row.next_at = State.NOT_APPLICABLE, reason, None
    row.settled_at, row.settled_by, row.sealed = now, by, b""
    _log(row, Kind.SYSTEM_ANSWERED, now)
    row.save()


def resume(row: Delivery, *, now: datetime) -> None:
    """Let a stalled delivery go out again, with the same key."""
    row.state, row.trouble, row.next_at = State.DUE, "", now
    row.misses, row.called_at = 0, None
    # The month of trying begins anew, since a person has looked at it.
    row.trying_since = now
    _log(row, Kind.SYSTEM_ANSWERED, now)
    row.save()


def _instruction(row: Delivery) -> Instruction:
    scope = Scope(row.account, ScopeKind(row.scope), row.reference)
    return Instruction(Act(row.act), row.key, scope, row.deadline, row.generation, row.cause)


def _log(row: Delivery, kind: Kind, now: datetime) -> None:
    body: dict[str, Any] = {
        "delivery": str(row.id),
        "system": str(row.system_id),
        "act": row.act,
        "state": str(row.state),
        "outcome": str(row.outcome),
        "trouble": str(row.trouble),
        "reason": str(row.reason),
        "matched": row.matched,
        "deleted": row.deleted,
        "remaining": row.remaining,
        "at": isoformat(now),
    }
    entry = append(
        kind=kind, promise_id=_promise(row), body=body, now=now, account=_commitment(row)
    )
    Deed.objects.create(
        entry_index=entry.index, system=row.system, delivery=row, body=body, salt=entry.salt
    )


def _commitment(row: Delivery) -> bytes | None:
    """Return how the log knows the account; None where it is not ours, or its key is gone."""
    account = Account.objects.filter(pk=row.account).first()
    if account is None:
        return None
    try:
        return commitment(account)
    except TrustkeepError:
        return None


def _promise(row: Delivery) -> str:
    if row.cause == "request":
        return _REQUESTED
    return _PROMISES.get(Act(row.act), _ERASING)
