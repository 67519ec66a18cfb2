"""The audit trail: searched, with filters in the address, and given to other systems."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts.roles import Permission
from trustkeep.console.forms.audit import AuditForm
from trustkeep.console.permits import StaffRequest, staff
from trustkeep.console.rendering import page
from trustkeep.identity import ocsf, trail
from trustkeep.identity.limits import PERSONAL_KEPT
from trustkeep.identity.trail import Wanted
from trustkeep.kernel.clock import now
from trustkeep.ui.confirming import fresh


@require_safe
@staff(Permission.READ_AUDIT)
def audit(request: StaffRequest) -> HttpResponse:
    """Show acts that match, the newest first, older ones by the page."""
    form = AuditForm(request.GET)
    wanted = form.wanted() if form.is_valid() else Wanted()
    told = request.GET.get("before", "")
    before = int(told) if told.isascii() and told.isdecimal() and len(told) < 16 else None
    found = trail.events(wanted, before=before)
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "events": found,
        "query": query.urlencode(),
        "older": found[-1].number if len(found) == trail.PAGE else None,
        "is_filtered": wanted != Wanted(),
        "days": PERSONAL_KEPT.days,
        "room": "audit",
        "title": gettext("Audit trail"),
    }
    return page(request, "audit.html", context)


@require_POST
@staff(Permission.READ_AUDIT)
@fresh
def export(request: StaffRequest) -> HttpResponse:
    """Give the acts that match as OCSF, one a line; that they were read is an act too."""
    form = AuditForm(request.GET)
    wanted = form.wanted() if form.is_valid() else Wanted()
    trail.note_read(what="audit-trail", subject="export", now=now())
    lines = (ocsf.line(event) for event in trail.all_events(wanted))
    answer = StreamingHttpResponse(lines, content_type=ocsf.MEDIA_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="audit-trail.ndjson"'
    answer["Cache-Control"] = "no-store"
    # Guards hand an answer on; that this one streams is between the server and the reader.
    return cast(HttpResponse, answer)
