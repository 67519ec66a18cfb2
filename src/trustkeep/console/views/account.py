"""One account: its story, its deadlines, and what can be done about it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from trustkeep.console.account_page import account_page
from trustkeep.console.permits import StaffRequest, known_account, noted, staff
from trustkeep.console.rendering import page
from trustkeep.kernel.clock import now
from trustkeep.lifecycle import issuing
from trustkeep.lifecycle.issuing import NoSuchReceipt


@require_safe
@staff()
@noted("account", of="account_id")
def account(request: StaffRequest, account_id: uuid.UUID) -> HttpResponse:
    """Show the whole life of an account on one page."""
    shown = account_page(known_account(account_id), get_language() or "en", now())
    return page(request, "account.html", {"page": shown, "room": "accounts"})


@require_safe
@staff()
@noted("receipt", of="receipt_id")
def receipt(_request: StaffRequest, receipt_id: uuid.UUID, form: str) -> HttpResponse:
    """Give a receipt as sealed paper, as JSON, or as the proof from the log."""
    try:
        file = issuing.file_of(issuing.receipt_called(receipt_id), form, get_language() or "en")
    except NoSuchReceipt as error:
        raise Http404(str(receipt_id)) from error
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(file.content, content_type=file.media_type, headers=headers)
