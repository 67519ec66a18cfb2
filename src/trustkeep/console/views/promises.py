"""Promises on the desk: the list, worst first, and one promise with all it is made of."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts.roles import Permission, Role
from trustkeep.console.filters import Filter, filtered
from trustkeep.console.forms.wordings import ReasonForm
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.controls import actions, catalogue, desk
from trustkeep.controls.catalogue import UnknownPromise
from trustkeep.controls.entries import evidence_of
from trustkeep.controls.promise import Check, Promise, State
from trustkeep.controls.record_kinds import kinds_for
from trustkeep.kernel.clock import now
from trustkeep.ui.confirming import fresh

NEWEST = 10


@require_safe
@staff()
def promises(request: StaffRequest) -> HttpResponse:
    """List the promises with search and filter kept in the address."""
    wanted = Filter.of(request.GET)
    shown = filtered(desk.worst_first(get_language(), now()), wanted)
    context = {
        "statements": shown,
        "filter": wanted,
        "states": list(State),
        "owners": sorted({promise.owner for promise in catalogue.CATALOGUE}, key=list(Role).index),
        "room": "promises",
    }
    return page(request, "promises.html", context)


@require_safe
@staff()
def promise(request: StaffRequest, slug: str) -> HttpResponse:
    """Show one promise: checks, wording, draft, notes, records, newest evidence."""
    known(slug)
    context = {
        "shown": desk.promise_on_desk(slug, get_language(), now()),
        "evidence": evidence_of(slug, get_language(), limit=NEWEST),
        "kinds": kinds_for(slug),
        "actor": actor(request),
        "room": "promises",
    }
    return page(request, "promise.html", context)


@require_POST
@staff(Permission.RUN_CHECKS)
def run(request: StaffRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    """Run the checks of a promise now."""
    actions.run_promise(promise=known(slug), now=now())
    return redirect("console:promise", slug=slug)


@staff(Permission.SWITCH_CHECKS)
@fresh
def switch_off(request: StaffRequest, slug: str, name: str) -> HttpResponse:
    """Ask why, then switch a check off; the page says *not measured* from then on."""
    found, check = _known_check(slug, name)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.switch_off(promise=found, check=check, reason=reason, by=actor(request), now=now())
        return redirect("console:promise", slug=slug)
    title = found.title[get_language()]
    context = {"slug": slug, "title": title, "check": check, "form": form, "room": "promises"}
    return page(request, "switch_off.html", context)


@require_POST
@staff(Permission.SWITCH_CHECKS)
def switch_on(request: StaffRequest, slug: str, name: str) -> HttpResponse:
    """Switch a check on again and run it."""
    found, check = _known_check(slug, name)
    actions.switch_on(promise=found, check=check, by=actor(request), now=now())
    actions.run_promise(promise=found, now=now())
    return redirect("console:promise", slug=slug)


def known(slug: str) -> Promise:
    """Return a promise; 404 without one."""
    try:
        return catalogue.promise(slug)
    except UnknownPromise as error:
        raise Http404(slug) from error


def _known_check(slug: str, name: str) -> tuple[Promise, Check]:
    found = known(slug)
    try:
        return found, found.check(name)
    except KeyError as error:
        raise Http404(name) from error
