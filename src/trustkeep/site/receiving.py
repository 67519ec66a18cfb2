"""Files that come with forms: sealed while they arrive, never plain on the disk.

The framework's own handlers write what does not fit in memory into a plain temporary file.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from trustkeep.vault.shelf import sealed_files
from trustkeep.vault.spool import SealedSpool


class SealedUploadHandler(FileUploadHandler):
    """Gives each file of a form as an uploaded file whose bytes lie in a sealed spool."""

    chunk_size = 1024 * 1024
    _spool: SealedSpool

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._spool = SealedSpool(sealed_files().partial)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self._spool.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        return UploadedFile(
            file=self._spool.reader(),
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        self._spool.close()
