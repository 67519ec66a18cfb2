"""What is said to a connected system, what it may answer, and what a connector has to offer.

Rules of an answer: only `CONFIRMED` and `ALREADY_GONE` count as done; whatever cannot be read, or
says less than was asked, is `UNKNOWN` and is asked again. A connector never raises for a system
that misbehaves: it returns an answer with an error class.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.texts import Texts


class SystemKind(StrEnum):
    """How a system is spoken to."""

    WEBHOOK = "webhook"
    OPENDSR = "opendsr"
    POSTGRESQL = "postgresql"
    S3 = "s3"


class Act(StrEnum):
    """What a system is told to do. ``VERIFY`` asks a second, independent reader what is left."""

    LOCK = "lock"
    UNLOCK = "unlock"
    ERASE = "erase"
    VERIFY = "verify"


class ScopeKind(StrEnum):
    """How much of an account is meant."""

    ACCOUNT = "account"
    PERSON = "person"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Scope:
    """An account, or one person or object in it by an opaque reference.

    ``identities`` is how a system that does not know our reference finds a person, such as
    ``{"email": …}``: it rests sealed under the account's key and is dropped once settled.
    """

    account: uuid.UUID
    kind: ScopeKind = ScopeKind.ACCOUNT
    reference: str = ""
    identities: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One thing for one system to do; the same ``key`` is the same instruction for ever.

    ``key`` goes to the system too, as its idempotency key: obligation, step and generation.
    ``deadline`` is when a person has to know that it is not done; trying goes on after it.
    """

    act: Act
    key: str
    scope: Scope
    deadline: datetime
    generation: int = 0
    cause: str = "terminated"


class Outcome(StrEnum):
    """What a system answered, in the words of the receipt."""

    CONFIRMED = "confirmed"
    ALREADY_GONE = "already-gone"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    STALLED = "stalled"


DONE = frozenset({Outcome.CONFIRMED, Outcome.ALREADY_GONE})
"""The only answers that count as done."""


class Trouble(StrEnum):
    """Why an answer is not a plain confirmation; a closed list, safe for logs and receipts."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    ADDRESS_REFUSED = "address-refused"
    FAILING = "failing"
    RATE_LIMITED = "rate-limited"
    UNAUTHORISED = "unauthorised"
    UNREADABLE = "unreadable"
    CONTRADICTION = "contradiction"
    REMAINING = "remaining"
    EMPTY = "empty"
    SKIPPED = "skipped"
    UNSUPPORTED = "unsupported"
    MAPPING = "mapping"
    RETAINED = "retained"
    REJECTED = "rejected"
    OVERDUE = "overdue"
    GIVEN_UP = "given-up"
    SETTINGS = "settings"
    DISABLED = "disabled"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Counts are None where the system did not say.

    ``expected_at`` is when an accepted instruction should be done; ``again_at`` is when the system
    wants to be asked again (Retry-After), or when the connector itself wants to go on.
    ``tracking`` is where `Connector.poll` asks; ``proof`` is what an auditor could ask them for.
    """

    outcome: Outcome
    matched: int | None = None
    deleted: int | None = None
    remaining: int | None = None
    skipped: int | None = None
    expected_at: datetime | None = None
    again_at: datetime | None = None
    tracking: str = ""
    proof: str = ""
    trouble: Trouble | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a scope one store of a system holds; ``until`` is a retention that binds it."""

    store: str
    items: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A dry run: what would be erased, or why that cannot be said."""

    counts: tuple[Count, ...] = ()
    trouble: Trouble | None = None
    detail: str = ""

    @property
    def items(self) -> int:
        """All that would be erased."""
        return sum(count.items for count in self.counts)


@dataclass(frozen=True, slots=True)
class Trial:
    """What trying the connection showed; each fault is a sentence for the administrator."""

    faults: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """A connected system as its connector needs it, with its settings in the clear."""

    id: uuid.UUID
    name: str
    kind: SystemKind
    settings: Mapping[str, str] = field(repr=False)
    expects_data: bool = True


class SettingInvalid(TrustkeepError):
    """A setting cannot be as given; ``values`` names it as ``field``."""

    sentence = "The setting “{field}” is needed."


class Connector(Protocol):
    """Speaks to one system. Every act may be repeated with the same key and then changes nothing.

    `verify` reads by another way than `erase` wrote: other credentials, another path.
    """

    @property
    def acts(self) -> frozenset[Act]: ...

    def trial(self, now: datetime) -> Trial: ...

    def plan(self, scope: Scope, now: datetime) -> Plan: ...

    def lock(self, instruction: Instruction, now: datetime) -> Answer: ...

    def unlock(self, instruction: Instruction, now: datetime) -> Answer: ...

    def erase(self, instruction: Instruction, now: datetime) -> Answer: ...

    def verify(self, instruction: Instruction, now: datetime) -> Answer: ...

    def poll(self, instruction: Instruction, tracking: str, now: datetime) -> Answer: ...


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting of a kind of system. ``secret`` ones are never shown again."""

    name: str
    label: Texts
    help: Texts | None = None
    required: bool = True
    secret: bool = False
    long: bool = False
    initial: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorKind:
    """How systems of one kind are set up. ``check`` raises a `SettingInvalid` naming the field.

    ``issue`` makes the secrets that we hand out ourselves, by setting name; it is called when a
    system is added and when its secrets are rotated, with the settings so far.
    """

    kind: SystemKind
    title: Texts
    fields: tuple[SettingField, ...]
    make: Callable[[System], Connector]
    check: Callable[[Mapping[str, str]], None]
    issue: Callable[[Mapping[str, str], datetime], Mapping[str, str]] | None = None


@dataclass(slots=True)
class Joined:
    """The kinds that the site has joined."""

    kinds: Mapping[SystemKind, ConnectorKind] = field(default_factory=dict)


joined = Joined()
