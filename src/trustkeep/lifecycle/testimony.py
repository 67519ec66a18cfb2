"""What the rows of an erasure testify, in the words of its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from trustkeep.lifecycle import receipts
from trustkeep.lifecycle.backups.queries import copies_of
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.holders import HOLDERS
from trustkeep.lifecycle.models import Hold, Obligation, Step
from trustkeep.lifecycle.parts import BLANKED
from trustkeep.lifecycle.receipts import Basis, Category, Condition, Look, Met, Method, SystemState
from trustkeep.lifecycle.stages import StepKind, StepState
from trustkeep.lifecycle.stores import OBJECTS
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.models import Delivery

DATABASE = "database"
_LONGEST_REFERENCE = 200


def stores(steps: Sequence[Step]) -> tuple[receipts.Store, ...]:
    """Return every store that held anything, and what was done to it."""
    found = []
    for step in steps:
        match step.kind:
            case StepKind.ROWS if step.matched or step.remaining:
                found.append(_rows(step))
            case StepKind.OBJECTS if step.matched or step.remaining:
                method = Method.FILES_REMOVED
                found.append(_store(step, OBJECTS, Category.FILES, method))
            case StepKind.BY_HAND:
                found.append(_store(step, step.target, Category.OTHER, Method.BY_HAND))
            case StepKind.RESIDUE:
                found.append(_store(step, DATABASE, Category.OTHER, Method.RESIDUES_CLEARED))
    return tuple(found)


def verifications(steps: Sequence[Step]) -> tuple[receipts.Verification, ...]:
    """Return who looked for what is left, and what came of it."""
    found = []
    for step in steps:
        passed = step.state == StepState.DONE
        if step.settled_at is None:
            continue
        match step.kind:
            case StepKind.VERIFY:
                looks = (Look.SECOND_READER, Look.LISTED_EMPTY_TWICE)
                found += [_look(look, passed, step, "second-reader") for look in looks]
            case StepKind.KEY:
                found.append(_look(Look.KEY_REFUSED, passed, step, "vault"))
    return tuple(found)


def lock(row: Obligation, steps: Sequence[Step]) -> receipts.Lock | None:
    """Return when every door was shut, and which were tried."""
    if row.locked_at is None:
        return None
    tried = next((step for step in steps if step.kind == StepKind.PROBE), None)
    names = tuple(tried.told.get("refused", ())) if tried else ()
    return receipts.Lock(row.locked_at, names)


def keys(row: Obligation, steps: Sequence[Step]) -> tuple[receipts.Key, ...]:
    """Return the versions of the key that are destroyed, and the epoch after which none opens."""
    step = next((step for step in steps if step.kind == StepKind.KEY), None)
    if step is None or row.key_destroyed_at is None or row.epoch is None:
        return ()
    versions = step.told.get("versions", ())
    at, epoch = row.key_destroyed_at, row.epoch
    return tuple(receipts.Key(f"account key {number}", at, epoch) for number in versions)


def conditions(row: Obligation, steps: Sequence[Step]) -> tuple[receipts.Fulfilment, ...]:
    """Return what makes the destroyed key count as erasure; nothing where none was destroyed.

    The first four follow from how the vault is built, and the receipt says no more than that; the
    others were looked at in this erasure.
    """
    step = next((step for step in steps if step.kind == StepKind.KEY), None)
    if step is None or row.key_destroyed_at is None:
        return ()
    epoch_before = step.told.get("epoch_before")
    copies = row.epoch is not None and epoch_before is not None and row.epoch > epoch_before
    looked_at = {
        Condition.EVERY_COPY_DESTROYED: copies and not step.remaining,
        Condition.DECRYPTION_REFUSED: step.state == StepState.DONE,
    }
    return tuple(receipts.Fulfilment(one, _met(looked_at.get(one))) for one in Condition)


def _met(seen: bool | None) -> Met:
    if seen is None:
        return Met.BUILT_IN
    return Met.LOOKED_AT if seen else Met.NOT_MET


def systems(steps: Sequence[Step], personal: Sequence[str]) -> tuple[receipts.System, ...]:
    """Return how far every connected system is; only a confirmation counts as done.

    What a system confirmed under is its own text: one that names somebody is left out.
    """
    erasing = [step for step in steps if step.kind == StepKind.SYSTEM_ERASE]
    ids = [step.told["delivery"] for step in erasing if "delivery" in step.told]
    rows = Delivery.objects.filter(pk__in=ids).select_related("system").order_by("system__name")
    return tuple(_system(row, personal) for row in rows)


def exempted(row: Obligation) -> tuple[receipts.Exempted, ...]:
    """Return what holds had kept from being erased in the meantime, and still do."""
    rows = Hold.objects.filter(account=row.account_id, placed_at__lte=row.erased_at or row.done_by)
    return tuple(
        receipts.Exempted(Basis.LEGAL_HOLD, one.store or "account", one.placed_at, one.review_date)
        for one in rows.order_by("placed_at")
        if one.released_at is None or (row.done_by < one.released_at)
    )


def refused(row: Obligation) -> tuple[receipts.Refused, ...]:
    """Return which categories were asked for and are kept, and on which ground."""
    return tuple(
        receipts.Refused(
            one["category"],
            one["ground"],
            date.fromisoformat(one["until"]) if one.get("until") else None,
        )
        for one in row.part.get("refused", ())
    )


def returned(row: Obligation) -> tuple[receipts.Returned, ...]:
    """Return what the customer got back before, as it was noted when the deletion began."""
    return tuple(
        receipts.Returned(one["what"], datetime.fromisoformat(one["at"]), one["digest"])
        for one in row.policy.get("returned", ())
    )


def backups(row: Obligation, now: datetime) -> receipts.Backups:
    """Return the backups that were made before and are kept, and until when.

    Without the key nobody can read them; the key of an account that goes on is still there.
    """
    kept = copies_of(row.erased_at or now, now)
    copies = tuple(receipts.BackupCopy(one.place, one.made_at, one.gone_date) for one in kept)
    last = max((one.gone_date for one in kept), default=None)
    readable = bool(kept) and row.key_destroyed_at is None
    return receipts.Backups(last, readable, copies)


def _rows(step: Step) -> receipts.Store:
    reach = HOLDERS[step.target].reach
    is_part = step.obligation.scope != ACCOUNT
    method = Method.ROWS_DELETED
    if is_part and step.target in BLANKED:
        method = Method.PSEUDONYMISED
    elif not is_part and reach is not None and reach.blank:
        # The contract itself stays, and is named among what is kept.
        method = Method.FIELDS_EMPTIED
    return _store(step, step.target, reach.category if reach else Category.OTHER, method)


def _store(step: Step, name: str, category: Category, method: Method) -> receipts.Store:
    deleted = step.deleted if step.deleted is not None else step.matched or 0
    return receipts.Store(name, category, method, deleted, step.remaining or 0, step.bytes)


def _look(look: Look, passed: bool, step: Step, by: str) -> receipts.Verification:
    assert step.settled_at
    return receipts.Verification(look, passed, step.settled_at, by)


_STATES = {
    State.DONE: SystemState.CONFIRMED,
    State.NOT_APPLICABLE: SystemState.NOT_APPLICABLE,
}


def _system(row: Delivery, personal: Sequence[str]) -> receipts.System:
    state = _STATES.get(State(row.state), SystemState.UNKNOWN)
    if state is SystemState.UNKNOWN:
        if row.outcome == "refused":
            state = SystemState.REFUSED
        elif row.state in (State.DUE, State.AWAITING):
            state = SystemState.INSTRUCTED
    proof = row.proof[:_LONGEST_REFERENCE]
    is_personal = "@" in proof or receipts.names_person(proof, personal)
    return receipts.System(
        row.system.name,
        state,
        row.instructed_at,
        row.answered_at,
        "" if is_personal else proof,
        row.reason if state is SystemState.NOT_APPLICABLE else "",
    )
