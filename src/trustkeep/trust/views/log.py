"""The evidence log for auditors' programs: C2SP tlog-tiles, and receipts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from trustkeep.controls.entries import receipt_of
from trustkeep.evidence import queries as log
from trustkeep.evidence import tiles
from trustkeep.evidence.queries import NoSuchEntry, NotSignedYet
from trustkeep.evidence.receipt import SUFFIX
from trustkeep.evidence.tiles import NoSuchTile
from trustkeep.trust.reading import read_only

_TEXT = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
_FOREVER = "public, max-age=31536000, immutable"
"""A tile never changes; a partial one is another address than the full one."""


@read_only
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Give the newest signed checkpoint."""
    newest = log.latest_checkpoint()
    if newest is None:
        raise Http404("no checkpoint yet")
    return _open(HttpResponse(newest.note, content_type=_TEXT), "no-cache")


@read_only
def verifier_key(_request: HttpRequest) -> HttpResponse:
    """Give the key that checkpoints are verified with."""
    return _open(HttpResponse(log.verifier_key() + "\n", content_type=_TEXT), "no-cache")


@read_only
def tile(_request: HttpRequest, address: str) -> HttpResponse:
    """Give a tile of hashes or of entries."""
    try:
        found = log.tile_bytes(tiles.parse(address))
    except NoSuchTile as error:
        raise Http404(address) from error
    return _open(HttpResponse(found, content_type=_BYTES), _FOREVER)


@read_only
def receipt(_request: HttpRequest, index: int) -> HttpResponse:
    """Give the receipt of one entry, to be verified offline."""
    try:
        text = receipt_of(index)
    except (NoSuchEntry, NotSignedYet, OverflowError) as error:
        raise Http404(str(index)) from error
    response = _open(HttpResponse(text, content_type=_TEXT), "no-cache")
    response["Content-Disposition"] = f'attachment; filename="entry-{index}{SUFFIX}"'
    return response


def _open(response: HttpResponse, cache: str) -> HttpResponse:
    # Any page of anybody may read the log: it is public, and says the same to all.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = cache
    return response
