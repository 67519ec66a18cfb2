"""Deletions on request, brought through the engine as the timetable would bring them."""

from __future__ import annotations

import io
import uuid
from datetime import datetime, timedelta

from tests.customers import admitted, customer, member
from tests.promises.world import NOW
from tests.requests.asking import DPO, SECOND, decided, in_progress, read
from trustkeep.accounts.customers import AccountShown, MemberShown
from trustkeep.accounts.gate import require_open
from trustkeep.accounts.roles import MemberRole
from trustkeep.evidence.actions import publish_checkpoint
from trustkeep.holdings import collections
from trustkeep.holdings.collections import RecordShown
from trustkeep.holdings.files import NewFile, keep_file
from trustkeep.holdings.queries import FileShown
from trustkeep.lifecycle import stepping
from trustkeep.lifecycle.models import Obligation
from trustkeep.lifecycle.progress import ErasureShown
from trustkeep.lifecycle.requests import execution
from trustkeep.lifecycle.requests.kinds import Category, OurRole, Scope
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.vault.shelf import sealed_files

A_MINUTE = timedelta(minutes=1)


def pair(name: str = "Harbour") -> tuple[AccountShown, MemberShown, MemberShown]:
    """A customer with Alice, who owns it, and Bob."""
    harbour = customer(name)
    return harbour, member(harbour), member(harbour, "Bob", MemberRole.MEMBER)


def pair_within(name: str = "Harbour") -> tuple[AccountShown, MemberShown, MemberShown, str]:
    """The same, both able to sign in; the last is the id under which Bob writes."""
    harbour, alice, bob = pair(name)
    admitted(alice)
    return harbour, alice, bob, str(admitted(bob))


def file_of(
    account: AccountShown, by: str, name: str = "plan.txt", body: bytes = b"plan"
) -> FileShown:
    """Keep a file, or a version of it."""
    way = require_open(account.id, now=NOW)
    new = NewFile(name, None, "text/plain")
    return keep_file(passage=way, new=new, source=io.BytesIO(body), by=by, clock=lambda: NOW)


def record_of(account: AccountShown, by: str, **values: str) -> RecordShown:
    """Keep a record."""
    way = require_open(account.id, now=NOW)
    return collections.enter_record(passage=way, collection="people", values=values, by=by, now=NOW)


def on_disk(account: AccountShown) -> list[uuid.UUID]:
    """Every sealed file of an account, as the disk has it."""
    return list(sealed_files().objects_of(account.id))


def of_things(account: AccountShown, *things: str) -> Received:
    """The customer asks that single things go, and it was granted."""
    made = in_progress(account=account, role=OurRole.INSTRUCTED, scope=Scope.OBJECT, things=things)
    decided(made, Category.CONTENT)
    return made


def planned(made: Received, by: str = DPO, now: datetime = NOW) -> ErasureShown:
    """Count what was granted."""
    execution.plan(request_id=made.id, by=by, now=now)
    return erasure(made)


def approved(made: Received, by: str = SECOND, now: datetime = NOW) -> None:
    """Approve what was counted."""
    plan = erasure(made).plan
    assert plan is not None
    execution.approve(request_id=made.id, digest=plan.digest, by=by, now=now)


def erasure(made: Received) -> ErasureShown:
    """Return how far the deletion is."""
    found = read(made).erasure
    assert found is not None
    return found


def obligation(made: Received) -> Obligation:
    """Return what the engine carries out for a request."""
    return Obligation.objects.get(pk=erasure(made).id)


def turned(now: datetime = NOW, minutes: int = 4) -> datetime:
    """Let the timetable turn for some minutes, and return when it stands still."""
    for _ in range(minutes):
        stepping.run_due(worker="test", now=now)
        publish_checkpoint(now)
        execution.advance_all(now=now)
        now += A_MINUTE
    return now


def carried_out(made: Received, now: datetime = NOW) -> datetime:
    """Plan, approve and delete, and return when that is done."""
    planned(made, now=now)
    approved(made, now=now)
    return turned(now)
