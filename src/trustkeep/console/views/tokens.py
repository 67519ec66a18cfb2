"""Tokens for programs: made with their secret shown once, ended at once."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from trustkeep.accounts.roles import Permission
from trustkeep.console.forms.people import SCOPES, TokenForm
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.rendering import page
from trustkeep.identity import tokens as made
from trustkeep.kernel.clock import now
from trustkeep.ui.confirming import fresh


@staff(Permission.MANAGE_TOKENS)
@fresh
def tokens(request: StaffRequest) -> HttpResponse:
    """List all tokens and make new ones."""
    form = TokenForm(request.POST or None)
    context: dict[str, object] = {"room": "tokens", "scopes": SCOPES}
    if form.is_valid():
        given = form.cleaned_data
        _, context["secret"] = made.make_token(
            name=given["name"],
            scopes=given["scopes"],
            by=actor(request),
            now=now(),
            lifetime=timedelta(days=given["days"]),
        )
        form = TokenForm()
    context |= {"form": form, "tokens": made.tokens(), "now": now()}
    return page(request, "tokens.html", context)


@require_POST
@staff(Permission.MANAGE_TOKENS)
def revoke(request: StaffRequest, token_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """End a token at once."""
    made.revoke_token(token_id=token_id, now=now())
    return redirect("console:tokens")
