"""Where an obligation and its steps can stand, and in which order steps come. Pure.

``terminating → locked → purge-pending → purging → purged → closed``; before ``purging`` an
obligation can end as ``cancelled`` (its contract goes on, or a request was taken back) or
``reinstated``. An account's state follows its obligation's stage; a part of an account locks
nothing and begins at ``purge-pending``. Steps of one phase do not wait for each other; a phase
waits for all earlier ones, except for steps that lie outside: letters, alarms, and what others
have to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from trustkeep.accounts.states import AccountState


class Stage(StrEnum):
    """Where an obligation stands."""

    TERMINATING = "terminating"
    LOCKED = "locked"
    PURGE_PENDING = "purge-pending"
    PURGING = "purging"
    PURGED = "purged"
    CLOSED = "closed"
    REINSTATED = "reinstated"
    CANCELLED = "cancelled"


ENDED = frozenset({Stage.CLOSED, Stage.REINSTATED, Stage.CANCELLED})
"""Nothing is left to do."""
BEFORE_PURGING = frozenset({Stage.TERMINATING, Stage.LOCKED, Stage.PURGE_PENDING})
"""Nothing was destroyed yet, so the way back is open."""
STATE_OF: Mapping[Stage, AccountState] = {
    Stage.TERMINATING: AccountState.TERMINATING,
    Stage.LOCKED: AccountState.LOCKED,
    Stage.PURGE_PENDING: AccountState.PURGE_PENDING,
    Stage.PURGING: AccountState.PURGING,
    Stage.PURGED: AccountState.PURGED,
    Stage.CLOSED: AccountState.CLOSED,
    Stage.REINSTATED: AccountState.ACTIVE,
    Stage.CANCELLED: AccountState.ACTIVE,
}
EDGES: Mapping[Stage, frozenset[Stage]] = {
    Stage.TERMINATING: frozenset({Stage.LOCKED, Stage.CANCELLED}),
    Stage.LOCKED: frozenset({Stage.PURGE_PENDING, Stage.REINSTATED}),
    Stage.PURGE_PENDING: frozenset({Stage.PURGING, Stage.REINSTATED, Stage.CANCELLED}),
    Stage.PURGING: frozenset({Stage.PURGED}),
    Stage.PURGED: frozenset({Stage.CLOSED, Stage.PURGING}),
    Stage.CLOSED: frozenset(),
    Stage.REINSTATED: frozenset(),
    Stage.CANCELLED: frozenset(),
}
"""From which stage where to; ``purged → purging`` is what the watch does if something appears."""


class StepState(StrEnum):
    """Where a step stands."""

    DUE = "due"
    AWAITING = "awaiting"
    STALLED = "stalled"
    DONE = "done"
    NOT_APPLICABLE = "not-applicable"


OPEN = (StepState.DUE, StepState.AWAITING, StepState.STALLED)


class StepKind(StrEnum):
    """What a step does; its runner stands in `trustkeep.lifecycle.runners`."""

    NOTICE = "notice"
    LOCK = "lock"
    SYSTEM_LOCK = "system-lock"
    PROBE = "probe"
    PLAN = "plan"
    ALARM = "alarm"
    BEGIN = "begin"
    CEILING = "ceiling"
    OBJECTS = "objects"
    ROWS = "rows"
    BY_HAND = "by-hand"
    SYSTEM_ERASE = "system-erase"
    SYSTEM_VERIFY = "system-verify"
    VERIFY = "verify"
    KEY = "key"
    EPOCH = "epoch"
    RESIDUE = "residue"
    RECEIPT = "receipt"
    WATCH = "watch"
    FOLLOW_UP = "follow-up"
    SYSTEM_UNLOCK = "system-unlock"


class Phase(IntEnum):
    """The order of steps."""

    LOCK = 10
    PROVE = 20
    PLAN = 30
    BEGIN = 40
    ERASE = 50
    VERIFY = 60
    KEY = 70
    EPOCH = 80
    RESIDUE = 90
    RECEIPT = 100
    WATCH = 110
    OVER = 1000


PHASE_OF: Mapping[StepKind, Phase] = {
    StepKind.LOCK: Phase.LOCK,
    StepKind.PROBE: Phase.PROVE,
    StepKind.PLAN: Phase.PLAN,
    StepKind.BEGIN: Phase.BEGIN,
    StepKind.OBJECTS: Phase.ERASE,
    StepKind.ROWS: Phase.ERASE,
    StepKind.BY_HAND: Phase.ERASE,
    StepKind.SYSTEM_ERASE: Phase.ERASE,
    StepKind.SYSTEM_VERIFY: Phase.VERIFY,
    StepKind.VERIFY: Phase.VERIFY,
    StepKind.KEY: Phase.KEY,
    StepKind.EPOCH: Phase.EPOCH,
    StepKind.RESIDUE: Phase.RESIDUE,
    StepKind.RECEIPT: Phase.RECEIPT,
    StepKind.WATCH: Phase.WATCH,
    StepKind.FOLLOW_UP: Phase.WATCH,
    StepKind.NOTICE: Phase.LOCK,
    StepKind.ALARM: Phase.LOCK,
    StepKind.SYSTEM_LOCK: Phase.PROVE,
    StepKind.SYSTEM_UNLOCK: Phase.LOCK,
    StepKind.CEILING: Phase.ERASE,
}
OUTSIDE = frozenset(
    {
        StepKind.NOTICE,
        StepKind.ALARM,
        StepKind.CEILING,
        StepKind.SYSTEM_LOCK,
        StepKind.SYSTEM_UNLOCK,
        StepKind.SYSTEM_ERASE,
        StepKind.SYSTEM_VERIFY,
        StepKind.FOLLOW_UP,
    }
)
"""Later phases do not wait for these; the receipt says how far the others are."""
DESTRUCTIVE = frozenset(
    {
        StepKind.CEILING,
        StepKind.OBJECTS,
        StepKind.ROWS,
        StepKind.BY_HAND,
        StepKind.SYSTEM_ERASE,
        StepKind.KEY,
    }
)
"""These never start while a hold is in force, before their time, or while the clock is doubted."""


UNFROZEN = frozenset(
    {
        StepKind.NOTICE,
        StepKind.LOCK,
        StepKind.SYSTEM_LOCK,
        StepKind.SYSTEM_UNLOCK,
        StepKind.PROBE,
        StepKind.PLAN,
        StepKind.ALARM,
    }
)
"""What goes on while the clock is doubted: it shuts, lets in again, counts or tells."""


class Why(StrEnum):
    """Why a step has nothing to do; a closed list, printed on the receipt."""

    REINSTATED = "reinstated"
    CANCELLED = "cancelled"
    DONE_IN_TIME = "done-in-time"
    NEVER_USED = "account-never-used-it"
    RETIRED = "system-retired"
    NO_LOCK = "system-has-no-lock"
    NO_SECOND_READER = "no-second-reader"
    NOBODY_TO_TELL = "nobody-to-tell"
    ALREADY_DONE = "already-done"


class Trouble(StrEnum):
    """What keeps a step from being done; a closed list, safe for logs."""

    CRASHED = "crashed"
    DOOR_OPEN = "door-open"
    REMAINING = "remaining"
    REFERRED = "referred-to"
    DRIFTED = "plan-drifted"
    HELD = "held"
    CLOCK = "clock-doubted"
    UNAPPROVED = "not-approved"
    LAST_OWNER = "last-owner"
    BY_HAND = "by-hand"
    BUSY = "database-busy"
    DISK_FULL = "disk-full"
    DISK_BROKEN = "disk-broken"
    REFUSED = "system-refused"
    KEY_STORE = "key-store-unusable"
