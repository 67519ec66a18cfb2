"""Where providers tell us unasked that somebody is signed out, disabled or taken over there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from trustkeep.identity import announcements
from trustkeep.identity.announcements import Channel
from trustkeep.identity.oidc.installed import NoSuchProvider
from trustkeep.identity.oidc.refusals import ProviderRefused
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now

type View = Callable[[HttpRequest, str], HttpResponse]

LARGEST = 64 * 1024


def told(view: View) -> View:
    """Answer as RFC 8935 section 2.4 has it, and never with more than a code."""

    @wraps(view)
    def answered(request: HttpRequest, slug: str) -> HttpResponse:
        try:
            response = view(request, slug)
        except NoSuchProvider as error:
            raise Http404(slug) from error
        except ProviderRefused as refused:
            what = {"err": "invalid_request", "description": refused.reason.value}
            response = JsonResponse(what, status=HTTPStatus.BAD_REQUEST)
        except TooManyAttempts:
            response = HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Cache-Control"] = "no-store"
        return response

    return answered


@csrf_exempt
@require_POST
@told
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a security event token (RFC 8935: the body is the token itself)."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    token = request.body.decode("ascii", "replace").strip()
    announcements.take(slug, token, Channel.EVENT, now=now())
    return HttpResponse(status=HTTPStatus.ACCEPTED)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@told
def logout(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a logout at the provider: a frame in the person's browser, or a signed token."""
    if request.method == "POST":
        token = request.POST.get("logout_token", "")
        announcements.take(slug, token, Channel.LOGOUT, now=now())
        return HttpResponse(status=HTTPStatus.OK)
    issuer, session = request.GET.get("iss", ""), request.GET.get("sid", "")
    announcements.signed_out_there(slug, issuer=issuer, session=session, now=now())
    return HttpResponse(status=HTTPStatus.OK)
