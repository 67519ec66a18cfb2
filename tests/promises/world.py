"""A small company: records through the real doors, results as the page sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from trustkeep.accounts.actions import NewPerson, add_person, found_company
from trustkeep.accounts.queries import CompanyProfile, PersonShown
from trustkeep.controls import actions as controls
from trustkeep.controls.promise import Promise, Result
from trustkeep.controls.standing import Standing, standing_of
from trustkeep.controls.trails import trails_of
from trustkeep.records import actions as records
from trustkeep.records.actions import Recorded
from trustkeep.records.kinds import RecordKind

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
TODAY = NOW.date()
A_DAY = timedelta(days=1)

PROFILE = CompanyProfile(
    name="Lumen Talk",
    legal_name="Lumen Talk GmbH",
    domain="trust.example.com",
    languages=("de", "en", "fr"),
    default_language="en",
    dpo_name="Data Protection Officer",
    dpo_email="dpo@example.com",
    security_email="security@example.com",
    time_zone="Europe/Berlin",
)


def days_ago(days: int) -> date:
    """Return a date before today."""
    return TODAY - timedelta(days=days)


def company(profile: CompanyProfile = PROFILE) -> None:
    """Set the company up."""
    found_company(profile=profile, now=NOW)


def person(
    name: str = "Alice", joined: date | None = None, left: date | None = None
) -> PersonShown:
    """Hire somebody."""
    new = NewPerson(name, f"{name.casefold()}@example.com", joined or days_ago(400), left_date=left)
    return add_person(new=new, now=NOW)


def entered(kind: RecordKind, **values: Any) -> Recorded:
    """Enter a record through the real action."""
    return records.enter(kind=kind, values=values, by="alice", now=NOW - timedelta(minutes=1))


def withdrawn(kind: RecordKind, record: Recorded) -> None:
    """Withdraw a record through the real action."""
    records.withdraw(kind=kind, record_id=record.id, reason="gone", by="alice", now=NOW)


def checked(promise: Promise, now: datetime = NOW) -> Result:
    """Run the promise's one check as the timetable does, and return what it rested."""
    [ran] = controls.run_promise(promise=promise, now=now)
    return ran.result


def standing(promise: Promise, at: datetime = NOW) -> Standing:
    """Return what the public would be told at an instant."""
    trails = trails_of([promise], since=at, until=at)[promise.slug]
    return standing_of(promise, trails, at)


def codes(result: Result) -> list[str]:
    """Return why single subjects break the promise."""
    return sorted(one.code for one in result.exceptions)
