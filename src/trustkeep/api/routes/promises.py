"""Promises, their states, histories and evidence."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language
from ninja import Query, Router

from trustkeep.api.bearers import READ, RUN_CHECKS, ApiRequest
from trustkeep.api.paging import Listed, Window, listed, part_of
from trustkeep.api.shapes import CheckRan, Day, StateNow
from trustkeep.controls import actions, catalogue, queries
from trustkeep.controls.entries import evidence_of
from trustkeep.controls.promise import Section, State
from trustkeep.controls.statements import (
    ChangeShown,
    EvidenceShown,
    HistoryShown,
    PageShown,
    StatementShown,
)
from trustkeep.kernel.clock import now
from trustkeep.ui.plain import plain

router = Router(tags=["promises"], auth=READ)
A_DAY = timedelta(days=1)


@router.get("/promises", response=Listed[StatementShown], summary="List promises")
def promises(
    request: ApiRequest,
    window: Query[Window],
    state: State | None = None,
    section: Section | None = None,
) -> HttpResponse:
    """All promises in the order of the page, or those in one state or section."""
    found = [
        one
        for one in queries.page(get_language(), now()).statements
        if state in (None, one.state) and section in (None, one.section)
    ]
    return listed(request, *part_of(found, window, lambda one: one.slug))


@router.get("/promises/{slug}", response=StatementShown, summary="Read a promise")
def promise(request: ApiRequest, slug: str) -> HttpResponse:
    """One promise: its sentence, its state, how it is kept and proved."""
    return JsonResponse(plain(queries.history(slug, get_language(), now()).statement))


@router.get("/promises/{slug}/history", response=HistoryShown, summary="Read its history")
def history(request: ApiRequest, slug: str) -> HttpResponse:
    """Every wording, every state and every note of a promise, newest first."""
    return JsonResponse(plain(queries.history(slug, get_language(), now())))


@router.get(
    "/promises/{slug}/evidence", response=Listed[EvidenceShown], summary="List its evidence"
)
def evidence(request: ApiRequest, slug: str, window: Query[Window]) -> HttpResponse:
    """The entries of the log about a promise, newest first."""
    before = window.index()
    found = evidence_of(slug, get_language(), before=before, limit=window.limit)
    return listed(request, found, window.following([one.index for one in found]))


@router.post(
    "/promises/{slug}/check", response=list[CheckRan], auth=RUN_CHECKS, summary="Check it now"
)
def check(request: ApiRequest, slug: str) -> HttpResponse:
    """Run the checks of a promise now; those that are switched off stay so."""
    ran = actions.run_promise(promise=catalogue.promise(slug), now=now())
    told = [
        CheckRan(check=one.check, outcome=one.result.outcome, entry_index=one.entry_index)
        for one in ran
    ]
    return JsonResponse([one.model_dump(mode="json") for one in told], safe=False)


@router.get("/page", response=PageShown, summary="Read the whole page, now or of another day")
def page(request: ApiRequest, day: Day | None = None) -> HttpResponse:
    """Everything that the public page tells; with `day`, as it stood at the end of that day."""
    at = now() if day is None else min(now(), datetime.combine(day, time.min, UTC) + A_DAY)
    return JsonResponse(plain(queries.page_as_of(get_language(), at)))


@router.get("/state", response=StateNow, summary="Read the summary")
def state_now(request: ApiRequest) -> HttpResponse:
    """How many promises are in which state, and whether the checks run at all."""
    shown = queries.page(get_language(), now())
    told = StateNow(
        at=shown.at,
        counts=dict(shown.counts),
        last_check_at=shown.last_check_at,
        silent_since=shown.silent_since,
    )
    return JsonResponse(plain(told.model_dump()))


@router.get("/changes", response=Listed[ChangeShown], summary="List changes")
def changes(request: ApiRequest, window: Query[Window]) -> HttpResponse:
    """What changed in the last year, in wording or in state, newest first."""
    found = queries.changes(get_language(), now(), limit=10_000)
    return listed(request, *part_of(found, window, lambda one: one.key))
