"""Prefixes in an S3 bucket: every version and every delete marker, and unfinished uploads.

A DELETE in a versioned bucket only adds a marker, so each version goes by its id, uploads that were
never finished are aborted, and the prefix is listed again until it is empty. The second reader has
other credentials and asks by other calls as well. Objects that a retention holds are said to be
held, with its last day; they are never counted as gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
)
from botocore.exceptions import (
    ConnectTimeoutError as NoConnection,
)
from botocore.exceptions import (
    ReadTimeoutError as NoAnswer,
)

from trustkeep.connectors.checking import ACCOUNT, PERSON
from trustkeep.connectors.outgoing import NotAsked, Reach, address_of, require_address
from trustkeep.connectors.replies import retry_after, unasked
from trustkeep.connectors.s3_connections import pinned
from trustkeep.connectors.trials import fault_of
from trustkeep.lifecycle.systems.ports import (
    Act,
    Answer,
    Count,
    Instruction,
    Outcome,
    Plan,
    Scope,
    ScopeKind,
    System,
    Trial,
    Trouble,
)

VISIT_S = 45.0
"""How long one visit deletes before it lets go; well within the lease of an attempt."""
BATCH = 1000
"""Versions in one call: the most that S3 takes."""
EMPTY_LISTINGS = 2
"""So many empty listings in a row, and the prefix is empty: late uploads are caught."""
MOST_HELD_LOOKED_AT = 20
_TURNED_AWAY = {
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "AccountProblem",
    "403",
    "401",
}
_SLOWER = {"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "503", "429"}


class S3Prefixes:
    """Empties one bucket of what lies under an account's or a person's prefix."""

    def __init__(self, system: System, reach: Reach) -> None:
        self._settings = system.settings
        self._reach = reach

    @property
    def acts(self) -> frozenset[Act]:
        """A bucket has no lock: the product that hands out its links asks at the gate."""
        has_reader = bool(self._settings.get("reader_access_key"))
        return frozenset({Act.ERASE, Act.VERIFY} if has_reader else {Act.ERASE})

    def trial(self, now: datetime) -> Trial:
        """List as both readers, under a prefix that nobody has."""
        faults, seen = [], []
        for prefix in ("", "reader_") if Act.VERIFY in self.acts else ("",):
            try:
                client = self._client(prefix)
                nobody = "trustkeep-trial/"
                client.list_object_versions(Bucket=self._bucket, Prefix=nobody, MaxKeys=1)
                client.list_multipart_uploads(Bucket=self._bucket, Prefix=nobody, MaxUploads=1)
                seen.append(f"s3://{self._bucket}")
            except (NotAsked, ClientError, BotoCoreError) as error:
                answer = _failed(error, now)
                faults.append(fault_of(answer.trouble or Trouble.FAILING, answer.detail))
        return Trial(tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(seen)))

    def plan(self, scope: Scope, now: datetime) -> Plan:
        """Count versions, markers and unfinished uploads."""
        prefix = self._prefix(scope)
        if not prefix:
            return Plan(trouble=Trouble.UNSUPPORTED)
        try:
            client = self._client()
            items = sum(1 for _ in self._versions(client, prefix))
            uploads = sum(1 for _ in self._uploads(client, prefix))
        except (NotAsked, ClientError, BotoCoreError) as error:
            answer = _failed(error, now)
            return Plan(trouble=answer.trouble, detail=answer.detail)
        store = f"s3://{self._bucket}"
        return Plan((Count(store, items), Count(f"{store} (uploads)", uploads)))

    def lock(self, instruction: Instruction, now: datetime) -> Answer:
        return Answer(Outcome.STALLED, trouble=Trouble.UNSUPPORTED)

    def unlock(self, instruction: Instruction, now: datetime) -> Answer:
        return Answer(Outcome.STALLED, trouble=Trouble.UNSUPPORTED)

    def erase(self, instruction: Instruction, now: datetime) -> Answer:
        """Delete until the listing is empty twice, or the visit is over."""
        return self._answered(lambda prefix: self._erased(prefix, 0, now), instruction, now)

    def poll(self, instruction: Instruction, tracking: str, now: datetime) -> Answer:
        """Go on where the last visit ended."""
        before = int(tracking) if tracking.isdecimal() else 0
        return self._answered(lambda prefix: self._erased(prefix, before, now), instruction, now)

    def verify(self, instruction: Instruction, now: datetime) -> Answer:
        """Count with the second reader's credentials, by versions, by keys and by uploads."""
        return self._answered(self._verified, instruction, now)

    def _answered(
        self, act: Callable[[str], Answer], instruction: Instruction, now: datetime
    ) -> Answer:
        prefix = self._prefix(instruction.scope)
        if not prefix:
            return Answer(Outcome.STALLED, trouble=Trouble.UNSUPPORTED)
        try:
            return act(prefix)
        except (NotAsked, ClientError, BotoCoreError) as error:
            return _failed(error, now)

    def _erased(self, prefix: str, before: int, now: datetime) -> Answer:
        client = self._client()
        ends = monotonic() + VISIT_S
        held: list[dict[str, str]] = []
        gone, empty = before, 0
        while empty < EMPTY_LISTINGS and monotonic() < ends:
            deleted, held = self._swept(client, prefix, ends)
            if held and not deleted:
                return self._held_answer(client, held, gone)
            empty = 0 if deleted or held else empty + 1
            gone += deleted
        if empty < EMPTY_LISTINGS:
            return Answer(Outcome.ACCEPTED, deleted=gone, again_at=now, tracking=str(gone))
        proof = f"s3://{self._bucket}: listed empty {EMPTY_LISTINGS} times"
        return Answer(Outcome.CONFIRMED, matched=gone, deleted=gone, remaining=0, proof=proof)

    def _swept(self, client: Any, prefix: str, ends: float) -> tuple[int, list[dict[str, str]]]:
        """Go over the prefix once; returns how much went and what was held."""
        gone, held, batch = 0, [], []
        for version in self._versions(client, prefix):
            batch.append(version)
            if len(batch) == BATCH:
                held += self._deleted(client, batch)
                gone, batch = gone + BATCH, []
                if monotonic() >= ends:
                    break
        if batch:
            held += self._deleted(client, batch)
            gone += len(batch)
        for upload in self._uploads(client, prefix):
            client.abort_multipart_upload(Bucket=self._bucket, **upload)
            gone += 1
        return gone - len(held), held

    def _deleted(self, client: Any, batch: list[dict[str, str]]) -> list[dict[str, str]]:
        """Delete versions by their ids; returns those that were refused."""
        told = client.delete_objects(Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True})
        refused = {(one["Key"], one.get("VersionId", "")) for one in told.get("Errors", [])}
        # Some servers name only the key.
        return [
            one
            for one in batch
            if (one["Key"], one["VersionId"]) in refused or (one["Key"], "") in refused
        ]

    def _held_answer(self, client: Any, held: list[dict[str, str]], gone: int) -> Answer:
        """Say what keeps versions from going: a retention, with its last day, or a right."""
        until = [
            at
            for one in held[:MOST_HELD_LOOKED_AT]
            if (at := self._held_until(client, one)) is not None
        ]
        trouble = Trouble.RETAINED if until else Trouble.UNAUTHORISED
        detail = f"{len(held)} versions until {max(until)}" if until else f"{len(held)} versions"
        return Answer(
            Outcome.STALLED,
            matched=gone + len(held),
            deleted=gone,
            remaining=len(held),
            trouble=trouble,
            detail=detail,
        )

    def _held_until(self, client: Any, one: Mapping[str, str]) -> str | None:
        """Return the last day of a retention, or that a legal hold has none; None if neither."""
        named = {"Bucket": self._bucket, "Key": one["Key"], "VersionId": one["VersionId"]}
        try:
            seen = client.head_object(**named)
        except (ClientError, BotoCoreError):
            return None
        if seen.get("ObjectLockLegalHoldStatus") == "ON":
            return "the legal hold ends"
        at = seen.get("ObjectLockRetainUntilDate")
        return at.date().isoformat() if at else None

    def _verified(self, prefix: str) -> Answer:
        client = self._client("reader_")
        versions = sum(1 for _ in self._versions(client, prefix))
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        keys = sum(len(page.get("Contents", [])) for page in pages)
        left = max(versions, keys) + sum(1 for _ in self._uploads(client, prefix))
        proof = f"s3://{self._bucket}: versions, keys, uploads"
        return Answer(Outcome.CONFIRMED, remaining=left, proof=proof)

    def _versions(self, client: Any, prefix: str) -> Iterator[dict[str, str]]:
        pages = client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        for page in pages:
            for one in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
                yield {"Key": one["Key"], "VersionId": one["VersionId"]}

    def _uploads(self, client: Any, prefix: str) -> Iterator[dict[str, str]]:
        pages = client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        for page in pages:
            for one in page.get("Uploads", []):
                yield {"Key": one["Key"], "UploadId": one["UploadId"]}

    def _prefix(self, scope: Scope) -> str:
        """Return where the scope's objects lie; empty if that cannot be told."""
        if scope.kind is ScopeKind.ACCOUNT:
            return self._settings["prefix"].replace(ACCOUNT, str(scope.account))
        template = self._settings.get("person_prefix", "")
        is_plain = bool(scope.reference) and not set(scope.reference) & set("/\\")
        if scope.kind is ScopeKind.PERSON and template and is_plain:
            return template.replace(ACCOUNT, str(scope.account)).replace(PERSON, scope.reference)
        return ""

    @property
    def _bucket(self) -> str:
        return self._settings["bucket"]

    def _client(self, whose: str = "") -> Any:
        endpoint = self._settings.get("endpoint", "")
        if endpoint:
            require_address(endpoint, self._reach)
            parts = urlsplit(endpoint)
            address_of(parts.hostname or "", parts.port or 443, self._reach)
        made = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=self._settings.get("region") or "eu-central-1",
            aws_access_key_id=self._settings[f"{whose}access_key"],
            aws_secret_access_key=self._settings[f"{whose}secret_key"],
            config=Config(
                connect_timeout=10,
                read_timeout=20,
                retries={"max_attempts": 1, "mode": "standard"},
                s3={"addressing_style": "path" if endpoint else "auto"},
            ),
        )
        return pinned(made, self._reach)


def _failed(error: NotAsked | ClientError | BotoCoreError, now: datetime) -> Answer:
    if isinstance(error, NotAsked):
        return unasked(error)
    if isinstance(error, ClientError):
        return _refused(error, now)
    if isinstance(error, NoCredentialsError):
        return Answer(Outcome.STALLED, trouble=Trouble.UNAUTHORISED)
    if isinstance(error, EndpointConnectionError | NoConnection):
        return Answer(Outcome.UNKNOWN, trouble=Trouble.UNREACHABLE)
    if isinstance(error, NoAnswer | ConnectionClosedError | HTTPClientError):
        return Answer(Outcome.UNKNOWN, trouble=Trouble.TIMEOUT)
    return Answer(Outcome.UNKNOWN, trouble=Trouble.FAILING, detail=type(error).__name__)


def _refused(error: ClientError, now: datetime) -> Answer:
    code = str(error.response.get("Error", {}).get("Code", ""))[:50]
    if code in _TURNED_AWAY:
        return Answer(Outcome.STALLED, trouble=Trouble.UNAUTHORISED, detail=code)
    if code in _SLOWER:
        headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        wanted = retry_after(headers.get("retry-after", ""), now)
        return Answer(Outcome.UNKNOWN, trouble=Trouble.RATE_LIMITED, detail=code, again_at=wanted)
    if code in ("NoSuchBucket", "PermanentRedirect", "InvalidBucketName"):
        return Answer(Outcome.STALLED, trouble=Trouble.SETTINGS, detail=code)
    return Answer(Outcome.UNKNOWN, trouble=Trouble.FAILING, detail=code)
