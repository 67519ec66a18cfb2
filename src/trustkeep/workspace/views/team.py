"""Members of the account: who is in, who is invited, and what each may do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from trustkeep.accounts import customers
from trustkeep.accounts.customers import MemberShown
from trustkeep.accounts.membership import NewMember
from trustkeep.accounts.roles import MemberRole
from trustkeep.identity import invitations, team
from trustkeep.identity.invitations import Inviter
from trustkeep.identity.queries import UserShown, users_of_account
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import invitation_link, told
from trustkeep.workspace.forms.team import MemberForm
from trustkeep.workspace.permits import MANAGERS, MemberRequest, actor, member, role_of
from trustkeep.workspace.rendering import page


@dataclass(frozen=True, slots=True)
class Seat:
    """A member with the way in, or until when the invitation is good."""

    member: MemberShown
    user: UserShown | None
    invited_until: datetime | None
    is_reader: bool


@member(*MANAGERS)
@fresh
def members(request: MemberRequest) -> HttpResponse:
    """List everybody, and let somebody join."""
    form = MemberForm(request.POST or None)
    if form.is_valid() and _added(request, form):
        return redirect("workspace:team")
    context = {"form": form, "seats": _seats(request), "roles": list(MemberRole), "room": "team"}
    return page(request, "team.html", context)


@require_POST
@member(*MANAGERS)
@fresh
def act(request: MemberRequest, member_id: uuid.UUID) -> HttpResponse:
    """Change a role, send a new invitation, or let somebody leave."""
    wanted = request.POST.get("act", "")
    of_whom = {"account_id": request.account_id, "member_id": member_id}
    if wanted == "invite":
        customers.member(request.account_id, member_id)
        invitations.invite_member(
            member_id=member_id, by=_inviter(request), link=invitation_link, now=now()
        )
    elif wanted == "remove":
        team.remove(**of_whom, actor_role=role_of(request), by=actor(request), now=now())
    elif wanted in set(MemberRole):
        role = MemberRole(wanted)
        team.change_role(
            **of_whom, role=role, actor_role=role_of(request), by=actor(request), now=now()
        )
    return redirect("workspace:team")


def _added(request: MemberRequest, form: MemberForm) -> bool:
    given = form.cleaned_data
    try:
        team.add(
            account_id=request.account_id,
            new=NewMember(given["name"], given["email"], MemberRole(given["role"])),
            actor_role=role_of(request),
            by=_inviter(request),
            link=invitation_link,
            now=now(),
        )
    except TrustkeepError as error:
        form.add_error("email" if "email" in error.values else None, told(error))
        return False
    return True


def _inviter(request: MemberRequest) -> Inviter:
    return Inviter(actor(request), request.user.name)


def _seats(request: MemberRequest) -> list[Seat]:
    users, open_ = users_of_account(request.account_id), invitations.open_invitations(now=now())
    return [
        Seat(one, users.get(one.id), open_.get(one.id), one.id == request.member.id)
        for one in customers.members(request.account_id)
    ]
