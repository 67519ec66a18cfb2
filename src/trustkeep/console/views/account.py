"""One account: its story, its deadlines, and what can be done about it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from trustkeep.console.account_page import account_page
from trustkeep.console.permits import StaffRequest, known_account, noted, staff
from trustkeep.console.rendering import page
from trustkeep.evidence.receipt import SUFFIX
from trustkeep.kernel.clock import now
from trustkeep.letters import ports as letters
from trustkeep.lifecycle import issuing, receipt_files
from trustkeep.lifecycle.issuing import NoSuchReceipt

FORMS = ("pdf", "json", "proof")


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
        one = issuing.receipt_called(receipt_id)
    except NoSuchReceipt as error:
        raise Http404(str(receipt_id)) from error
    content, kind, suffix = _file(one, form, get_language() or "en")
    name = f"receipt-{one.id}{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)


def _file(one: issuing.Issued, form: str, language: str) -> tuple[bytes, str, str]:
    proof = issuing.proof(one)
    if form == "pdf" and letters.joined.seal is not None:
        paper = receipt_files.as_pdf_file(one.receipt, proof, language, letters.joined.seal())
        return paper, receipt_files.PDF_TYPE, f".{language}.pdf"
    if form == "json":
        told = receipt_files.as_json_file(one.receipt, proof)
        return told.encode(), receipt_files.JSON_TYPE, ".json"
    if form == "proof":
        return proof.encode(), receipt_files.PROOF_TYPE, SUFFIX
    raise Http404(form)
