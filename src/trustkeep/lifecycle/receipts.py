"""The receipt of a deletion: what was erased, how, what is left, and what proves it. Pure.

A receipt says nothing about the people whose data was erased: it names the customer by contract,
counts what is gone, and refers to everything else by codes and opaque ids. `plain` is its form for
programs (JSON types); `canonical` of it is what the evidence log commits to, so the same receipt
has the same bytes for ever. Source: NIST SP 800-88r2 (certificate of sanitisation), GDPR Articles
5(2), 17 and 28(3)(g).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from trustkeep.evidence.canonical import canonical
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.texts import LANGUAGES
from trustkeep.lifecycle.receipt_plain import from_plain, to_plain

FORMAT = "trustkeep/deletion-receipt/v1"
"""Names the form of the JSON; a new form gets a new name, old ones stay readable."""


class ReceiptNamesPerson(TrustkeepError):
    """A receipt would carry personal data of the erased."""

    sentence = (
        "The receipt would name somebody whose data was erased. It was not issued: take the value "
        "out of {field}."
    )


class Cause(StrEnum):
    """Why it was erased, and through which door the wish came in."""

    CONTRACT_END = "contract-end"
    REQUEST_ACCOUNT_MANAGER = "request-account-manager"
    REQUEST_DPO = "request-dpo"
    REQUEST_OWNER = "request-owner"
    RETENTION = "retention"


class Extent(StrEnum):
    """How much was to be erased."""

    ACCOUNT = "account"
    MEMBER = "member"
    PERSON = "person"
    OBJECT = "object"


class Category(StrEnum):
    """What kind of data a store held."""

    RECORDS = "records"
    FILES = "files"
    MEMBERS = "members"
    SIGN_INS = "sign-ins"
    LETTERS = "letters"
    LINKS = "links"
    INDEXES = "indexes"
    HISTORY = "history"
    KEYS = "keys"
    OTHER = "other"


class Method(StrEnum):
    """How it was erased."""

    ROWS_DELETED = "rows-deleted"
    FILES_REMOVED = "files-removed"
    VERSIONS_REMOVED = "versions-removed"
    KEY_DESTROYED = "key-destroyed"
    RESIDUES_CLEARED = "residues-cleared"
    PSEUDONYMISED = "pseudonymised"
    FIELDS_EMPTIED = "fields-emptied"
    BY_HAND = "by-hand"


class Look(StrEnum):
    """How it was verified that nothing is left."""

    SECOND_READER = "second-reader"
    LISTED_EMPTY_TWICE = "listed-empty-twice"
    STORAGE_SCANNED = "storage-scanned"
    KEY_REFUSED = "key-refused"


class Condition(StrEnum):
    """What has to be so for a destroyed key to count as erasure (NIST SP 800-88r2)."""

    SEALED_BEFORE_STORED = "sealed-before-stored"
    STRONG_CIPHER = "strong-cipher"
    RANDOM_KEY = "random-key"
    KEY_OF_ITS_OWN = "key-of-its-own"
    EVERY_COPY_DESTROYED = "every-copy-destroyed"
    DECRYPTION_REFUSED = "decryption-refused"


class Met(StrEnum):
    """Whether a condition is met, and how that is known: by a look at this erasure, or built in."""

    LOOKED_AT = "looked-at"
    BUILT_IN = "built-in"
    NOT_MET = "not-met"


class SystemState(StrEnum):
    """What a connected system said; only ``CONFIRMED`` counts as done."""

    INSTRUCTED = "instructed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


class FollowUp(StrEnum):
    """Why a receipt follows an earlier one."""

    BACKUPS_EXPIRED = "backups-expired"
    SYSTEMS_CONFIRMED = "systems-confirmed"
    HOLD_ENDED = "hold-ended"


class Basis(StrEnum):
    """Why something is kept in spite of the erasure; the words stand in `receipt_words`."""

    COMMERCIAL_LETTERS = "commercial-letters"
    ACCOUNTING = "accounting"
    PROOF_OF_ERASURE = "proof-of-erasure"
    SECURITY_LOG = "security-log"
    TRANSPARENCY_LOG = "transparency-log"
    LEGAL_HOLD = "legal-hold"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues; ``seal`` is the SHA-256 of the certificate that seals the document, in hex."""

    legal_name: str
    address: str
    log_origin: str
    verifier_key: str
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """Whose contract it was: the organisation, never a person of it; empty where there is none."""

    customer: str
    reference: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """What set the erasure off; ``request`` is the opaque id of a request."""

    cause: Cause
    at: datetime
    request: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """When every door was shut, and the ids of the probes that were refused."""

    revoked_at: datetime
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Store:
    """One store: what it held, what was erased how, and what is left (0 when done).

    ``name`` is technical, such as a table; ``bytes`` is None where nobody counted them.
    """

    name: str
    category: Category
    method: Method
    records: int
    remaining: int
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One key that is destroyed; ``epoch`` is the root epoch from which on no copy opens."""

    name: str
    destroyed_at: datetime
    epoch: int


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Whether one condition of erasing by key is met."""

    condition: Condition
    met: Met


@dataclass(frozen=True, slots=True)
class Returned:
    """What the customer got back before: an export and its SHA-256 in hex."""

    what: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Tool:
    """The software that erased."""

    name: str
    version: str
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """One look for what is left; ``by`` is a role or a part of the software, never the eraser."""

    look: Look
    passed: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class BackupCopy:
    """One backup that holds what was erased: where, since when, and its last day."""

    place: str
    made_at: datetime
    gone_date: date


@dataclass(frozen=True, slots=True)
class Backups:
    """Until when copies rest in backups; ``readable`` tells whether anybody could still read them.

    ``last_gone_date`` is None where there are no backups; ``copies`` names each of them.
    """

    last_gone_date: date | None
    readable: bool = False
    copies: tuple[BackupCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays, on which basis, and until when (None: for as long as the basis holds)."""

    basis: Basis
    until_date: date | None = None
    pseudonymised: bool = False


@dataclass(frozen=True, slots=True)
class System:
    """One connected system; ``reference`` is what it confirmed under.

    ``reason`` is the code that says why one had nothing to do, of `trustkeep.lifecycle.stages.Why`.
    """

    name: str
    state: SystemState
    instructed_at: datetime | None = None
    answered_at: datetime | None = None
    reference: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Exempted:
    """What a legal hold or an exception kept from being erased, by an opaque scope."""

    basis: Basis
    scope: str
    since: datetime
    review_date: date | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A category of data that was asked for and is kept, by the codes of category and ground."""

    category: str
    ground: str
    until_date: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the log stood: the entries about this erasure are among its first ``size``."""

    origin: str
    size: int
    root: str
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Follows:
    """The earlier receipt that this one completes, and why."""

    certificate: uuid.UUID
    why: FollowUp


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything that a deletion certificate says."""

    certificate: uuid.UUID
    issued_at: datetime
    issuer: Issuer
    contract: Contract
    trigger: Trigger
    extent: Extent
    started_at: datetime
    finished_at: datetime
    stores: tuple[Store, ...]
    tool: Tool
    verifications: tuple[Verification, ...]
    backups: Backups
    evidence: Evidence
    lock: Lock | None = None
    keys: tuple[Key, ...] = ()
    returned: tuple[Returned, ...] = ()
    kept: tuple[Kept, ...] = ()
    systems: tuple[System, ...] = ()
    exempted: tuple[Exempted, ...] = ()
    follows: Follows | None = None
    refused: tuple[Refused, ...] = ()
    conditions: tuple[Fulfilment, ...] = ()
    languages: tuple[str, ...] = LANGUAGES

    @property
    def complete(self) -> bool:
        """Whether nothing is left anywhere but what is kept for a reason."""
        stores = all(store.remaining == 0 for store in self.stores)
        looks = bool(self.verifications) and all(one.passed for one in self.verifications)
        done = {SystemState.CONFIRMED, SystemState.NOT_APPLICABLE}
        return stores and looks and all(system.state in done for system in self.systems)


def plain(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as JSON types, with the name of the form."""
    return {"format": FORMAT, **to_plain(receipt)}


def parse(value: Mapping[str, Any]) -> Receipt:
    """Return the receipt that `plain` wrote; raises `receipt_plain.NotPlain` for anything else."""
    return from_plain(Receipt, value, fixed={"format": FORMAT})


def canonical_json(receipt: Receipt) -> bytes:
    """Return the bytes that the evidence log commits to (RFC 8785)."""
    return canonical(plain(receipt))


def digest(receipt: Receipt) -> str:
    """Return the SHA-256 of the canonical JSON in hex."""
    return hashlib.sha256(canonical_json(receipt)).hexdigest()


def require_impersonal(receipt: Receipt, personal: Iterable[str]) -> None:
    """Raise ReceiptNamesPerson if any of these names or addresses stands in the receipt."""
    known = tuple(personal)
    for path, text in _texts(plain(receipt), ""):
        if names_person(text, known):
            raise ReceiptNamesPerson(field=path)


def names_person(text: str, personal: Iterable[str]) -> bool:
    """Return whether any of these names or addresses stands in a text."""
    return any(word.casefold() in text.casefold() for word in personal if word.strip())


def _texts(value: Any, path: str) -> Iterable[tuple[str, str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for name, item in value.items():
                yield from _texts(item, f"{path}.{name}".lstrip("."))
        case list():
            for number, item in enumerate(value):
                yield from _texts(item, f"{path}[{number}]")
