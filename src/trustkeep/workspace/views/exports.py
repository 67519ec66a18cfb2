"""Everything back at once: one archive, made while it is read."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from trustkeep.accounts.customers import account
from trustkeep.holdings import returning
from trustkeep.holdings.archive import RecipientInvalid
from trustkeep.holdings.exporting import counts
from trustkeep.kernel.clock import now
from trustkeep.ui.archives import members_of
from trustkeep.ui.confirming import fresh
from trustkeep.ui.pages import told
from trustkeep.workspace.forms.exports import ExportForm
from trustkeep.workspace.permits import MANAGERS, MemberRequest, actor, member
from trustkeep.workspace.rendering import page


@require_safe
@member(*MANAGERS)
def exports(request: MemberRequest) -> HttpResponse:
    """Say what an export holds, and list the earlier ones."""
    return _page(request, ExportForm())


@require_POST
@member(*MANAGERS)
@fresh
def export(request: MemberRequest) -> HttpResponse:
    """Give the archive; where the key is none, say so and give nothing."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    recipient = form.cleaned_data["recipient"]
    try:
        chunks = _archive(request, recipient)
    except RecipientInvalid as error:
        form.add_error("recipient", told(error))
        return _page(request, form, 422)
    name = f"{account(request.account_id).reference}.zip{'.age' if recipient else ''}"
    answer = StreamingHttpResponse(chunks, content_type="application/octet-stream")
    answer["Content-Disposition"] = str(content_disposition_header(True, name))
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]


def _archive(request: MemberRequest, recipient: str) -> Iterator[bytes]:
    return returning.begin_export(
        passage=request.passage,
        more=members_of(request.account_id, now()),
        recipient=recipient,
        by=actor(request),
        clock=now,
    )


def _page(request: MemberRequest, form: ExportForm, status: int = 200) -> HttpResponse:
    contents, records = counts(request.account_id)
    context = {
        "form": form,
        "exports": returning.exports(request.account_id),
        "contents": contents,
        "records": records,
        "room": "exports",
    }
    return page(request, "exports.html", context, status)
