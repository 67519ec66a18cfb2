"""The evidence log: entries, receipts and proofs."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language
from ninja import Field, Query, Router

from trustkeep.api.bearers import READ, ApiRequest
from trustkeep.api.paging import Listed, Window, listed
from trustkeep.api.shapes import Checkpoint, ConsistencyProof
from trustkeep.controls import entries as log_entries
from trustkeep.controls.proofs import ProofShown, proof_of
from trustkeep.controls.queries import log_shown
from trustkeep.controls.statements import EvidenceShown, LogShown
from trustkeep.evidence import queries as log
from trustkeep.evidence.queries import NotSignedYet
from trustkeep.ui.plain import plain

router = Router(tags=["evidence"], auth=READ)
MOST_ENTRIES = 2**62
Index = Annotated[int, Field(ge=0, lt=MOST_ENTRIES)]


@router.get("/evidence", response=Listed[EvidenceShown], summary="List entries")
def entries(request: ApiRequest, window: Query[Window]) -> HttpResponse:
    """The entries of the whole log, newest first."""
    found = log_entries.all_evidence(get_language(), before=window.index(), limit=window.limit)
    return listed(request, found, window.following([one.index for one in found]))


@router.get("/evidence/{index}", response=EvidenceShown, summary="Read an entry")
def entry(request: ApiRequest, index: Index) -> HttpResponse:
    """One entry, with what it commits to where that is public."""
    return JsonResponse(plain(log_entries.evidence_at(index, get_language())))


@router.get("/evidence/{index}/proof", response=ProofShown, summary="Prove an entry")
def proof(request: ApiRequest, index: Index) -> HttpResponse:
    """The way from an entry to the newest signed root, in hexadecimal (RFC 6962)."""
    if not log_entries.evidence_at(index, get_language()).signed:
        raise NotSignedYet(index=index)
    return JsonResponse(plain(proof_of(index)))


@router.get(
    "/evidence/{index}/receipt",
    summary="Fetch a receipt",
    openapi_extra={
        "responses": {
            200: {"description": "OK", "content": {"text/plain": {"schema": {"type": "string"}}}}
        }
    },
)
def receipt(request: ApiRequest, index: Index) -> HttpResponse:
    """A receipt (C2SP tlog-proof) that `trustkeep verify` checks without asking anybody."""
    text = log_entries.receipt_of(index)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@router.get("/log", response=LogShown, summary="Read where the log stands")
def state(request: ApiRequest) -> HttpResponse:
    """The size of the log, when it was last signed, and the key to verify it with."""
    return JsonResponse(plain(log_shown()))


@router.get("/log/checkpoint", response={200: Checkpoint}, summary="Read the newest checkpoint")
def checkpoint(request: ApiRequest) -> HttpResponse:
    """The newest signed note of the log (C2SP tlog-checkpoint)."""
    newest = log.latest_checkpoint()
    if newest is None:
        raise NotSignedYet(index=0)
    told = {"size": newest.size, "root": newest.root.hex(), "note": newest.note, "at": newest.at}
    return JsonResponse(plain(told))


@router.get("/log/consistency", response=ConsistencyProof, summary="Prove that it only grew")
def consistency(
    request: ApiRequest,
    old: Index,
    new: Index,
) -> HttpResponse:
    """The proof that the log of `old` entries is the beginning of that of `new` (RFC 6962)."""
    found = log.consistency_proof(old, new)
    told = {
        "old": found.old,
        "new": found.new,
        "path": [step.hex() for step in found.path],
        "old_root": found.old_root.hex(),
        "new_root": found.new_root.hex(),
    }
    return JsonResponse(told)
