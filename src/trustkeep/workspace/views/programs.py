"""Tokens for programs: everybody's own, and for who manages the account all of them."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from trustkeep.identity import tokens
from trustkeep.identity.scopes import grantable
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.confirming import fresh
from trustkeep.ui.forms.tokens import TokenForm
from trustkeep.ui.pages import told
from trustkeep.ui.tokens import token_rows
from trustkeep.workspace.permits import MANAGERS, MemberRequest, actor, member, role_of
from trustkeep.workspace.rendering import page


@member()
@fresh
def programs(request: MemberRequest) -> HttpResponse:
    """List tokens, and make one."""
    scopes = grantable(request.user)
    form, secret = TokenForm(request.POST or None, scopes), ""
    if form.is_valid():
        try:
            new = form.new(request.account_id)
            _, secret = tokens.issue(new=new, by=actor(request), now=now())
            form = TokenForm(None, scopes)
        except TrustkeepError as error:
            form.add_error(None, told(error))
    context = {
        "form": form,
        "secret": secret,
        "tokens": token_rows(tokens.tokens(request.account_id, _whose(request)), now()),
        "shows_makers": _whose(request) is None,
        "room": "programs",
    }
    return page(request, "programs.html", context)


@require_POST
@member()
def revoke(request: MemberRequest, token_id: uuid.UUID) -> HttpResponse:
    """End a token at once: one's own, or as who manages the account any of it."""
    tokens.revoke_token(
        token_id=token_id, now=now(), account_id=request.account_id, user_id=_whose(request)
    )
    return redirect("workspace:programs")


def _whose(request: MemberRequest) -> uuid.UUID | None:
    return None if role_of(request) in MANAGERS else request.user.pk
