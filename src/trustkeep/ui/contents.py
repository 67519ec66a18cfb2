"""A customer's file as an answer gives it: found, opened when it is read, its gate asked again."""

from __future__ import annotations

import uuid

from trustkeep.accounts import gate
from trustkeep.holdings import queries
from trustkeep.kernel.clock import now
from trustkeep.ui.downloads import Content


def content_of(account_id: uuid.UUID, file_id: uuid.UUID, number: int | None = None) -> Content:
    """Return a version of a file, the current one unless told; raises NoSuchFile."""
    shown = queries.file(account_id, file_id)
    version = queries.version(account_id, file_id, number)
    return Content(
        name=shown.name,
        size_bytes=version.size_bytes,
        sha256=version.sha256,
        content_type=version.content_type,
        open=lambda: queries.content(account_id, version.id),
        is_open=lambda: gate.passage(account_id, now=now()).is_open,
    )
