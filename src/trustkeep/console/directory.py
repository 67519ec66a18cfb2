"""What the staff does to one person's entry: roles, password, last day."""

from __future__ import annotations

from enum import StrEnum

from django import forms
from django.db import transaction

from trustkeep.accounts import queries as accounts_queries
from trustkeep.accounts.queries import PersonShown
from trustkeep.accounts.roles import Role
from trustkeep.console.permits import StaffRequest, actor
from trustkeep.identity import actions as identity
from trustkeep.identity import directory, invitations
from trustkeep.identity.queries import user_of
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.pages import invitation_link, told


class Act(StrEnum):
    """One of the forms on a person's page."""

    ROLES = "roles"
    PASSWORD = "password"  # noqa: S105  (the name of a form)
    LEAVE = "leave"
    INVITE = "invite"
    REOPEN = "reopen"


def act_on(request: StaffRequest, person: PersonShown, act: Act, form: forms.Form) -> bool:
    """Do what a valid form asks for; where it is refused, the form says why."""
    try:
        with transaction.atomic():
            _ACTS[act](request, person, form)
    except TrustkeepError as error:
        form.add_error(next(iter(form.fields), None), told(error))
        return False
    return True


def _roles(_request: StaffRequest, person: PersonShown, form: forms.Form) -> None:
    roles = [Role(role) for role in form.cleaned_data["roles"]]
    directory.give_roles(person_id=person.id, roles=roles, now=now())


def _password(request: StaffRequest, person: PersonShown, form: forms.Form) -> None:
    password = form.cleaned_data["password"]
    user = user_of(person.id)
    if user is None:
        identity.admit(person_id=person.id, password=password, now=now())
    else:
        identity.reset_password(user_id=user.id, new=password, by=actor(request), now=now())


def _leave(_request: StaffRequest, person: PersonShown, form: forms.Form) -> None:
    directory.leave(person_id=person.id, left_date=form.cleaned_data["left"], now=now())


def _reopen(request: StaffRequest, person: PersonShown, _form: forms.Form) -> None:
    user = user_of(person.id)
    if user is not None:
        directory.reopen(user_id=user.id, by=actor(request), now=now())


def _invite(request: StaffRequest, person: PersonShown, _form: forms.Form) -> None:
    invite(request, person)


def invite(request: StaffRequest, person: PersonShown) -> None:
    """Send somebody of the staff the link that makes a way in."""
    invitations.invite_person(
        person_id=person.id,
        language=accounts_queries.company().default_language,
        by=invitations.Inviter(actor(request), request.user.name),
        link=invitation_link,
        now=now(),
    )


_ACTS = {
    Act.ROLES: _roles,
    Act.PASSWORD: _password,
    Act.LEAVE: _leave,
    Act.INVITE: _invite,
    Act.REOPEN: _reopen,
}
