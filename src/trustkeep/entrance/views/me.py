"""One's own account: the password, second factors, sessions, and what happened in one's name."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.debug import sensitive_post_parameters

from trustkeep.entrance.forms.passwords import PasswordForm
from trustkeep.entrance.rendering import KnownRequest, known, page
from trustkeep.identity import actions, sessions
from trustkeep.identity.authenticators import authenticator_of
from trustkeep.identity.browsers import sessions_of
from trustkeep.identity.factors import factors_of
from trustkeep.identity.offers import links_of, offered
from trustkeep.identity.passkeys import passkeys_of
from trustkeep.identity.proposals import proposal_of
from trustkeep.identity.queries import recent_access
from trustkeep.identity.rescue import rescue_of
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.leading import leading_to_providers
from trustkeep.ui.pages import told
from trustkeep.ui.scripts import WITH_SCRIPTS


@leading_to_providers(WITH_SCRIPTS)
@sensitive_post_parameters("present", "new")
@known
def me(request: KnownRequest) -> HttpResponse:
    """Show what happened in one's own name, and change the password."""
    form = PasswordForm(request.POST or None)
    changed = form.is_valid() and _changed(request, form)
    context = {
        "form": PasswordForm() if changed else form,
        "changed": changed,
        "events": recent_access(request.user.pk),
        "own": factors_of(request.user),
        "app": authenticator_of(request.user),
        "passkeys": passkeys_of(request.user),
        "rescue": rescue_of(request.user.pk),
        "sessions": sessions_of(request.user.pk, now=now()),
        "providers": offered(),
        "links": links_of(request.user.pk),
        "proposal": proposal_of(request.user.pk, now=now()),
    }
    return page(request, "me.html", context)


def _changed(request: KnownRequest, form: PasswordForm) -> bool:
    given = form.cleaned_data
    try:
        actions.change_password(
            user_id=request.user.pk, present=given["present"], new=given["new"], now=now()
        )
    except actions.WrongPassword as error:
        form.add_error("present", told(error))
        return False
    except TrustkeepError as error:
        form.add_error("new", told(error))
        return False
    sessions.renew(request.session, request.user, now=now())
    return True
