"""An answer has the members that its description names, and no others."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from trustkeep.api import holdings_shapes as shapes
from trustkeep.api.shapes import RecordMade
from trustkeep.holdings import collections, looks, queries, sharing, uploads
from trustkeep.records.actions import Recorded

ADDED = {shapes.FileTold: {"sha256"}}
"""What an answer has besides what the part tells."""


@pytest.mark.asvs("15.3.1")
@pytest.mark.asvs("8.2.3")
@pytest.mark.parametrize(
    ("part", "told"),
    [
        (queries.FolderShown, shapes.FolderTold),
        (queries.FileShown, shapes.FileTold),
        (queries.VersionShown, shapes.VersionTold),
        (uploads.UploadShown, shapes.UploadTold),
        (collections.CollectionShown, shapes.CollectionTold),
        (collections.RecordShown, shapes.CustomerRecordTold),
        (looks.NoteShown, shapes.LookTold),
        (sharing.LinkShown, shapes.LinkTold),
        (Recorded, RecordMade),
    ],
)
def test_answer__tells_what_is_described_and_nothing_else(part: Any, told: Any) -> None:
    given = {one.name for one in fields(part)}

    assert given | ADDED.get(told, set()) == set(told.model_fields)
