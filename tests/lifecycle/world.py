"""A contract that ends, and time that passes: steps run as the timetable runs them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from tests.customers import admitted, customer, member
from tests.promises.world import NOW, company, person
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import MemberRole
from trustkeep.evidence.actions import publish_checkpoint
from trustkeep.lifecycle import clocks, stepping
from trustkeep.lifecycle.models import Obligation, Step
from trustkeep.lifecycle.stages import StepKind
from trustkeep.lifecycle.terminating import end_contract

JONAS, MIRA = "jonas", "mira"
A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def harbour(name: str = "Harbour") -> AccountShown:
    """A customer with Alice, who owns it, and Bob; both can sign in."""
    account = customer(name)
    admitted(member(account))
    admitted(member(account, "Bob", MemberRole.MEMBER))
    return account


def house() -> None:
    """The company with a DPO's address."""
    company()
    person("Jonas")


def ended(account: AccountShown, at: datetime = NOW) -> Obligation:
    """End the contract at once."""
    told = end_contract(account_id=account.id, by=JONAS, now=at)
    return Obligation.objects.get(pk=told.obligation)


def turn(now: datetime, worker: str = "one") -> int:
    """Run what is due, as one turn of the timetable."""
    ran = stepping.run_due(worker=worker, now=now)
    publish_checkpoint(now)
    return ran


def pass_time(until: datetime, since: datetime, step: timedelta = A_DAY) -> None:
    """Let the timetable turn until an instant, so that the clock never jumps."""
    now = since
    while now < until:
        now = min(now + step, until)
        turn(now)


def purged(account: AccountShown) -> Obligation:
    """End the contract and let everything take its course until the receipt."""
    row = ended(account)
    turn(NOW)
    pass_time(row.not_before, NOW)
    for minute in range(1, 6):
        turn(row.not_before + minute * A_MINUTE)
    row.refresh_from_db()
    return row


def stage(account: AccountShown) -> str:
    """Where the account's last obligation stands."""
    return Obligation.objects.filter(account=account.id).order_by("-made_at", "-id")[0].stage


def state(account: AccountShown) -> str:
    """The state of the account itself."""
    return Account.objects.get(pk=account.id).state


def step_of(row: Obligation, kind: StepKind, target: str = "") -> Step:
    """One step of an obligation."""
    return Step.objects.get(obligation=row, kind=kind, target=target)


def believe(at: datetime) -> None:
    """Tell the clock's mark that an instant is right."""
    clocks.vouch(by="test", now=at)


def some_id() -> uuid.UUID:
    """An id that nothing has."""
    return uuid.uuid4()
