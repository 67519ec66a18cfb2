"""What the staff may do with a request: for each act its form, its letters and what it calls.

An act that writes a letter shows it first. It is done only if what was shown is still what would go
out: ``seen`` is the digest of the words.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from trustkeep.console.forms import requests as shapes
from trustkeep.kernel.clock import now
from trustkeep.letters.queries import WITHHELD
from trustkeep.lifecycle import owing
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import (
    collecting,
    deciding,
    execution,
    handling,
    letters,
    queries,
    receiving,
    restricting,
    whole,
)
from trustkeep.lifecycle.requests.kinds import (
    GIVES_DATA,
    Category,
    Channel,
    ExtensionReason,
    Means,
    OurRole,
    Scope,
)
from trustkeep.lifecycle.requests.letters import Planned, Preview
from trustkeep.lifecycle.requests.queries import Next, RequestRead
from trustkeep.lifecycle.requests.receiving import NewRequest, Received
from trustkeep.lifecycle.requests.states import State

type Do = Callable[[RequestRead, dict[str, Any], str], object]
type Write = Callable[[RequestRead, dict[str, Any]], list[Planned]]
type Shape = Callable[[RequestRead, Any], forms.Form]


def _plain(form: type[forms.Form]) -> Shape:
    def made(_read: RequestRead, data: Any) -> forms.Form:
        return form(data)

    return made


def _bare(_read: RequestRead, data: Any) -> forms.Form:
    return shapes.EmptyForm(data)


@dataclass(frozen=True, slots=True)
class Act:
    """One act; ``letters`` plans what it writes."""

    title: str | Lazy
    button: str | Lazy
    do: Do
    form: Shape = _bare
    letters: Write | None = None
    danger: bool = False

    @property
    def writes(self) -> bool:
        """Whether it writes letters; templates would call ``letters`` itself."""
        return self.letters is not None


@dataclass(frozen=True, slots=True)
class Shown:
    """The letters of an act as they would go out, and the digest that says they were seen."""

    letters: tuple[Preview, ...]
    seen: str


def enter(given: Mapping[str, Any], by: str) -> Received:
    """Enter what came by mail, by telephone or in conversation."""
    at = now()
    noon = datetime.combine(given["received"], time(12), UTC)
    new = NewRequest(
        kinds=tuple(RequestKind(one) for one in given["kinds"]),
        name=given["name"],
        email=given["email"],
        text=given["text"],
        about=given["about"],
        language=given["language"],
        channel=Channel(given["channel"]),
        received_at=at if noon.date() == at.date() else noon,
    )
    return receiving.receive(new=new, by=by, now=at)


def preview(act: Act, read: RequestRead, given: dict[str, Any]) -> Shown | None:
    """Return the letters that an act would write; None if it writes none."""
    if act.letters is None:
        return None
    found = tuple(letters.preview(one) for one in act.letters(read, given))
    words = "\n".join(f"{one.to}\n{one.subject}\n{one.text}" for one in found)
    return Shown(found, hashlib.sha256(words.encode()).hexdigest())


def acts_for(read: RequestRead) -> list[str]:
    """Return the names of the acts that are open, the one to be done next first."""
    state = read.shown.state
    found = list(_BY_STATE.get(state, ()))
    found = [name for name in found if _fits(name, read)]
    if read.shown.is_open and not read.shown.extended_at and now() < read.shown.first_due_at:
        found.append("extend")
    if read.restriction and not read.restriction.lifted_at and not read.shown.is_open:
        found.append("lift" if read.restriction.notice_at else "notice")
    first = _NEXT.get(read.next)
    return sorted(found, key=lambda name: name != first)


def _fits(name: str, read: RequestRead) -> bool:
    asked = set(read.shown.kinds)
    match name:
        case "approve":
            return any(one.waits for one in read.decisions)
        case "confirm" | "plan" | "execute" | "recount" | "by-hand":
            return RequestKind.DELETION in asked and _fits_deletion(name, read)
        case "collect":
            return bool(GIVES_DATA & asked)
        case "review":
            waits = read.collected_at is not None and read.fetched_at is None
            return waits and not read.gives_whole_account
        case "resend":
            return read.reviewed_at is not None and read.fetched_at is None
        case "conclude":
            return read.next not in _UNDER_WAY
        case "restrict":
            return RequestKind.RESTRICTION in asked and read.restriction is None
        case "decide":
            is_whole = read.shown.scope == Scope.ACCOUNT
            return read.shown.executing_at is None and not (is_whole and read.erasure)
    return True


def _fits_deletion(name: str, read: RequestRead) -> bool:
    one, found = read.shown, read.erasure
    is_whole = one.scope == Scope.ACCOUNT
    if found is None:
        wanted = "confirm" if is_whole and one.confirmed_at is None else "plan"
        return name == wanted and not one.executed_at
    match name:
        case "execute":
            return found.waits_for_approval and bool(found.asked_by or not is_whole)
        case "recount":
            return found.waits_for_approval and not is_whole
        case "by-hand":
            return found.waits_for_a_hand
    return False


def _verify(read: RequestRead, given: dict[str, Any], by: str) -> None:
    means, words = Means(given["means"]), given["words"]
    handling.check_identity(request_id=read.shown.id, means=means, words=words, by=by, now=now())


def _assess(read: RequestRead, given: dict[str, Any], by: str) -> None:
    scope = Scope(given["scope"])
    handling.assess(
        request_id=read.shown.id,
        role=OurRole(given["role"]),
        scope=scope,
        account_id=uuid.UUID(given["account"]) if given["account"] else None,
        subject=given["member"] if scope is Scope.MEMBER else given["subject"],
        things=given["things"].splitlines() if scope is Scope.OBJECT else (),
        by=by,
        now=now(),
    )


def _ask(read: RequestRead, given: dict[str, Any], by: str) -> None:
    handling.ask(request_id=read.shown.id, words=given["words"], by=by, now=now())


def _question(read: RequestRead, given: dict[str, Any]) -> list[Planned]:
    return [letters.question(queries.row(read.shown.id), given["words"].strip())]


def _resume(read: RequestRead, given: dict[str, Any], by: str) -> None:
    handling.resume(request_id=read.shown.id, words=given["words"], by=by, now=now())


def _extend(read: RequestRead, given: dict[str, Any], by: str) -> None:
    handling.extend(
        request_id=read.shown.id,
        reason=ExtensionReason(given["reason"]),
        months=given["months"],
        by=by,
        now=now(),
    )


def _extension(read: RequestRead, given: dict[str, Any]) -> list[Planned]:
    row = queries.row(read.shown.id)
    due_at = handling.extended_until(row, given["months"])
    return [letters.extension(row, ExtensionReason(given["reason"]), due_at)]


def _decide(read: RequestRead, given: dict[str, Any], by: str) -> None:
    deciding.decide(
        request_id=read.shown.id,
        category=Category(given["category"]),
        ground=given["ground"],
        until=given["until"],
        by=by,
        now=now(),
    )


def _approve(read: RequestRead, given: dict[str, Any], by: str) -> None:
    category = Category(given["category"])
    deciding.approve(request_id=read.shown.id, category=category, by=by, now=now())


def _confirm(read: RequestRead, given: dict[str, Any], by: str) -> None:
    typed = given["typed"]
    execution.confirm_on_paper(request_id=read.shown.id, typed=typed, by=by, now=now())


def _plan(read: RequestRead, _given: dict[str, Any], by: str) -> None:
    execution.plan(request_id=read.shown.id, by=by, now=now())


def _recount(read: RequestRead, _given: dict[str, Any], by: str) -> None:
    assert read.erasure
    owing.count_again(obligation_id=read.erasure.id, by=by, now=now())


def _execute(read: RequestRead, given: dict[str, Any], by: str) -> None:
    execution.approve(request_id=read.shown.id, digest=given["digest"], by=by, now=now())


def _by_hand(read: RequestRead, given: dict[str, Any], by: str) -> None:
    execution.executed_by_hand(request_id=read.shown.id, words=given["words"], by=by, now=now())


def _collect(read: RequestRead, given: dict[str, Any], by: str) -> None:
    if read.gives_whole_account:
        key = given["recipient"]
        whole.prepare(request_id=read.shown.id, recipient=key, by=by, now=now())
    else:
        collecting.collect(request_id=read.shown.id, by=by, now=now())


def _review(read: RequestRead, given: dict[str, Any], by: str) -> None:
    out = given["leave_out"]
    collecting.review(request_id=read.shown.id, leave_out=out, by=by, now=now())


def _resend(read: RequestRead, _given: dict[str, Any], by: str) -> None:
    collecting.resend(request_id=read.shown.id, by=by, now=now())


def _new_link(read: RequestRead, _given: dict[str, Any]) -> list[Planned]:
    return [letters.fetching(queries.row(read.shown.id), WITHHELD)]


def _restrict(read: RequestRead, _given: dict[str, Any], by: str) -> None:
    restricting.restrict(request_id=read.shown.id, by=by, now=now())


def _notice(read: RequestRead, _given: dict[str, Any], by: str) -> None:
    restricting.give_notice(request_id=read.shown.id, by=by, now=now())


def _lift(read: RequestRead, _given: dict[str, Any], by: str) -> None:
    restricting.lift(request_id=read.shown.id, by=by, now=now())


def _lifting(read: RequestRead, _given: dict[str, Any]) -> list[Planned]:
    day = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return [letters.lifting(queries.row(read.shown.id), day + restricting.NOTICE)]


def _forward(read: RequestRead, _given: dict[str, Any], by: str) -> None:
    handling.forward(request_id=read.shown.id, by=by, now=now())


def _forwarding(read: RequestRead, _given: dict[str, Any]) -> list[Planned]:
    row = queries.row(read.shown.id)
    account, email = handling.contact_of(row)
    return [letters.to_controller(row, account, email), letters.forwarded(row, now())]


def _conclude(read: RequestRead, given: dict[str, Any], by: str) -> None:
    deciding.conclude(request_id=read.shown.id, words=given["words"], by=by, now=now())


def _answer(read: RequestRead, given: dict[str, Any]) -> list[Planned]:
    return [deciding.planned_answer(queries.row(read.shown.id), given["words"])]


def _close(read: RequestRead, _given: dict[str, Any], by: str) -> None:
    handling.close(request_id=read.shown.id, by=by, now=now())


ACTS: Mapping[str, Act] = {
    "verify": Act(
        _("Check who asks"), _("Identity is clear"), _verify, _plain(shapes.IdentityForm)
    ),
    "assess": Act(_("Settle who decides"), _("Settle"), _assess, _plain(shapes.AssessForm)),
    "ask": Act(_("Ask back"), _("Send the question"), _ask, _plain(shapes.QuestionForm), _question),
    "resume": Act(
        _("Go on without an answer by the link"),
        _("Go on"),
        _resume,
        _plain(shapes.ReasonedForm),
    ),
    "extend": Act(
        _("Extend the time"), _("Extend and tell"), _extend, _plain(shapes.ExtendForm), _extension
    ),
    "forward": Act(_("Pass on to the customer"), _("Pass it on"), _forward, letters=_forwarding),
    "decide": Act(
        _("Decide about data"),
        _("Decide"),
        _decide,
        lambda read, data: shapes.DecideForm(read.shown.kinds, data),
    ),
    "approve": Act(
        _("Approve a refusal"),
        _("Approve"),
        _approve,
        lambda read, data: shapes.ApproveForm(
            [one.category for one in read.decisions if one.waits], data
        ),
    ),
    "confirm": Act(
        _("The customer confirmed by letter"),
        _("Enter the confirmation"),
        _confirm,
        _plain(shapes.ConfirmForm),
    ),
    "plan": Act(_("Count what is to be deleted"), _("Count"), _plan),
    "recount": Act(_("Count again"), _("Count"), _recount),
    "execute": Act(
        _("Approve the plan"),
        _("Delete for good"),
        _execute,
        lambda read, data: shapes.PlanForm(read.erasure, data),
        danger=True,
    ),
    "by-hand": Act(
        _("It was deleted by hand"), _("It is gone"), _by_hand, _plain(shapes.ReasonedForm)
    ),
    "collect": Act(
        _("Collect the data"),
        _("Collect"),
        _collect,
        lambda read, data: (
            shapes.RecipientForm(data) if read.gives_whole_account else shapes.EmptyForm(data)
        ),
    ),
    "review": Act(
        _("Read the data before it goes out"),
        _("I have read it"),
        _review,
        lambda read, data: shapes.ReviewForm(collecting.parts_of(read.shown.id), data),
    ),
    "resend": Act(_("Send a new link to the data"), _("Send the link"), _resend, letters=_new_link),
    "restrict": Act(_("Restrict the data"), _("Restrict"), _restrict),
    "conclude": Act(
        _("Write the answer"), _("Send the answer"), _conclude, _plain(shapes.AnswerForm), _answer
    ),
    "notice": Act(
        _("Give notice that the restriction ends"), _("Give notice"), _notice, letters=_lifting
    ),
    "lift": Act(_("Lift the restriction"), _("Lift"), _lift),
    "close": Act(_("Put the request away"), _("Put away"), _close),
}
_UNDER_WAY = frozenset({Next.WAIT_FOR_LOCK, Next.DELETE_BY_HAND, Next.WAIT_FOR_SYSTEMS})
"""An answer would say that it is done."""
_BY_STATE = {
    State.RECEIVED: ("verify", "ask"),
    State.IDENTITY_CHECK: ("assess", "verify", "ask", "decide", "conclude"),
    State.ASSESSED: ("forward",),
    State.IN_PROGRESS: (
        "decide",
        "approve",
        "confirm",
        "plan",
        "execute",
        "recount",
        "by-hand",
        "collect",
        "review",
        "restrict",
        "conclude",
        "ask",
    ),
    State.WAITING: ("resume",),
    State.FULFILLED: ("close", "collect", "review", "resend"),
    State.PARTLY_REFUSED: ("close", "collect", "review", "resend"),
    State.REFUSED: ("close",),
    State.FORWARDED: ("close",),
    State.WITHDRAWN: ("close",),
}
_NEXT = {
    Next.CHECK_IDENTITY: "verify",
    Next.ASSESS: "assess",
    Next.FORWARD: "forward",
    Next.DECIDE: "decide",
    Next.APPROVE: "approve",
    Next.CONFIRM: "confirm",
    Next.PLAN: "plan",
    Next.EXECUTE: "execute",
    Next.DELETE_BY_HAND: "by-hand",
    Next.COLLECT: "collect",
    Next.REVIEW: "review",
    Next.RESTRICT: "restrict",
    Next.CONCLUDE: "conclude",
    Next.WAIT: "resume",
    Next.CLOSE: "close",
}
