"""Files from forms go sealed wherever they have to wait: no plain byte of them rests on a disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from trustkeep.vault.shelf import sealed_files
from trustkeep.vault.spool import SealedSpool


class SealedUploads(FileUploadHandler):
    """Takes each file of a form into a sealed spool, whatever its length."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._spool = SealedSpool(sealed_files().partial)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self._spool.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        return UploadedFile(
            file=self._spool.reader(),
            name=self.file_name,
            content_type=self.content_type or "",
            size=file_size,
            charset=self.charset,
        )


def receive_sealed(request: HttpRequest) -> None:
    """Let this request's files arrive sealed; call it before anything reads the form."""
    request.upload_handlers = [SealedUploads(request)]
