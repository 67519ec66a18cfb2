"""What has to be true of the database and of the log, whatever happened before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from trustkeep.accounts.models import Account, Member
from trustkeep.evidence.canonical import to_base64
from trustkeep.evidence.entry import commit
from trustkeep.evidence.models import LogEntry
from trustkeep.letters.models import Letter
from trustkeep.lifecycle import second_reader
from trustkeep.lifecycle.deadlines import DELETE_MARGIN, LOCK_WITHIN
from trustkeep.lifecycle.models import Deed, Hold, IssuedReceipt, Obligation, Step
from trustkeep.lifecycle.stages import ENDED, OPEN, Stage, StepKind, StepState
from trustkeep.lifecycle.stores import Extent
from trustkeep.vault.keys import installed
from trustkeep.vault.keystore import KeyState

_BACK = (Stage.CANCELLED, Stage.REINSTATED)


def broken_deadlines(
    shut_at: dict[uuid.UUID, datetime], erased_at: dict[uuid.UUID, datetime]
) -> Iterator[str]:
    """Name every deadline that was missed, by the true time and by an arithmetic of our own."""
    for row in Obligation.objects.all():
        if row.id in shut_at and shut_at[row.id] > row.trusted_at + LOCK_WITHIN:
            yield f"locked late: {row.id}"
        if row.stage in _BACK:
            continue
        if row.stage != Stage.CLOSED:
            yield f"not closed: {row.id} {row.stage} {_open_steps(row)}"
            continue
        due = _due(row)
        if erased_at[row.id] > due:
            yield f"erased {erased_at[row.id] - due} late: {row.id}"


def _due(row: Obligation) -> datetime:
    due = row.done_by
    for hold in Hold.objects.filter(account=row.account_id).order_by("placed_at"):
        if hold.placed_at < due and hold.released_at:
            due = max(due, hold.released_at + DELETE_MARGIN)
    return due


def _open_steps(row: Obligation) -> list[tuple[str, str, str, str]]:
    open_ = Step.objects.filter(obligation=row, state__in=OPEN).order_by("phase")
    return [(one.kind, one.target, one.trouble, str(one.next_at)) for one in open_][:4]


def broken_rows() -> Iterator[str]:
    """Name every row that contradicts another one, or the disk, or the key store."""
    for step in Step.objects.filter(state=StepState.DONE, remaining__gt=0):
        yield f"done with a rest: {step.kind}"
    for row in Obligation.objects.filter(stage__in=(Stage.PURGED, Stage.CLOSED)):
        own = Step.objects.filter(obligation=row, outside=False, state__in=OPEN)
        if own.exclude(kind=StepKind.WATCH).exists():
            yield f"purged with an open step: {_open_steps(row)}"
    for account in Account.objects.exclude(obligations__stage__in=set(Stage) - ENDED):
        if account.state == "active" and Member.objects.filter(account=account).count() != 2:
            yield f"an active account lost somebody: {account.id}"


def broken_ends() -> Iterator[str]:
    """Name everything that is left of a closed account, and what was told more than once."""
    for row in Obligation.objects.filter(stage=Stage.CLOSED):
        left = second_reader.read(Extent(row.customer.id))
        if left.total:
            yield f"left: {left.stores}"
        if set(installed().versions(row.customer.id).values()) != {KeyState.DESTROYED}:
            yield "a key is left"
        if IssuedReceipt.objects.filter(obligation=row, why="").count() != 1:
            yield "not one receipt"
        if Letter.objects.filter(about=str(row.id)).count() != 2:
            # The owner and the contact for data protection.
            yield "not one letter for each who is told of the end"


class Replay:
    """The log read from its beginning: where it leads every obligation and every step."""

    def __init__(self) -> None:
        self.stages: dict[uuid.UUID, str] = {}
        self.steps: dict[tuple[uuid.UUID, str, str], tuple[str, str]] = {}

    def read(self, about: uuid.UUID, body: dict[str, Any]) -> Iterator[str]:
        """Take one entry in; name what it contradicts."""
        if body.get("what") == "ended":
            self.stages[about] = Stage.TERMINATING
        elif "to" in body:
            if self.stages.get(about) != body["from"]:
                yield f"a move from {body['from']}, not from {self.stages.get(about)}"
            self.stages[about] = body["to"]
        elif "step" in body:
            name = (about, body["step"], body.get("target", ""))
            now = (body["state"], body.get("trouble", ""))
            if self.steps.get(name, _NEW) == now and now[0] != StepState.DONE:
                yield f"an entry without a change: {name} {now}"
            self.steps[name] = now


def broken_log() -> Iterator[str]:
    """Name every entry that belongs to no change, and every row that no entry explains."""
    leaves = dict(LogEntry.objects.values_list("index", "leaf"))
    if sorted(leaves) != list(range(len(leaves))):
        yield "the log has a gap"
    replay = Replay()
    for deed in Deed.objects.order_by("entry_index"):
        digest = to_base64(commit(bytes(deed.salt), deed.body))
        if digest not in bytes(leaves[deed.entry_index]).decode():
            yield f"entry {deed.entry_index} commits to something else"
        if deed.obligation_id is not None:
            yield from replay.read(deed.obligation_id, deed.body)
    for row in Obligation.objects.all():
        if replay.stages.get(row.id) != row.stage:
            yield f"the log leads to {replay.stages.get(row.id)}, the row says {row.stage}"
    yield from _unexplained(replay)


def _unexplained(replay: Replay) -> Iterator[str]:
    for step in Step.objects.select_related("obligation"):
        was = replay.steps.get((step.obligation_id, step.kind, step.target), _NEW)
        dropped = step.obligation.stage in _BACK and step.state == StepState.NOT_APPLICABLE
        if was != (step.state, step.trouble) and not dropped:
            yield f"the log leads {step.kind} {step.target} to {was}, the row says {step.state}"


_NEW = (StepState.DUE, "")
