"""Shapes of what customers keep, as the API asks for it and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema

from trustkeep.accounts.states import AccountState
from trustkeep.holdings.files import MOST_BYTES
from trustkeep.holdings.places import MOST_LETTERS
from trustkeep.holdings.sharing import LIVES, LIVES_AT_MOST, MOST_DOWNLOADS, LinkState

Name = Annotated[str, Field(min_length=1, max_length=MOST_LETTERS)]


class AccountTold(Schema):
    """A customer's account and how much it keeps."""

    id: UUID
    legal_name: str
    reference: str
    state: AccountState
    contract_start_date: date
    ends_at: datetime | None
    files: int
    size_bytes: int
    records: int


class FolderTold(Schema):
    """A folder; ``parent_id`` is null at the top."""

    id: UUID
    parent_id: UUID | None
    name: str
    made_at: datetime
    trashed_at: datetime | None


class FolderWanted(Schema):
    """A folder to be made, or the name and place that one gets."""

    name: Name
    parent_id: UUID | None = None


class FileTold(Schema):
    """A file; ``number`` is its current version."""

    id: UUID
    folder_id: UUID | None
    name: str
    number: int
    size_bytes: int
    made_at: datetime
    changed_at: datetime
    trashed_at: datetime | None
    version_id: UUID
    sha256: str = ""


class FileWanted(Schema):
    """The name and place that a file gets."""

    name: Name
    folder_id: UUID | None = None


class VersionTold(Schema):
    """One content of a file; ``sha256`` in hexadecimal."""

    id: UUID
    file_id: UUID
    number: int
    size_bytes: int
    sha256: str
    content_type: str
    made_at: datetime
    made_by: str


class LinkWanted(Schema):
    """How many days a link opens, and how often at most; null without a limit of downloads."""

    days: Annotated[int, Field(ge=1, le=LIVES_AT_MOST.days)] = LIVES.days
    most_downloads: Annotated[int, Field(ge=1, le=MOST_DOWNLOADS)] | None = None


class LinkTold(Schema):
    """A link to a file; ``made_by`` is an opaque id of a user, or names the token."""

    id: UUID
    file_id: UUID
    file_name: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    ended_at: datetime | None
    downloads: int
    most_downloads: int | None
    used_at: datetime | None
    state: LinkState


class LinkMade(LinkTold):
    """A new link; ``url`` is told this once, and null in an answer that is given again."""

    url: str | None


class UploadWanted(Schema):
    """A file that will arrive in pieces; ``path`` names its folders, made where missing."""

    path: Annotated[str, Field(min_length=1, max_length=8000)]
    size_bytes: Annotated[int, Field(ge=0, le=MOST_BYTES)]
    content_type: Annotated[str, Field(max_length=200)] = "application/octet-stream"


class UploadTold(Schema):
    """An upload under way; the next piece begins at ``arrived``."""

    id: UUID
    name: str
    folder_id: UUID | None
    size_bytes: int
    arrived: int
    expires_at: datetime


class Finish(Schema):
    """What the whole has to be; empty where the sender does not know."""

    sha256: Annotated[str, Field(pattern=r"^([0-9a-fA-F]{64})?$")] = ""


class CollectionTold(Schema):
    """A collection and how many records it holds."""

    id: UUID
    name: str
    count: int
    made_at: datetime


class CustomerRecordTold(Schema):
    """One record of a customer; ``number`` goes up with every change."""

    id: UUID
    collection: str
    values: dict[str, Any]
    number: int
    made_at: datetime
    changed_at: datetime
    deleted_at: datetime | None


class RecordWanted(Schema):
    """A record to be kept; its collection is made with the first one."""

    collection: Name
    values: dict[str, Any]


class RecordChange(Schema):
    """New values; with ``number`` only over that state of the record."""

    values: dict[str, Any]
    number: Annotated[int, Field(ge=1, le=2**31)] | None = None


class LookTold(Schema):
    """Somebody of the staff looked; ``look`` joins what one reason opened."""

    id: UUID
    at: datetime
    look: UUID
    name: str
    what: str
    about: str
    reason: str


class ExportTold(Schema):
    """Everything given back once; ``sha256`` is the digest of the archive."""

    id: UUID
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None
    files: int
    records: int
    size_bytes: int
    sha256: str
    recipient: str
