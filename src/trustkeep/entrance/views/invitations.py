"""Redeeming an invitation: the first password, and straight into the rooms."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters

from trustkeep.entrance.forms.passwords import FirstPasswordForm
from trustkeep.entrance.onward import led
from trustkeep.entrance.rendering import page
from trustkeep.identity import invitations
from trustkeep.identity.authentication import by_password
from trustkeep.identity.holding import enter
from trustkeep.identity.invitations import InvitationRefused
from trustkeep.identity.models import User
from trustkeep.identity.offers import offered
from trustkeep.identity.passwords import PasswordRefused
from trustkeep.kernel.clock import now
from trustkeep.ui.leading import leading_to_providers
from trustkeep.ui.pages import told
from trustkeep.ui.scripts import WITH_SCRIPTS

GONE = 410


@leading_to_providers(WITH_SCRIPTS)
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who invites whom where, and let the person choose a password."""
    try:
        shown = invitations.invited(secret, now=now())
        form = FirstPasswordForm(request.POST or None)
        user_id = _accepted(form, secret) if form.is_valid() else None
    except InvitationRefused as error:
        return page(request, "invitation_gone.html", {"sentence": told(error)}, GONE)
    if user_id is not None:
        user = User.objects.get(pk=user_id)
        step = enter(request.session, user=user, authentication=by_password(now()), now=now())
        return led(request, user, step)
    context = {"invited": shown, "form": form, "secret": secret, "providers": offered()}
    return page(request, "invitation.html", context)


def _accepted(form: FirstPasswordForm, secret: str) -> uuid.UUID | None:
    try:
        password = form.cleaned_data["password"]
        return invitations.accept(secret=secret, password=password, now=now())
    except PasswordRefused as error:
        form.add_error("password", told(error))
        return None
