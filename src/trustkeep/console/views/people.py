"""The staff directory: who works here, who may do what, who can sign in."""

from __future__ import annotations

import uuid
from datetime import date

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from trustkeep.accounts import queries
from trustkeep.accounts.actions import NewPerson
from trustkeep.accounts.queries import NoSuchPerson, PersonShown
from trustkeep.accounts.roles import Permission, Role, may
from trustkeep.console.directory import Act, act_on, invite
from trustkeep.console.filters import named
from trustkeep.console.forms.people import BareForm, LeaveForm, PersonForm, ResetForm, RolesForm
from trustkeep.console.permits import StaffRequest, staff
from trustkeep.console.rendering import page
from trustkeep.identity import directory
from trustkeep.identity.browsers import sessions_of
from trustkeep.identity.factors import factors_of
from trustkeep.identity.invitations import open_invitations
from trustkeep.identity.proposals import waiting_for
from trustkeep.identity.queries import user_of, users
from trustkeep.identity.rescue import rescue_of
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told


@require_safe
@staff()
def people(request: StaffRequest) -> HttpResponse:
    """List everybody, with a search kept in the address."""
    text = request.GET.get("q", "").strip()
    ways_in = users()
    rows = [(one, ways_in.get(one.id)) for one in named(queries.people(), text)]
    context: dict[str, object] = {"rows": rows, "q": text, "room": "people"}
    if may(request.user.roles, Permission.MANAGE_PEOPLE):
        context["proposals"] = len(waiting_for(request.user.pk, now=now()))
    return page(request, "people.html", context)


@staff(Permission.MANAGE_PEOPLE)
@fresh
def add(request: StaffRequest) -> HttpResponse:
    """Enter somebody who joins, with a way in where a first password is given."""
    form = PersonForm(request.POST or None, initial={"joined": now().date()})
    if form.is_valid():
        try:
            return redirect("console:person", person_id=_added(request, form).id)
        except TrustkeepError as error:
            form.add_error(_field_of(error, form), told(error))
    return page(request, "person_add.html", {"form": form, "room": "people"})


@sensitive_post_parameters("password")
@staff(Permission.MANAGE_PEOPLE)
@fresh
def person(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show one person, and change roles, password or last day, one at a time."""
    try:
        shown = queries.person(person_id)
    except NoSuchPerson as error:
        raise Http404(str(person_id)) from error
    act = request.POST.get("act", "")
    given = _forms(request, shown, act)
    if act in given and given[act].is_valid() and act_on(request, shown, Act(act), given[act]):
        return redirect("console:person", person_id=person_id)
    context = {
        "person": shown,
        "invited_until": open_invitations(now=now()).get(person_id),
        "forms": given,
        "room": "people",
        **_way_in(person_id),
    }
    return page(request, "person.html", context)


def _way_in(person_id: uuid.UUID) -> dict[str, object]:
    user = user_of(person_id)
    if user is None:
        return {"user": None}
    return {
        "user": user,
        "own": factors_of(user.id),
        "sessions": sessions_of(user.id, now=now()),
        "rescue": rescue_of(user.id),
    }


def _forms(request: StaffRequest, shown: PersonShown, act: str) -> dict[str, forms.Form]:
    def data(name: Act) -> QueryDict | None:
        return request.POST if act == name else None

    last: date = shown.left_date or now().date()
    return {
        Act.ROLES: RolesForm(data(Act.ROLES), initial={"roles": list(shown.roles)}),
        Act.PASSWORD: ResetForm(data(Act.PASSWORD)),
        Act.LEAVE: LeaveForm(data(Act.LEAVE), initial={"left": last}),
        Act.INVITE: BareForm(data(Act.INVITE)),
        Act.REOPEN: BareForm(data(Act.REOPEN)),
    }


def _added(request: StaffRequest, form: PersonForm) -> PersonShown:
    given = form.cleaned_data
    with transaction.atomic():
        made = directory.join(
            new=NewPerson(
                name=given["name"],
                email=given["email"],
                joined_date=given["joined"],
                roles=tuple(Role(role) for role in given["roles"]),
                kind=given["kind"],
            ),
            now=now(),
        )
        if given["invite"]:
            invite(request, made)
    return made


def _field_of(error: TrustkeepError, form: PersonForm) -> str | None:
    name = str(error.values.get("field", ""))
    if name in form.fields:
        return name
    return "email" if "email" in error.values else None
