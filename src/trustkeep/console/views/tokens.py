"""Tokens for programs: one's own, and for administrators the company's and everybody's."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from trustkeep.accounts.roles import Permission, may
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.identity import tokens as made
from trustkeep.identity.scopes import OF_COMPANY, Scope, grantable
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.confirming import fresh
from trustkeep.ui.forms.tokens import TokenForm
from trustkeep.ui.pages import told
from trustkeep.ui.tokens import token_rows


@staff()
@fresh
def tokens(request: StaffRequest) -> HttpResponse:
    """List tokens and make new ones."""
    scopes = _scopes(request)
    form, secret = TokenForm(request.POST or None, scopes), ""
    if form.is_valid():
        try:
            _, secret = made.issue(new=form.new(), by=actor(request), now=now())
            form = TokenForm(None, scopes)
        except TrustkeepError as error:
            form.add_error(None, told(error))
    whose = None if _manages(request) else request.user.pk
    context = {
        "form": form,
        "secret": secret,
        "tokens": token_rows(made.tokens(user_id=whose), now()),
        "shows_makers": _manages(request),
        "room": "tokens",
    }
    return page(request, "tokens.html", context)


@require_POST
@staff()
def revoke(request: StaffRequest, token_id: uuid.UUID) -> HttpResponse:
    """End a token at once: one's own, or as an administrator any of the company's."""
    whose = None if _manages(request) else request.user.pk
    made.revoke_token(token_id=token_id, now=now(), user_id=whose)
    return redirect("console:tokens")


def _manages(request: StaffRequest) -> bool:
    return may(request.user.roles, Permission.MANAGE_TOKENS)


def _scopes(request: StaffRequest) -> list[Scope]:
    of_company = [one for one in Scope if one in OF_COMPANY] if _manages(request) else []
    return [*of_company, *grantable(request.user)]
