"""Telling the customer of every turn, and calling the staff before a deadline is missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from trustkeep.evidence.queries import NotSignedYet
from trustkeep.letters.kinds import LetterKind, Value
from trustkeep.lifecycle import issuing, letters, telling
from trustkeep.lifecycle.alarm_letters import Deadline
from trustkeep.lifecycle.attempts import Ran
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.receipts import FollowUp
from trustkeep.lifecycle.schedule import ENDING, ERASED, FOLLOWED, LOCKED, NEAR, REINSTATED
from trustkeep.lifecycle.stages import BEFORE_PURGING, OPEN, Stage, StepState, Trouble, Why
from trustkeep.lifecycle.words import FOLLOWED as WORDS_OF_FOLLOW_UPS
from trustkeep.lifecycle.words import TROUBLES, WAITING

_SIGNED_SOON = timedelta(seconds=10)


def notice(step: Step, now: datetime) -> Ran:
    """Write one letter to the customer."""
    write = _LETTERS.get(step.target.partition("-")[0])
    assert write, step.target
    try:
        count = write(step, now)
    except NotSignedYet:
        # The proof of the receipt needs a checkpoint that covers it; one is signed every moment.
        return Ran(StepState.DUE, again_at=now + _SIGNED_SOON)
    if not count:
        return Ran(StepState.NOT_APPLICABLE, reason=Why.NOBODY_TO_TELL)
    return Ran(told={"letters": count})


def alarm(step: Step, now: datetime) -> Ran:
    """Call the account manager and the DPO, unless it was done in time."""
    row = step.obligation
    name, _, percent = step.target.partition("-")
    deadline = Deadline.LOCK if name == "lock" else _deletion(row)
    done = row.proved_at if deadline is Deadline.LOCK else row.erased_at
    if done is not None:
        return Ran(StepState.NOT_APPLICABLE, reason=Why.DONE_IN_TIME)
    count = telling.alarm(row, deadline, int(percent), _problem(row), now)
    if not count:
        return Ran(StepState.NOT_APPLICABLE, reason=Why.NOBODY_TO_TELL)
    return Ran(told={"letters": count})


def _deletion(row: Obligation) -> Deadline:
    return Deadline.DELETION if row.scope == ACCOUNT else Deadline.PART


def _problem(row: Obligation) -> Value:
    found = Step.objects.filter(obligation=row, state__in=OPEN).exclude(trouble="")
    first = found.order_by("phase").first()
    return TROUBLES[Trouble(first.trouble)] if first else WAITING


def _ending(step: Step, now: datetime) -> int:
    return _customer(step, letters.CONTRACT_ENDING, telling.times_of(step.obligation), now)


def _locked(step: Step, now: datetime) -> int:
    row = step.obligation
    values = {"at": row.locked_at or now, **telling.times_of(row)}
    return _customer(step, letters.ACCOUNT_LOCKED, values, now)


def _near(step: Step, now: datetime) -> int:
    row = step.obligation
    days = int(step.target.removeprefix(NEAR))
    if Stage(row.stage) not in BEFORE_PURGING or now >= row.not_before:
        return 0
    values: dict[str, Value] = {"days": days, "delete_at": row.not_before}
    return _customer(step, letters.DELETION_NEAR, values, now)


def _reinstated(step: Step, now: datetime) -> int:
    return _customer(step, letters.ACCOUNT_REINSTATED, {"at": step.obligation.stage_at}, now)


def _erased(step: Step, now: datetime) -> int:
    row = step.obligation
    to = telling.kept_contacts(row)
    if row.account is None or not to:
        return 0
    issued = issuing.issued(row)
    named = telling.named_in_log(row)
    enclosures = issuing.enclosures(issued, row.account.language, named)
    return telling.customer(
        letters.ACCOUNT_DELETED if row.scope == ACCOUNT else letters.PART_DELETED,
        row.account,
        about=str(row.id),
        values={
            "at": issued.issued_at,
            "certificate": str(issued.id),
            "link": issuing.verify_link(),
        },
        now=now,
        to=to,
        enclosures=enclosures,
    )


def _followed(step: Step, now: datetime) -> int:
    row = step.obligation
    to = telling.kept_contacts(row)
    if row.account is None or not to:
        return 0
    why = FollowUp(step.target.removeprefix(f"{FOLLOWED}-"))
    further = issuing.followed(row, why)
    named = telling.named_in_log(row)
    return telling.customer(
        letters.RECEIPT_FOLLOWED,
        row.account,
        about=f"{row.id}:{why}",
        values={
            "certificate": str(issuing.issued(row).id),
            "why": WORDS_OF_FOLLOW_UPS[why],
            "link": issuing.verify_link(),
        },
        now=now,
        to=to,
        enclosures=issuing.enclosures(further, row.account.language, named),
    )


def _customer(step: Step, kind: LetterKind, values: Mapping[str, Value], now: datetime) -> int:
    row = step.obligation
    about = f"{row.id}:{step.target}"
    return telling.customer(kind, row.customer, about=about, values=values, now=now)


_LETTERS: Mapping[str, Callable[[Step, datetime], int]] = {
    ENDING: _ending,
    LOCKED: _locked,
    NEAR.rstrip("-"): _near,
    REINSTATED: _reinstated,
    ERASED: _erased,
    FOLLOWED: _followed,
}
