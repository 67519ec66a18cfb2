"""Files of forms never lie plain on the disk."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

MARK = b"in confidence "


def file_of(request: HttpRequest) -> UploadedFile[bytes]:
    found = request.FILES["file"]
    assert isinstance(found, UploadedFile)
    return found


def posted(body: bytes) -> HttpRequest:
    return RequestFactory().post("/", {"file": SimpleUploadedFile("a b.txt", body), "x": "y"})


@pytest.mark.parametrize("size", [0, 10, 3_000_000])
def test_form__gives_its_file_as_it_was_sent(size: int) -> None:
    body = (MARK * (size // len(MARK) + 1))[:size]
    request = posted(body)

    assert request.POST["x"] == "y"
    if size:
        found = file_of(request)
        assert (found.name, found.size) == ("a b.txt", size)
        assert found.read() == body
        found.close()


def test_form__leaves_no_plain_copy(
    tmp_path: Path, data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    request = posted(MARK * 400_000)

    answer = HttpResponse(file_of(request).read()[:14])

    assert answer.content == MARK
    assert list(tmp_path.iterdir()) == []
    held = [path for path in (data_directory / "objects").rglob("*") if path.is_file()]
    assert not [path for path in held if MARK in path.read_bytes()]
    file_of(request).close()
