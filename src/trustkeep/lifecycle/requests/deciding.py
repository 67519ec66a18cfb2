"""Deciding about each category of data, and the answer that follows from the decisions.

A request is fulfilled if nothing is refused, refused if everything is, and partly refused in
between. What is refused has a ground of the closed list that fits what was asked; a ground on which
the burden of proof is ours takes a second person. An answer says nothing that was not done.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime

from django.db import transaction

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.queries import WITHHELD
from trustkeep.lifecycle.issuing import Issued, all_for
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import letters, story
from trustkeep.lifecycle.requests.handling import (
    NotOursToDecide,
    call_off_plan,
    move_to,
    require_words,
    row_of,
)
from trustkeep.lifecycle.requests.kinds import GIVES_DATA, GROUNDS, Category, OurRole, Scope
from trustkeep.lifecycle.requests.links import FETCH_WITHIN, digest, new_token
from trustkeep.lifecycle.requests.models import Answer, Decision, Request, Restriction
from trustkeep.lifecycle.requests.states import NotNow, State
from trustkeep.lifecycle.requests.story import What


class GroundUnfit(TrustkeepError):
    """The ground does not fit what was asked for, or is not in the list."""

    sentence = "This ground cannot be held against what was asked for. Choose another."


class SecondPersonNeeded(TrustkeepError):
    """Whoever proposed a refusal cannot approve it."""

    sentence = "Refusing on this ground takes a second person. Ask somebody else to approve it."


class NothingDecided(TrustkeepError):
    """An answer needs at least one decision."""

    sentence = "Decide about each category of data first."


class NotDone(TrustkeepError):
    """An answer would tell that something was done which is not."""

    sentence = "First do what was decided: {what}. An answer tells only what is done."


def decide(
    *,
    request_id: uuid.UUID,
    category: Category,
    ground: str = "",
    until: date | None = None,
    by: str,
    now: datetime,
) -> None:
    """Say that a category is dealt with as asked, or on which ground it is not.

    ``until`` is when what is kept for the law goes. A new decision replaces the one before.
    Raises GroundUnfit, NotOursToDecide, NotNow.
    """
    with transaction.atomic():
        row = row_of(request_id)
        if not _may_decide(row, ground):
            raise NotNow
        _require_ground(row, ground)
        _require_word_of_customer(row, category, ground)
        if row.obligation is not None:
            # What was counted was another deletion.
            call_off_plan(row, by, now)
            row.save(update_fields=["obligation"])
        Decision.objects.update_or_create(
            request=row,
            category=category,
            defaults={
                "ground": ground,
                "until": until if ground else None,
                "by": by,
                "at": now,
                "approved_by": "",
            },
        )
        story.note(
            row, What.DECIDED, by=by, now=now, category=category.value, ground=ground or "none"
        )


def approve(*, request_id: uuid.UUID, category: Category, by: str, now: datetime) -> None:
    """Approve a refusal as the second person; raises SecondPersonNeeded, NotNow."""
    with transaction.atomic():
        row = row_of(request_id)
        found = Decision.objects.filter(request=row, category=category).first()
        if found is None or row.answered_at or not found.ground:
            raise NotNow
        if found.by == by:
            raise SecondPersonNeeded
        found.approved_by = by
        found.save(update_fields=["approved_by"])
        story.note(row, What.APPROVED, by=by, now=now, category=category.value)


def outcome_of(decisions: list[Decision]) -> State:
    """Return what the decisions come to; raises NothingDecided."""
    if not decisions:
        raise NothingDecided
    refused = sum(bool(one.ground) for one in decisions)
    if refused == 0:
        return State.FULFILLED
    return State.REFUSED if refused == len(decisions) else State.PARTLY_REFUSED


def require_ready(row: Request, decisions: list[Decision]) -> State:
    """Return the outcome; raises NothingDecided, SecondPersonNeeded, NotDone."""
    outcome = outcome_of(decisions)
    if any(needs_second(one) for one in decisions):
        raise SecondPersonNeeded
    if outcome is State.REFUSED:
        return outcome
    undone = missing(row)
    if undone:
        raise NotDone(what=", ".join(undone))
    return outcome


def needs_second(one: Decision) -> bool:
    """Return whether a decision waits for a second person."""
    return bool(one.ground) and GROUNDS[one.ground].by_two and not one.approved_by


def missing(row: Request) -> list[str]:
    """Return what has still to be done of what is granted."""
    kinds = {RequestKind(one) for one in row.kinds}
    undone = []
    if RequestKind.DELETION in kinds and row.executed_at is None:
        undone.append("deletion")
    reviewed = Answer.objects.filter(request=row, reviewed_at__isnull=False)
    if kinds & GIVES_DATA and not reviewed.exists():
        undone.append("data")
    restricted = Restriction.objects.filter(request=row)
    if RequestKind.RESTRICTION in kinds and not restricted.exists():
        undone.append("restriction")
    return undone


def conclude(*, request_id: uuid.UUID, words: str, by: str, now: datetime) -> State:
    """Write the answer that follows from the decisions.

    A refusal has to be explained. Raises NothingDecided, SecondPersonNeeded, NotDone, WordsMissing,
    NotNow.
    """
    with transaction.atomic():
        row = row_of(request_id)
        if row.state not in (State.IN_PROGRESS, State.IDENTITY_CHECK):
            raise NotNow
        decisions = list(Decision.objects.filter(request=row).order_by("pk"))
        outcome = require_ready(row, decisions)
        move_to(row, outcome)
        if outcome is not State.FULFILLED:
            require_words(words)
        row.answered_at = now
        token = _open_answer(row, now) if outcome is not State.REFUSED else ""
        proofs = receipts_of(row)
        planned = letters.outcome(row, decisions, words.strip(), token, proofs)
        planned = letters.enclosing(planned, proofs)
        told = letters.preview(planned)
        row.answer_digest = hashlib.sha256(told.text.encode()).hexdigest()
        row.save()
        letter = letters.write(planned, now=now)
        story.note(
            row,
            What.ANSWERED,
            by=by,
            now=now,
            words=words.strip(),
            letter=letter,
            answer=row.answer_digest,
        )
    return outcome


def planned_answer(row: Request, words: str) -> letters.Planned:
    """Return the answer as it would go out; raises what `conclude` raises before it writes."""
    decisions = list(Decision.objects.filter(request=row).order_by("pk"))
    outcome = require_ready(row, decisions)
    if outcome is not State.FULFILLED:
        require_words(words)
    has_data = Answer.objects.filter(request=row, reviewed_at__isnull=False).exists()
    token = WITHHELD if has_data and outcome is not State.REFUSED else ""
    return letters.outcome(row, decisions, words.strip(), token, receipts_of(row))


def receipts_of(row: Request) -> list[Issued]:
    """Return the receipts of what was deleted for a request, the first first."""
    return all_for(row.obligation) if row.obligation is not None else []


def _open_answer(row: Request, now: datetime) -> str:
    answer = Answer.objects.filter(request=row, reviewed_at__isnull=False).first()
    if answer is None:
        return ""
    token = new_token()
    answer.digest, answer.expires_at = digest(token), now + FETCH_WITHIN
    answer.save(update_fields=["digest", "expires_at"])
    return token


def _may_decide(row: Request, ground: str) -> bool:
    if row.state == State.IN_PROGRESS:
        ended = row.obligation is not None and row.scope == Scope.ACCOUNT
        return row.executing_at is None and not ended
    # Who cannot be identified is refused without being assessed (Article 12(2)).
    return row.state == State.IDENTITY_CHECK and ground == "11-2"


def _require_ground(row: Request, ground: str) -> None:
    if not ground:
        return
    found = GROUNDS.get(ground)
    if found is None or not found.types & {RequestKind(one) for one in row.kinds}:
        raise GroundUnfit


def _require_word_of_customer(row: Request, category: Category, ground: str) -> None:
    """Raise NotOursToDecide where a customer's content would go without the customer's word."""
    deletes = RequestKind.DELETION in row.kinds and category is Category.CONTENT and not ground
    if deletes and row.account_id and row.role == OurRole.CONTROLLER:
        raise NotOursToDecide
