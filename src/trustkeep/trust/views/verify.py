"""Verifying a receipt for somebody who would rather paste than type a command."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from trustkeep.evidence import queries as log
from trustkeep.evidence.checkpoint import VerifierKey
from trustkeep.evidence.verify import VerificationFailed, Verified, verify_receipt
from trustkeep.kernel.clock import now
from trustkeep.trust.answers import framed, prepared
from trustkeep.trust.forms import ReceiptForm
from trustkeep.trust.verdicts import why


# Nobody is signed in here and nothing is changed: there is no power that a foreign page could
# borrow, and without a cookie the page can be prepared (ASVS 3.5.1).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say what a receipt proves, or why it proves nothing."""
    if request.method != "POST":
        answer = framed(request, "verify.html", {"form": ReceiptForm()}, place=("verify",))
        return prepared(answer, now=now())
    form = ReceiptForm(request.POST, request.FILES)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            context["verified"] = _verified(form.cleaned_data["text"])
        except VerificationFailed as error:
            context |= {"failed": why(error), "detail": str(error)}
    status = 200 if "verified" in context else 422
    return framed(request, "verify.html", context, place=("verify",), status=status)


def _verified(text: str) -> Verified:
    return verify_receipt(text, [VerifierKey.parse(log.verifier_key())])
