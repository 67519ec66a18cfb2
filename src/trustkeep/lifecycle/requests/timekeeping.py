"""The clocks of requests: what is late, who is reminded, and what is forgotten when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from trustkeep.accounts.models import Account
from trustkeep.accounts.queries import company, people_active_on
from trustkeep.accounts.roles import Role
from trustkeep.accounts.states import OPEN_STATES
from trustkeep.letters.actions import HouseUnknown, queue
from trustkeep.letters.mail import Recipient
from trustkeep.letters.ports import joined
from trustkeep.lifecycle.alarm_letters import DEADLINE_NEAR, DEADLINES, Deadline
from trustkeep.lifecycle.deadlines import REQUEST_ALARMS, last_day
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.requests import wording
from trustkeep.lifecycle.requests.collecting import forget_unfetched
from trustkeep.lifecycle.requests.confirming import forget_unconfirmed
from trustkeep.lifecycle.requests.kinds import Scope
from trustkeep.lifecycle.requests.models import Happening, Request
from trustkeep.lifecycle.requests.states import OPEN, State

WORDS_KEPT = timedelta(days=90)
"""How long who asked, and in which words, stays readable after a request was closed."""
PROOF_YEARS = 3
"""How long the proof of a request stays: to the end of the third year after its closing.

Source: limitation of claims and of fines, sections 195 and 199 BGB, section 31 OWiG.
"""
LOOK_BACK = timedelta(days=365)
"""A request that was answered late counts against the promise for so long."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the promise's check reads. ``late`` and ``unforwarded`` are opaque ids."""

    total: int
    waiting: int
    late: tuple[str, ...]
    unforwarded: tuple[str, ...]
    next_due_at: datetime | None
    alarm_at: datetime | None


@dataclass(frozen=True, slots=True)
class Care:
    """The accounts whose contract runs, and those of them that nobody looks after."""

    accounts: int
    without_manager: tuple[str, ...]


def clocks(now: datetime) -> Clocks:
    """Return where the requests of the last year stand."""
    recent = Q(answered_at__isnull=True) | Q(answered_at__gt=now - LOOK_BACK)
    rows = list(Request.objects.filter(recent).order_by("due_at"))
    open_ = [row for row in rows if row.state in OPEN]
    ahead = [row for row in open_ if now < row.due_at]
    return Clocks(
        total=len(rows),
        waiting=len(open_),
        late=tuple(str(row.id) for row in rows if (row.answered_at or now) >= row.due_at),
        unforwarded=tuple(str(row.id) for row in rows if _is_unforwarded(row, now)),
        next_due_at=min((_first_deadline(row) for row in ahead), default=None),
        alarm_at=min((_alarm_at(row, REQUEST_ALARMS[-1]) for row in ahead), default=None),
    )


def care(now: datetime) -> Care:
    """Return how many accounts are looked after; a manager who has left looks after none."""
    here = {one.id for one in people_active_on(now.date())}
    rows = list(Account.objects.filter(state__in=OPEN_STATES).only("id", "manager"))
    alone = [row for row in rows if row.manager_id not in here]
    return Care(len(rows), tuple(str(row.id) for row in alone))


def sound_alarms(*, now: datetime) -> int:
    """Write to the DPO when so much of a request's time is over; return how many letters."""
    if joined.house is None:
        return 0
    with transaction.atomic():
        rows = Request.objects.select_for_update(of=("self",)).filter(state__in=sorted(OPEN))
        return sum(_sounded(row, now) for row in rows)


def percent_over(row: Request, now: datetime) -> int:
    """Return how much of a request's time is over, in per cent; until it is passed on, of that."""
    return int(100 * ((now - row.received_at) / (_first_deadline(row) - row.received_at)))


def forget(*, now: datetime) -> None:
    """Remove unconfirmed forms and data that was not fetched, then words, then proofs."""
    forget_unconfirmed(now=now)
    forget_unfetched(now=now)
    with transaction.atomic():
        closed = Request.objects.filter(state=State.CLOSED)
        silent = closed.filter(closed_at__lte=now - WORDS_KEPT).exclude(sealed=b"")
        ids = list(silent.values_list("pk", flat=True))
        Happening.objects.filter(request__in=ids).update(sealed=b"")
        Request.objects.filter(pk__in=ids).update(sealed=b"")
        first_kept = date(now.year - PROOF_YEARS, 1, 1)
        old = closed.filter(closed_at__date__lt=first_kept, restrictions__isnull=True)
        old.delete()


def _sounded(row: Request, now: datetime) -> int:
    reached = [one for one in REQUEST_ALARMS if percent_over(row, now) >= one > row.alarmed]
    if not reached:
        return 0
    row.alarmed = max(reached)
    row.save(update_fields=["alarmed"])
    if _is_with_engine(row):
        return 0
    return sum(_write(row, email, now) for email in _called(row, now))


def _is_with_engine(row: Request) -> bool:
    """Return whether the engine calls for it: it deletes a part in the time of the same month."""
    if row.obligation is None or row.scope == Scope.ACCOUNT:
        return False
    return Obligation.objects.filter(pk=row.obligation, erased_at__isnull=True).exists()


def _write(row: Request, email: str, now: datetime) -> int:
    if joined.house is None:
        raise HouseUnknown
    us = company()
    queue(
        letter=DEADLINE_NEAR,
        to=Recipient(email),
        language=us.default_language,
        values={
            "percent": row.alarmed,
            "deadline": DEADLINES[Deadline.REQUEST][us.default_language],
            "reference": row.reference,
            "due_at": last_day(_first_deadline(row), us.time_zone),
            "problem": wording.WAITS_FOR[us.default_language],
            "link": f"{joined.house().base_url}/console/requests/{row.id}/",
        },
        about=f"request {row.id} {row.alarmed} {_first_deadline(row):%Y-%m-%d}",
        now=now,
    )
    return 1


def _called(row: Request, now: datetime) -> set[str]:
    us = company()
    staff = people_active_on(now.date())
    called = {one.email for one in staff if Role.DPO in one.roles}
    if us.dpo_email:
        called.add(us.dpo_email)
    if row.account and row.account.manager:
        called.add(row.account.manager.email)
    return called


def _is_unforwarded(row: Request, now: datetime) -> bool:
    return row.forward_by is not None and (row.answered_at or now) >= row.forward_by


def _first_deadline(row: Request) -> datetime:
    return min(row.due_at, row.forward_by) if row.forward_by else row.due_at


def _alarm_at(row: Request, percent: int) -> datetime:
    return row.received_at + (_first_deadline(row) - row.received_at) * percent / 100
