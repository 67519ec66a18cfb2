"""Who is told of an account's turns, and with which values; the words stand in the letters.

A letter is written in the transaction of what it tells, and once: its subject is the obligation or
the hold. Customers are told through their owners, administrators and contact for data protection.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from trustkeep.accounts import customers, queries
from trustkeep.accounts.gate import is_open
from trustkeep.accounts.kept import unseal_kept
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import MemberRole, Role
from trustkeep.evidence.canonical import from_base64, to_base64
from trustkeep.letters import ports
from trustkeep.letters.actions import queue
from trustkeep.letters.kinds import LetterKind, Value
from trustkeep.letters.mail import Enclosure, Recipient
from trustkeep.lifecycle import letters
from trustkeep.lifecycle.alarm_letters import (
    DEADLINE_MISSED,
    DEADLINE_NEAR,
    DEADLINES,
    HOLD_REVIEW_DUE,
    PURGE_STALLED,
    Deadline,
)
from trustkeep.lifecycle.deadlines import DELETE_MARGIN
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.models import Hold, Obligation
from trustkeep.lifecycle.receipt_files import Named
from trustkeep.lifecycle.stages import ENDED
from trustkeep.lifecycle.words import BASES, DOORS_OF_REQUESTS
from trustkeep.vault.fields import COMPANY, Place, seal_json, unseal_json
from trustkeep.vault.keystore import KeyDestroyed

ROOM = "/app/"
PAGE_OF_STAFF = "/console/accounts/{account}/"
PAGE_OF_REQUEST = "/console/requests/{request}/"


def contacts(account: Account) -> list[Recipient]:
    """Return whom to tell on the customer's side; nobody once the account was erased."""
    try:
        found = [
            Recipient(one.email, one.name)
            for one in customers.members(account.id)
            if one.left_at is None and one.role is not MemberRole.MEMBER
        ]
        dpo = unseal_kept(account.id, account.sealed).dpo_contact if account.sealed else ""
    except KeyDestroyed:
        return []
    known = {one.email.casefold() for one in found}
    return found + ([Recipient(dpo)] if dpo and dpo.casefold() not in known else [])


def keep_contacts(row: Obligation) -> None:
    """Rest who gets the receipt, since the account that knows them is about to be erased."""
    account = row.customer
    salt = unseal_kept(account.id, account.sealed).salt
    row.sealed = sealed_contacts(row, contacts(account), salt=salt)
    row.save(update_fields=["sealed"])


def sealed_contacts(
    row: Obligation, to: Iterable[Recipient], address: str = "", salt: bytes = b""
) -> bytes:
    """Return who gets the receipt, and by which address the person is known, sealed for a row.

    The salt turns the account's id into the log's name for it; it goes out with the receipt.
    """
    told = [{"email": one.email, "name": one.name} for one in to]
    return seal_json(_place(row), {"contacts": told, "address": address, "salt": to_base64(salt)})


def kept_contacts(row: Obligation) -> list[Recipient]:
    """Return who gets the receipt."""
    return [Recipient(one["email"], one["name"]) for one in _kept(row)["contacts"]]


def named_in_log(row: Obligation) -> Named | None:
    """Return what turns an account into its name in the log, for its customer."""
    salt = from_base64(str(_kept(row).get("salt", "")))
    return Named(row.customer.id, salt) if salt else None


def known_words(row: Obligation) -> tuple[str, ...]:
    """Return the names and addresses of people that are known of an obligation."""
    people = [(one.email, one.name) for one in kept_contacts(row)]
    return tuple(word for one in (*people, (address_of(row),)) for word in one if word)


def address_of(row: Obligation) -> str:
    """Return by which address the person is known whom a part is about; empty for all else."""
    return str(_kept(row)["address"])


def _kept(row: Obligation) -> dict[str, Any]:
    told = unseal_json(_place(row), row.sealed) if row.sealed else []
    # Before there were parts, the contacts alone rested here.
    return {"contacts": told, "address": ""} if isinstance(told, list) else told


def customer(
    kind: LetterKind,
    account: Account,
    *,
    about: str,
    values: Mapping[str, Value],
    now: datetime,
    to: Iterable[Recipient] | None = None,
    enclosures: Iterable[Enclosure] = (),
) -> int:
    """Write a letter to everybody on the customer's side; return how many were written."""
    if not queries.has_company():
        return 0
    zone = ZoneInfo(account.time_zone)
    local = {
        name: value.astimezone(zone) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    given = {"customer": account.legal_name, "reference": account.reference, **local}
    if kind.act:
        given.setdefault("link", _base_url() + ROOM)
    count = 0
    for recipient in contacts(account) if to is None else to:
        queue(
            letter=kind,
            to=recipient,
            language=account.language,
            values=given,
            account=account.id,
            about=about,
            enclosures=enclosures,
            now=now,
        )
        count += 1
    return count


def times_of(row: Obligation) -> dict[str, Value]:
    """Return the times of an obligation as letters call them."""
    return {"ends_at": row.trusted_at, "delete_at": row.not_before, "delete_by": row.done_by}


def hold_placed(row: Hold, account: Account, now: datetime) -> None:
    """Tell the customer of a hold, by its kind; the reason itself stays in the house."""
    values: dict[str, Value] = {
        "at": now,
        "reason": BASES[row.basis],
        "review_date": row.review_date,
    }
    kind = letters.HOLD_PLACED_EARLY if is_open(account, now) else letters.HOLD_PLACED
    customer(kind, account, about=f"hold-{row.id}", values=values, now=now)


def hold_released(row: Hold, account: Account, now: datetime) -> None:
    """Tell the customer that the last hold has ended, where anything is to be deleted."""
    rows = Obligation.objects.filter(account=account, scope=ACCOUNT).exclude(stage__in=ENDED)
    obligation = rows.first()
    others = Hold.objects.filter(account=account, released_at__isnull=True)
    if obligation is not None and not others.exists():
        delete_by = obligation.done_by
        if delete_by < now + DELETE_MARGIN:
            # What a hold has kept counts from its release (`trustkeep.lifecycle.ends`).
            delete_by = now + DELETE_MARGIN
        delete_at = max(obligation.not_before, now)
        values: dict[str, Value] = {"at": now, "delete_at": delete_at, "delete_by": delete_by}
        customer(letters.HOLD_RELEASED, account, about=f"hold-{row.id}", values=values, now=now)


def hold_review(row: Hold, days: int, now: datetime) -> int:
    """Call who answers for a hold, the account manager and the DPO, before its review is due."""
    us = queries.company()
    values: dict[str, Value] = {
        "review_date": row.review_date,
        "basis": BASES[row.basis],
        "owner": row.owner.name,
        "reference": row.account.reference,
        "link": _base_url() + PAGE_OF_STAFF.format(account=row.account_id),
    }
    called = {one.email: one for one in _called(row.account)}
    if row.owner.left_date is None:
        called[row.owner.email] = Recipient(row.owner.email, row.owner.name)
    about = f"hold-{row.id}:{row.review_date}:{days}"
    written = [
        queue(
            letter=HOLD_REVIEW_DUE,
            to=one,
            language=us.default_language,
            values=values,
            about=about,
            now=now,
        )
        for one in called.values()
    ]
    return sum(one.is_new for one in written)


def deletion_asked(row: Obligation, now: datetime) -> int:
    """Tell everybody who speaks for a customer that it is to go before its time."""
    account = row.customer
    values: dict[str, Value] = {
        "at": now,
        "door": DOORS_OF_REQUESTS[row.cause],
        "delete_at": row.not_before,
    }
    about = f"{row.id}:{row.plan_digest}"
    return customer(letters.DELETION_ASKED, account, about=about, values=values, now=now)


def alarm(row: Obligation, deadline: Deadline, percent: int, problem: Value, now: datetime) -> int:
    """Call who can still act: the account manager and whoever answers for data protection."""
    due_at = row.lock_by if deadline is Deadline.LOCK and row.lock_by else row.done_by
    values: dict[str, Value] = {
        "deadline": DEADLINES[deadline],
        "due_at": due_at,
        "problem": problem,
    }
    kind = DEADLINE_MISSED
    if percent < 100:
        kind, values = DEADLINE_NEAR, {**values, "percent": percent}
    return _staff(kind, row, f"{row.id}:{deadline}:{percent}", values, now)


def stalled(row: Obligation, step: uuid.UUID, problem: Value, now: datetime) -> int:
    """Call who can decide about an erasure that cannot go on by itself."""
    values: dict[str, Value] = {"due_at": row.done_by, "problem": problem, "since": now}
    return _staff(PURGE_STALLED, row, f"{row.id}:{step}", values, now)


def _staff(
    kind: LetterKind, row: Obligation, about: str, values: Mapping[str, Value], now: datetime
) -> int:
    if not queries.has_company():
        return 0
    company = queries.company()
    zone = ZoneInfo(company.time_zone)
    local = {
        name: value.astimezone(zone) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    given = {**local, "reference": reference_of(row), "link": _base_url() + _page(row)}
    recipients = _called(row.account)
    for recipient in recipients:
        queue(
            letter=kind,
            to=recipient,
            language=company.default_language,
            values=given,
            about=about,
            now=now,
        )
    return len(recipients)


def reference_of(row: Obligation) -> str:
    """Return how letters to the staff call what is owed: nobody's name."""
    return row.account.reference if row.account else row.reference[:8]


def _page(row: Obligation) -> str:
    if row.scope == ACCOUNT:
        return PAGE_OF_STAFF.format(account=row.account_id)
    return PAGE_OF_REQUEST.format(request=row.request)


def _called(account: Account | None) -> list[Recipient]:
    people = {}
    manager = account.manager if account else None
    if manager is not None and manager.left_date is None:
        people[manager.email] = manager.name
    for one in queries.people():
        if Role.DPO in one.roles and one.left_date is None:
            people[one.email] = one.name
    return [Recipient(email, name) for email, name in people.items()]


def _base_url() -> str:
    return ports.joined.house().base_url if ports.joined.house else ""


def _place(row: Obligation) -> Place:
    return Place(COMPANY, "lifecycle_obligation", "sealed", str(row.id))
