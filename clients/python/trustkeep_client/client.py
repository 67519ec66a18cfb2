"""The account as Python sees it: files by streams, records as dictionaries, everything at once."""

from __future__ import annotations

import hashlib
import http.client
import mimetypes
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Union

from trustkeep_client.errors import Broken
from trustkeep_client.wire import STEP_BYTES, Wire

Told = dict[str, Any]
Place = Union[str, "os.PathLike[str]"]

PIECE_BYTES = 8 * 1024 * 1024
"""How much of a large upload goes at once, and is lost at most when a connection breaks."""
TRIES = 5
"""How often in a row a piece is tried before an upload or download is given up."""


class Client:
    """One account; ``token`` opens it. One client serves one thread."""

    def __init__(
        self, base_url: str, *, token: str, ca_file: str | None = None, timeout_s: float = 120
    ) -> None:
        self._wire = Wire(base_url, token, ca_file, timeout_s)

    def account(self) -> Told:
        """Return name, contract, and how much the account keeps."""
        return dict(self._wire.json("GET", "/account"))

    def folders(self, parent_id: str | None = None) -> Iterator[Told]:
        """Give the folders in a folder, or at the top."""
        return self._wire.all("/account/folders", parent_id=parent_id)

    def files(self, folder_id: str | None = None, *, q: str | None = None) -> Iterator[Told]:
        """Give the files in a folder, or at the top; with `q` those anywhere of such a name."""
        return self._wire.all("/account/files", folder_id=folder_id, q=q)

    def file(self, file_id: str) -> Told:
        """Return one file."""
        return dict(self._wire.json("GET", f"/account/files/{file_id}"))

    def versions(self, file_id: str) -> Iterator[Told]:
        """Give every content that a file has had, newest first."""
        return self._wire.all(f"/account/files/{file_id}/versions")

    def throw_away(self, file_id: str) -> None:
        """Put a file into the trash."""
        self._wire.json("DELETE", f"/account/files/{file_id}")

    def take_back(self, file_id: str) -> Told:
        """Take a file back from the trash."""
        return dict(self._wire.json("POST", f"/account/files/{file_id}/restore"))

    def upload(self, source: Place, path: str) -> Told:
        """Send a file to a path of the account; a large one in pieces.

        Raises Refused, Broken.
        """
        if Path(source).stat().st_size > PIECE_BYTES:
            return self.resume(str(self.begin(source, path)["id"]), source)
        content = Path(source).read_bytes()
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        sent: Told = self._wire.json(
            "PUT",
            "/account/files/content",
            query={"path": path},
            body=content,
            headers={"Content-Type": kind},
        )
        if sent["sha256"] != hashlib.sha256(content).hexdigest():
            raise Broken("what arrived is not what was sent")
        return sent

    def begin(self, source: Place, path: str) -> Told:
        """Announce a file that will be sent in pieces; its id is what `resume` needs."""
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        told = {"path": path, "size_bytes": Path(source).stat().st_size, "content_type": kind}
        return dict(self._wire.json("POST", "/account/uploads", told))

    def resume(self, upload_id: str, source: Place) -> Told:
        """Send what has not arrived yet, and finish; goes on over broken connections.

        Raises Refused, Broken.
        """
        address, failures = f"/account/uploads/{upload_id}", 0
        with Path(source).open("rb") as file:
            while True:
                try:
                    state = self._wire.json("GET", address)
                    while state["arrived"] < state["size_bytes"]:
                        file.seek(state["arrived"])
                        state = self._piece(address, state["arrived"], file.read(PIECE_BYTES))
                        failures = 0
                    break
                except (OSError, http.client.HTTPException) as error:
                    failures += 1
                    if failures >= TRIES:
                        raise Broken(f"the connection broke {failures} times") from error
            file.seek(0)
            digest = digest_of(file)
        return dict(self._wire.json("POST", f"{address}/finish", {"sha256": digest}))

    def download(self, file_id: str, target: Place, *, version: int | None = None) -> Path:
        """Fetch a file; goes on where an earlier try ended. Raises Refused, Broken.

        The content lies in ``target.part`` until all of it is there and has its digest.
        """
        whole = Path(target)
        part = whole.with_name(f"{whole.name}.part")
        failures = 0
        while True:
            try:
                expected = self._fetch(file_id, part, version)
                break
            except (OSError, http.client.HTTPException) as error:
                failures += 1
                if failures >= TRIES:
                    raise Broken(f"the connection broke {failures} times") from error
        with part.open("rb") as file:
            digest = digest_of(file)
        if digest != expected:
            part.unlink()
            raise Broken("the content does not have its digest; nothing was kept")
        return part.replace(whole)

    def share(
        self,
        file_id: str,
        *,
        days: int | None = None,
        most_downloads: int | None = None,
        key: str | None = None,
    ) -> Told:
        """Make a link that opens a file to whoever has its ``url``, which is told this once.

        Takes a token that may share. With a key one link at most is made; asked again, its ``url``
        is None.
        """
        told = {"most_downloads": most_downloads, **({"days": days} if days else {})}
        headers = {"Idempotency-Key": key} if key else {}
        path = f"/account/files/{file_id}/links"
        return dict(self._wire.json("POST", path, told, headers=headers))

    def links(
        self, file_id: str | None = None, *, q: str | None = None, ended: bool = False
    ) -> Iterator[Told]:
        """Give the links that open files, or one file; with `ended` also those that did."""
        told = "true" if ended else None
        return self._wire.all("/account/links", file_id=file_id, q=q, ended=told)

    def end_link(self, link_id: str) -> None:
        """End a link at once."""
        self._wire.json("DELETE", f"/account/links/{link_id}")

    def collections(self) -> Iterator[Told]:
        """Give the collections with the number of their records."""
        return self._wire.all("/account/collections")

    def records(self, collection: str, *, q: str | None = None) -> Iterator[Told]:
        """Give the records of a collection, or those that hold all words of `q`."""
        return self._wire.all("/account/records", collection=collection, q=q)

    def record(self, record_id: str) -> Told:
        """Return one record."""
        return dict(self._wire.json("GET", f"/account/records/{record_id}"))

    def keep_record(
        self, collection: str, values: Mapping[str, Any], *, key: str | None = None
    ) -> Told:
        """Keep a record; with a key at most once, however often it is sent within a day."""
        told = {"collection": collection, "values": dict(values)}
        headers = {"Idempotency-Key": key} if key else {}
        return dict(self._wire.json("POST", "/account/records", told, headers=headers))

    def change_record(
        self, record_id: str, values: Mapping[str, Any], *, number: int | None = None
    ) -> Told:
        """Put new values in the place of the old; with `number` only over that state."""
        told = {"values": dict(values), "number": number}
        return dict(self._wire.json("PUT", f"/account/records/{record_id}", told))

    def delete_record(self, record_id: str) -> None:
        """Put a record into the trash."""
        self._wire.json("DELETE", f"/account/records/{record_id}")

    def looks(self) -> Iterator[Told]:
        """Give who of the provider's staff looked at what and why, newest first."""
        return self._wire.all("/account/looks")

    def exports(self) -> Iterator[Told]:
        """Give when everything was given back, with the digest of each archive."""
        return self._wire.all("/account/exports")

    def export(self, target: Place, *, recipient: str = "") -> Path:
        """Fetch everything as one ZIP, sealed to an age key if one is given.

        Raises Refused, Broken. The archive appears under its name only when its digest is the one
        that the server noted.
        """
        whole = Path(target)
        part = whole.with_name(f"{whole.name}.part")
        known = {one["id"] for one in self.exports()}
        headers = {"Content-Type": "application/json"}
        body = b'{"recipient": "%s"}' % recipient.encode()
        answer = self._wire.ask("POST", "/account/export", body=body, headers=headers)
        with part.open("wb") as file:
            digest = self._wire.pour(answer, file)
        noted = {one["sha256"] for one in self.exports() if one["id"] not in known}
        if digest not in noted:
            part.unlink()
            raise Broken("the archive broke off; nothing was kept")
        return part.replace(whole)

    def contract(self) -> Told:
        """Return whether the contract runs, what follows from its end, and the receipts."""
        return dict(self._wire.json("GET", "/account/contract"))

    def end_contract(
        self, legal_name: str, *, last_day: str | None = None, key: str | None = None
    ) -> Told:
        """End the contract at once or with a day; takes an owner's token for just that."""
        told = {"legal_name": legal_name, "last_day": last_day}
        headers = {"Idempotency-Key": key} if key else {}
        return dict(self._wire.json("POST", "/account/contract/end", told, headers=headers))

    def call_off(self) -> Told:
        """Let the contract go on whose end has not come."""
        return dict(self._wire.json("POST", "/account/contract/call-off", {}))

    def receipt(self, receipt_id: str, target: Place, *, form: str = "proof") -> Path:
        """Fetch a receipt as ``pdf``, ``json`` or ``proof``."""
        path = Path(target)
        with path.open("wb") as file:
            answer = self._wire.ask("GET", f"/account/receipts/{receipt_id}/{form}")
            self._wire.pour(answer, file)
        return path

    def requests(self) -> Iterator[Told]:
        """Give what was asked about personal data: one's own, and what the customer decides."""
        return self._wire.all("/account/requests")

    def ask(
        self, kinds: Sequence[str], text: str, *, things: Sequence[str] = (), language: str = "en"
    ) -> Told:
        """Ask about one's own data, or about single ones: ``file:…``, ``record:…``."""
        told = {"kinds": list(kinds), "text": text, "language": language, "things": list(things)}
        return dict(self._wire.json("POST", "/account/requests", told))

    def _piece(self, address: str, offset: int, body: bytes) -> Told:
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/octet-stream"}
        return dict(self._wire.json("PATCH", address, body=body, headers=headers))

    def _fetch(self, file_id: str, part: Path, version: int | None) -> str:
        have = part.stat().st_size if part.exists() else 0
        shown = next(one for one in self.versions(file_id) if version in (None, one["number"]))
        expected: str = shown["sha256"]
        if have > shown["size_bytes"]:
            part.unlink()
            have = 0
        if have == shown["size_bytes"] and part.exists():
            return expected
        headers = {"Range": f"bytes={have}-", "If-Range": f'"{expected}"'} if have else {}
        query = {"version": shown["number"]}
        path = f"/account/files/{file_id}/content"
        answer = self._wire.ask("GET", path, query=query, headers=headers)
        with part.open("ab" if answer.status == http.HTTPStatus.PARTIAL_CONTENT else "wb") as file:
            self._wire.pour(answer, file)
        if part.stat().st_size < shown["size_bytes"]:
            raise ConnectionError("the connection broke off")
        return expected


def digest_of(file: BinaryIO) -> str:
    """Return the SHA-256 of what is left of a file, in hexadecimal."""
    hashed = hashlib.sha256()
    while chunk := file.read(STEP_BYTES):
        hashed.update(chunk)
    return hashed.hexdigest()
