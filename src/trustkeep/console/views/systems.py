"""Connected systems: adding, changing, trying, counting, and seeing to what has stalled."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts.roles import Permission
from trustkeep.console.filters import called
from trustkeep.console.forms.systems import DryRunForm, SystemForm, initial
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.systems import actions, keeping, ports, queries
from trustkeep.lifecycle.systems.delivery import plan
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.queries import NoSuchDelivery, NoSuchSystem
from trustkeep.ui.confirming import fresh

SHOWN = 100
MANAGE = staff(Permission.MANAGE_SYSTEMS)

type View[**P] = Callable[P, HttpResponse]


def found[**P](view: View[P]) -> View[P]:
    """Answer 404 for a system or delivery that is not there."""

    @wraps(view)
    def looking(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except (NoSuchSystem, NoSuchDelivery, keeping.KindNotJoined) as error:
            raise Http404(str(error)) from error

    return looking


@require_safe
@staff()
def systems(request: StaffRequest) -> HttpResponse:
    """List all systems, with a search kept in the address, and what waits for somebody."""
    text = request.GET.get("q", "").strip()
    known = queries.systems()
    context = {
        "systems": called(known, text),
        "total": len(known),
        "calling": queries.calling()[:SHOWN],
        "kinds": _kinds(),
        "q": text,
        "room": "systems",
    }
    return page(request, "systems.html", context)


@sensitive_post_parameters()
@MANAGE
@fresh
@found
def add(request: StaffRequest, kind: str) -> HttpResponse:
    """Connect a system of one kind; a secret of ours is shown this once."""
    how = keeping.kind_of(kind)
    form = SystemForm(how, request.POST or None, is_new=True)
    if form.is_valid():
        try:
            added = actions.add_system(
                name=form.cleaned_data["name"],
                kind=kind,
                settings=form.settings(),
                expects_data=form.cleaned_data["expects_data"],
                by=actor(request),
                now=now(),
            )
            return _with_secret(request, added)
        except TrustkeepError as error:
            form.show(error)
    context = {"form": form, "title": how.title[get_language()], "room": "systems"}
    return page(request, "system_form.html", context)


@require_safe
@staff()
@found
def system(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Show one system: how it is, what it was told, and the acts."""
    return _system_page(request, system_id)


@sensitive_post_parameters()
@MANAGE
@fresh
@found
def change(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Change settings; secrets that are left empty stay."""
    shown = queries.system(system_id)
    flags = {"expects_data": shown.expects_data, "enabled": shown.enabled}
    start = initial(shown.name, queries.open_settings(system_id), **flags)
    how = keeping.kind_of(shown.kind)
    form = SystemForm(how, request.POST or None, initial=start, is_new=False)
    if form.is_valid() and _changed(request, system_id, form):
        return redirect("console:system", system_id=system_id)
    context = {"form": form, "system": shown, "room": "systems"}
    return page(request, "system_form.html", context)


@require_POST
@MANAGE
@found
def try_it(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Try the connection and show what it said."""
    trial = actions.try_system(system_id=system_id, now=now())
    return _system_page(request, system_id, trial=trial)


@require_POST
@MANAGE
@found
def dry_run(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Count what would be erased of an account; nothing is changed anywhere."""
    form = DryRunForm(request.POST)
    if not form.is_valid():
        return _system_page(request, system_id, form=form)
    scope = ports.Scope(form.cleaned_data["account"])
    counted = plan(system_id=system_id, scope=scope, now=now())
    return _system_page(request, system_id, form=form, plan=counted)


@require_POST
@MANAGE
@fresh
@found
def rotate(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Issue a new secret, shown this once; the old one stays good for a while."""
    added = actions.rotate_secrets(system_id=system_id, by=actor(request), now=now())
    return _with_secret(request, added)


@MANAGE
@fresh
@found
def retire(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then take a system out of use."""
    if request.method == "POST" and request.POST.get("sure"):
        actions.retire_system(system_id=system_id, by=actor(request), now=now())
        return redirect("console:system", system_id=system_id)
    context = {"system": queries.system(system_id), "room": "systems"}
    return page(request, "system_retire.html", context)


@require_safe
@staff()
@found
def delivery(request: StaffRequest, system_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:
    """Show one instruction with every attempt."""
    shown = queries.delivery(delivery_id)
    if shown.system != system_id:
        raise NoSuchDelivery(id=delivery_id)
    context = {
        "delivery": shown,
        "attempts": queries.attempts(delivery_id, limit=SHOWN),
        "explainable": shown.trouble in actions.SETTLED_BY_HAND,
        "room": "systems",
    }
    return page(request, "delivery.html", context)


@require_POST
@MANAGE
@found
def again(request: StaffRequest, system_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """Have a stalled instruction asked again at once."""
    actions.try_again(delivery_id=delivery_id, now=now())
    return redirect("console:delivery", system_id=system_id, delivery_id=delivery_id)


@require_POST
@MANAGE
@found
def explain(request: StaffRequest, system_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:
    """Say that the account never used the system."""
    actions.explain(delivery_id=delivery_id, by=actor(request), now=now())
    return redirect("console:delivery", system_id=system_id, delivery_id=delivery_id)


def _changed(request: StaffRequest, system_id: uuid.UUID, form: SystemForm) -> bool:
    try:
        actions.change_system(
            system_id=system_id,
            name=form.cleaned_data["name"],
            settings=form.settings(),
            by=actor(request),
            now=now(),
            enabled=form.cleaned_data["enabled"],
            expects_data=form.cleaned_data["expects_data"],
        )
    except TrustkeepError as error:
        form.show(error)
        return False
    return True


def _with_secret(request: StaffRequest, added: actions.Added) -> HttpResponse:
    if not added.issued:
        return redirect("console:system", system_id=added.system.id)
    return _system_page(request, added.system.id, secret=added.issued["secret"])


def _system_page(
    request: StaffRequest, system_id: uuid.UUID, form: DryRunForm | None = None, **more: object
) -> HttpResponse:
    shown = queries.system(system_id)
    how = keeping.kind_of(shown.kind)
    wanted = request.GET.get("state", "")
    states = [State(wanted)] if wanted in set(State) else []
    context = {
        "system": shown,
        "title": how.title[get_language()],
        "issues": how.issue is not None,
        "settings": _settings(how, queries.open_settings(system_id)),
        "deliveries": queries.deliveries(system_id=system_id, states=states, limit=SHOWN),
        "states": list(State),
        "wanted": wanted,
        "form": form or DryRunForm(),
        "now": now(),
        "room": "systems",
    }
    return page(request, "system.html", {**context, **more})


def _settings(how: ports.ConnectorKind, known: dict[str, str]) -> list[tuple[str, str, bool]]:
    language = get_language()
    rows = [(one.label[language], known.get(one.name, ""), one.long) for one in how.fields]
    return [row for row in rows if row[1]]


def _kinds() -> list[tuple[str, str]]:
    return [(str(kind), how.title[get_language()]) for kind, how in ports.joined.kinds.items()]
