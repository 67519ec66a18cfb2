"""How each kind of step is done."""

from __future__ import annotations

from collections.abc import Mapping

from trustkeep.evidence.kinds import Kind
from trustkeep.lifecycle.attempts import Runner
from trustkeep.lifecycle.runners import (
    beginning,
    calling,
    emptying,
    finishing,
    keying,
    locking,
    outside,
    proving,
)
from trustkeep.lifecycle.stages import StepKind

RUNNERS: Mapping[StepKind, Runner] = {
    StepKind.NOTICE: Runner(calling.notice, whole=True),
    StepKind.ALARM: Runner(calling.alarm, whole=True),
    StepKind.LOCK: Runner(locking.lock, whole=True, kind=Kind.ACCOUNT_LOCKED),
    StepKind.SYSTEM_LOCK: Runner(outside.lock),
    StepKind.PROBE: Runner(locking.probe, kind=Kind.DOORS_TRIED),
    StepKind.PLAN: Runner(beginning.plan, kind=Kind.ERASURE_PLANNED),
    StepKind.BEGIN: Runner(beginning.begin, whole=True),
    StepKind.CEILING: Runner(keying.key_first),
    StepKind.OBJECTS: Runner(emptying.objects),
    StepKind.ROWS: Runner(emptying.rows),
    StepKind.BY_HAND: Runner(emptying.by_hand),
    StepKind.SYSTEM_ERASE: Runner(outside.erase),
    StepKind.SYSTEM_VERIFY: Runner(outside.verify),
    StepKind.VERIFY: Runner(proving.verify),
    StepKind.KEY: Runner(keying.destroy),
    StepKind.EPOCH: Runner(keying.advance_epoch),
    StepKind.RESIDUE: Runner(proving.clear_residues),
    StepKind.RECEIPT: Runner(finishing.receipt, whole=True),
    StepKind.WATCH: Runner(finishing.watch, whole=True),
    StepKind.FOLLOW_UP: Runner(finishing.follow_up, whole=True),
    StepKind.SYSTEM_UNLOCK: Runner(outside.unlock),
}
