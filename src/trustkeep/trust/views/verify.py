"""Verifying a receipt for somebody who would rather paste than type a command."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from trustkeep.evidence.verify import VerificationFailed
from trustkeep.kernel.clock import now
from trustkeep.trust.answers import framed, prepared
from trustkeep.trust.examining import TooBusy, examined
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
            context["verified"] = examined(form.cleaned_data["raw"])
        except VerificationFailed as error:
            context |= {"failed": why(error), "detail": str(error)}
        except TooBusy as error:
            form.add_error(None, gettext(error.sentence))
    status = 200 if "verified" in context else 422
    return framed(request, "verify.html", context, place=("verify",), status=status)
