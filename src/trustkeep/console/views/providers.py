"""Identity providers: how they are set up, whether they answer, and a sign-in to try."""

from __future__ import annotations

import uuid
from datetime import timedelta
from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts.roles import Permission
from trustkeep.console.forms.providers import AttestationForm
from trustkeep.console.permits import StaffRequest, actor, staff
from trustkeep.console.providers import shown, tried
from trustkeep.console.rendering import page
from trustkeep.identity import arrivals
from trustkeep.identity import attestations as made
from trustkeep.identity.oidc import probing, transactions
from trustkeep.identity.oidc.transactions import Purpose, Start
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.confirming import fresh
from trustkeep.ui.leading import leading_to_providers
from trustkeep.ui.pages import told


@require_safe
@staff(Permission.MANAGE_COMPANY)
def providers(request: StaffRequest) -> HttpResponse:
    """Show every provider with its settings and the address to enter there."""
    return _page(request, {})


@require_POST
@staff(Permission.MANAGE_COMPANY)
def look(request: StaffRequest, slug: str) -> HttpResponse:
    """Ask a provider for its configuration and keys, and whether it knows us."""
    return _page(request, {"seen": probing.look(slug, now=now())})


@require_POST
@staff(Permission.MANAGE_COMPANY)
def test(request: StaffRequest, slug: str) -> HttpResponse:
    """Send the browser to a provider for a sign-in that signs nobody in."""
    begun = Start(
        provider=slug,
        purpose=Purpose.TEST,
        onward=reverse("console:providers"),
        user_id=request.user.pk,
    )
    response = HttpResponseRedirect(arrivals.depart(request.session, begun, now=now()))
    response.status_code = HTTPStatus.SEE_OTHER
    return response


@require_safe
@staff(Permission.MANAGE_COMPANY)
def tested(request: StaffRequest, transaction_id: uuid.UUID) -> HttpResponse:
    """Show what a test sign-in of one's own found."""
    result = transactions.result_of(transaction_id=transaction_id, user_id=request.user.pk)
    if result is None:
        raise Http404(str(transaction_id))
    return page(request, "provider_tested.html", {"tried": tried(result), "room": "providers"})


@staff(Permission.MANAGE_COMPANY)
@fresh
def attestations(request: StaffRequest) -> HttpResponse:
    """List what is recorded of tenants that demand a second factor, and record more."""
    form = AttestationForm(request.POST or None)
    if form.is_valid():
        given = {**form.cleaned_data}
        lifetime = timedelta(days=given.pop("days"))
        try:
            made.attest(**given, by=actor(request), now=now(), lifetime=lifetime)
            return redirect("console:attestations")
        except TrustkeepError as error:
            form.add_error(str(error.values.get("field")), told(error))
    context = {"form": form, "attestations": made.attestations(), "now": now(), "room": "providers"}
    return page(request, "attestations.html", context)


@require_POST
@staff(Permission.MANAGE_COMPANY)
@fresh
def withdraw_attestation(request: StaffRequest, attestation_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """End an attestation at once."""
    made.withdraw(attestation_id=attestation_id, now=now())
    return redirect("console:attestations")


@leading_to_providers()
def _page(request: StaffRequest, context: dict[str, object]) -> HttpResponse:
    context |= {"providers": shown(), "room": "providers"}
    return page(request, "providers.html", context)
