"""Adding second factors and taking them away: freshly proved, or demanded at the door."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import cast

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.csp import csp_override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trustkeep.accounts.queries import company
from trustkeep.entrance.forms.factors import FirstCodeForm
from trustkeep.entrance.onward import asked, onward
from trustkeep.entrance.rendering import KnownRequest, known, page
from trustkeep.entrance.views.factor import status_of
from trustkeep.identity import authenticators, holding, passkeys, recovery_codes, sessions
from trustkeep.identity.factors import CodeRefused
from trustkeep.identity.holding import Held, Onward
from trustkeep.identity.models import User
from trustkeep.identity.passkeys import PasskeyRefused, TooManyPasskeys
from trustkeep.identity.throttling import TooManyAttempts
from trustkeep.kernel.clock import now
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.ui.confirming import fresh, fresh_reads
from trustkeep.ui.pages import told
from trustkeep.ui.scripts import WITH_SCRIPTS

type Enrol = Callable[[HttpRequest, Enroller], HttpResponse]


@dataclass(frozen=True, slots=True)
class Enroller:
    """Who adds a factor: somebody signed in, or held at the door until they have one."""

    user: User
    waiting: Held | None

    def carry_on(self, request: HttpRequest, amr: tuple[str, ...]) -> None:
        """Open the session that was held, or carry the present one over."""
        if self.waiting:
            holding.complete(request.session, self.waiting, amr=amr, now=now())
        else:
            sessions.renew(request.session, self.user, now=now())


def enroller(view: Enrol) -> Callable[[HttpRequest], HttpResponse]:
    """Let in who is held for a factor, or who has signed in and freshly proved it."""

    @fresh_reads
    def signed_in(request: HttpRequest) -> HttpResponse:
        return view(request, Enroller(cast(User, request.user), None))

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return signed_in(request)
        waiting = holding.held(request.session, now=now())
        if waiting is None or waiting.missing is not Onward.ENROL:
            return redirect("entrance:sign-in")
        return view(request, Enroller(waiting.user, waiting))

    return guarded


@csp_override(WITH_SCRIPTS)
@sensitive_post_parameters("code")
@enroller
def authenticator(request: HttpRequest, who: Enroller) -> HttpResponse:
    """Show a secret as picture and text, and make it count with its first code."""
    form = FirstCodeForm(request.POST if "code" in request.POST else None)
    error: TrustkeepError | None = None
    if form.is_valid():
        try:
            codes = authenticators.confirm(who.user, form.cleaned_data["code"], now=now())
            who.carry_on(request, authenticators.AMR)
            return _added(request, who, codes)
        except (CodeRefused, TooManyAttempts) as refused:
            error = refused
    return _offer(request, who, form, error)


@csp_override(WITH_SCRIPTS)
@require_POST
@sensitive_post_parameters("answer")
@enroller
def passkey(request: HttpRequest, who: Enroller) -> HttpResponse:
    """Keep a passkey that the device has made."""
    given = request.POST
    name = given.get("name", "").strip() or gettext("Passkey")
    try:
        codes = passkeys.add(
            who.user, request.session, answer=given.get("answer", ""), name=name, now=now()
        )
    except (PasskeyRefused, TooManyPasskeys) as error:
        return _offer(request, who, FirstCodeForm(), error)
    who.carry_on(request, ("hwk",))
    return _added(request, who, codes)


@require_POST
@enroller
def passkey_question(request: HttpRequest, who: Enroller) -> HttpResponse:
    """Return what the device has to be asked for a new passkey."""
    asked_for = passkeys.registration(who.user, request.session, now=now())
    return HttpResponse(asked_for, content_type="application/json")


@require_POST
@known
@fresh
def remove_passkey(request: KnownRequest, passkey_id: uuid.UUID) -> HttpResponse:
    """Take one of one's passkeys away."""
    return _removed(request, lambda: passkeys.remove(request.user, passkey_id, now=now()))


@require_POST
@known
@fresh
def remove_authenticator(request: KnownRequest) -> HttpResponse:
    """Take the authenticator app away."""
    return _removed(request, lambda: authenticators.remove(request.user, now=now()))


@require_POST
@known
@fresh
def new_codes(request: KnownRequest) -> HttpResponse:
    """Make ten fresh recovery codes; the older ones are gone."""
    codes = recovery_codes.make(request.user, now=now())
    sessions.renew(request.session, request.user, now=now())
    return page(request, "codes.html", {"codes": codes, "onward": "", "added": False})


@require_POST
@known
def codes_file(request: KnownRequest) -> HttpResponse:
    """Return the codes that were just shown as a file; they are kept nowhere in the clear."""
    codes = [one for one in request.POST.getlist("code") if recovery_codes.is_shaped(one)]
    text = "\n".join([f"{company().name}: {request.user.email}", "", *codes, ""])
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    answer["Cache-Control"] = "no-store"
    return answer


def _offer(
    request: HttpRequest, who: Enroller, form: FirstCodeForm, error: TrustkeepError | None
) -> HttpResponse:
    told_app = authenticators.begin(who.user, issuer=company().name, now=now())
    picture = segno.make(told_app.uri, error="m", micro=False)
    context = {
        "form": form,
        "error": told(error) if error else "",
        "enrolment": told_app,
        "picture": mark_safe(picture.svg_inline(omitsize=True, light="#fff")),  # noqa: S308  (a picture)
        "next": asked(request),
        "demanded": who.waiting is not None,
    }
    return page(request, "enrol.html", context, status_of(error))


def _added(request: HttpRequest, who: Enroller, codes: tuple[str, ...]) -> HttpResponse:
    where = onward(asked(request), who.user) if who.waiting else ""
    if not codes:
        return redirect(where or "entrance:me")
    return page(request, "codes.html", {"codes": codes, "onward": where, "added": True})


def _removed(request: KnownRequest, remove: Callable[[], None]) -> HttpResponse:
    try:
        remove()
    except TrustkeepError as error:
        return page(request, "refused.html", {"sentence": told(error)}, status=409)
    sessions.renew(request.session, request.user, now=now())
    return redirect("entrance:me")
