"""Running checks and resting what they saw; every change of outcome leaves an evidence entry."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from trustkeep.controls import catalogue, figures, publication
from trustkeep.controls.models import Observation, Switch
from trustkeep.controls.promise import Check, Figure, Outcome, Promise, Proof, Result
from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError

log = structlog.get_logger(__name__)

_AN_INSTANT = timedelta(microseconds=1)


class CheckIsOff(TrustkeepError):
    """The check was switched off by a person."""

    sentence = "The check “{check}” of “{promise}” is switched off. Switch it on first."


class CheckIsOn(TrustkeepError):
    """The check to be switched on runs already."""

    sentence = "The check “{check}” of “{promise}” is switched on already."


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: what came out, how long it took in seconds, and the entry if one was left."""

    promise: str
    check: str
    result: Result
    seconds: float
    entry_index: int | None


def run_promise(*, promise: Promise, now: datetime) -> list[Ran]:
    """Run all checks of one promise that are switched on, whether due or not."""
    ran = [_run(promise, check, now) for check in _switched_on(promise)]
    publication.changed()
    return ran


def run_due_checks(*, now: datetime) -> list[Ran]:
    """Run every check whose time has come, derived promises last since they read the others."""
    last = _last_runs()
    ran = [
        _run(promise, check, now)
        for promise in _derived_last(catalogue.CATALOGUE)
        for check in _switched_on(promise)
        if _is_due(check, last.get((promise.slug, check.name)), now)
    ]
    if ran:
        publication.changed()
    return ran


def run_all_checks(*, now: datetime) -> list[Ran]:
    """Run every check that is switched on, due or not, derived promises last."""
    ran = [
        _run(promise, check, now)
        for promise in _derived_last(catalogue.CATALOGUE)
        for check in _switched_on(promise)
    ]
    publication.changed()
    return ran


def observe(*, promise: Promise, check: Check, result: Result, now: datetime) -> int | None:
    """Rest a result; returns the index of the evidence entry, None if none was due.

    An equal result lengthens the newest span; a different one, a new day (UTC) or a silence longer
    than the check's maximum age starts a new span and leaves an entry.
    """
    with transaction.atomic():
        newest = (
            Observation.objects.filter(promise=promise.slug, check_name=check.name)
            .order_by("-first_at")
            .first()
        )
        if newest and _goes_on(newest, check, result, now):
            Observation.objects.filter(pk=newest.pk).update(last_at=now)
            return None
        # A clock that was set back must not put a new span before or inside an older one.
        start = max(now, newest.last_at + _AN_INSTANT) if newest else now
        return _new_span(promise, check, result, start)


def switch_off(*, promise: Promise, check: Check, reason: str, by: str, now: datetime) -> None:
    """Switch a check off; the promise is *not measured* from now on, and the log says so."""
    with transaction.atomic():
        if _open_switches(promise, check).exists():
            raise CheckIsOff(promise=promise.slug, check=check.name)
        Switch.objects.create(
            promise=promise.slug,
            check_name=check.name,
            reason=reason,
            disabled_by=by,
            disabled_at=now,
        )
        _log_switch(Kind.CHECK_DISABLED, promise, check, now)
    publication.changed()


def switch_on(*, promise: Promise, check: Check, by: str, now: datetime) -> None:
    """Switch a check on again; it runs at its next turn."""
    with transaction.atomic():
        ended = _open_switches(promise, check).update(enabled_by=by, enabled_at=now)
        if not ended:
            raise CheckIsOn(promise=promise.slug, check=check.name)
        _log_switch(Kind.CHECK_ENABLED, promise, check, now)
    publication.changed()


def _run(promise: Promise, check: Check, now: datetime) -> Ran:
    started = time.perf_counter()
    try:
        result = check.run(now)
        figures.validate(promise, result)
    except Exception as error:
        # A check that crashes has a result too: the promise is not measured.
        log.warning("check-crashed", promise=promise.slug, check=check.name, exc_info=True)
        result = Result(Outcome.CANNOT_TELL, Figure("crashed", {"error": type(error).__name__}))
    seconds = time.perf_counter() - started
    entry_index = observe(promise=promise, check=check, result=result, now=now)
    return Ran(promise.slug, check.name, result, seconds, entry_index)


def _goes_on(newest: Observation, check: Check, result: Result, now: datetime) -> bool:
    return (
        newest.last_at <= now < newest.last_at + check.max_age
        and newest.first_at.date() == now.date()
        and _content(result) == _rested(newest)
    )


def _content(result: Result) -> dict[str, Any]:
    return {
        "outcome": result.outcome.value,
        "figure": figures.to_json(result.figure),
        "subjects": result.subjects,
        "exceptions": [{"subject": one.subject, "code": one.code} for one in result.exceptions],
        "due_at": isoformat(result.due_at) if result.due_at else None,
        "warn_at": isoformat(result.warn_at) if result.warn_at else None,
    }


def _rested(span: Observation) -> dict[str, Any]:
    return {
        "outcome": span.outcome,
        "figure": span.figure,
        "subjects": span.subjects,
        "exceptions": span.exceptions,
        "due_at": isoformat(span.due_at) if span.due_at else None,
        "warn_at": isoformat(span.warn_at) if span.warn_at else None,
    }


def _new_span(promise: Promise, check: Check, result: Result, now: datetime) -> int:
    content = _content(result)
    # The body is public with its salt: of single subjects only their number goes in.
    body = {
        "promise": promise.slug,
        "check": check.name,
        "at": isoformat(now),
        **content,
        "exceptions": len(result.exceptions),
    }
    entry = append(kind=Kind.CHECK_RESULT, promise_id=promise.slug, body=body, now=now)
    Observation.objects.create(
        promise=promise.slug,
        check_name=check.name,
        outcome=result.outcome.value,
        figure=content["figure"],
        subjects=result.subjects,
        exceptions=content["exceptions"],
        due_at=result.due_at,
        warn_at=result.warn_at,
        first_at=now,
        last_at=now,
        entry_index=entry.index,
        entry_body=body,
        entry_salt=entry.salt,
    )
    return entry.index


def _derived_last(promises: Iterable[Promise]) -> list[Promise]:
    return sorted(promises, key=lambda promise: Proof.DERIVED in promise.proofs)


def _switched_on(promise: Promise) -> list[Check]:
    off = set(
        Switch.objects.filter(promise=promise.slug, enabled_at__isnull=True).values_list(
            "check_name", flat=True
        )
    )
    return [check for check in promise.checks if check.name not in off]


def _open_switches(promise: Promise, check: Check) -> Any:
    return Switch.objects.filter(
        promise=promise.slug, check_name=check.name, enabled_at__isnull=True
    )


def _log_switch(kind: Kind, promise: Promise, check: Check, now: datetime) -> None:
    body = {"promise": promise.slug, "check": check.name, "at": isoformat(now)}
    append(kind=kind, promise_id=promise.slug, body=body, now=now)


def _last_runs() -> dict[tuple[str, str], datetime]:
    from django.db.models import Max

    rows = Observation.objects.values_list("promise", "check_name").annotate(last=Max("last_at"))
    return {(slug, name): last for slug, name, last in rows}


def _is_due(check: Check, last_at: datetime | None, now: datetime) -> bool:
    # A clock that was set back must not silence a check until it has caught up.
    return last_at is None or abs(now - last_at) >= check.every - timedelta(seconds=1)
