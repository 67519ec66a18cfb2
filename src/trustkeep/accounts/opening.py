"""Opening customers' accounts and changing what is known of the contract.

How an account ends is decided in `trustkeep.lifecycle`, never here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction

from trustkeep.accounts import trail
from trustkeep.accounts.addresses import is_domain, is_email
from trustkeep.accounts.customers import AccountShown, NoSuchAccount, account_shown
from trustkeep.accounts.kept import Kept, new_salt, seal_kept, unseal_kept
from trustkeep.accounts.models import Account, Person
from trustkeep.accounts.queries import NoSuchPerson
from trustkeep.accounts.states import AccountState
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.kernel.lines import is_line
from trustkeep.kernel.texts import LANGUAGES
from trustkeep.vault.keys import installed


class AccountExists(TrustkeepError):
    """A contract reference belongs to one account."""

    sentence = "There is an account with the reference “{reference}” already."


class AccountInvalid(TrustkeepError):
    """Something about the contract cannot be as given."""

    sentence = "{field}: “{value}” cannot be used. Needed: {needed}."


@dataclass(frozen=True, slots=True)
class Contract:
    """What is known of a customer's contract. ``dpo_contact`` is an e-mail address or empty."""

    legal_name: str
    reference: str
    contract_start_date: date
    language: str = "en"
    time_zone: str = "Europe/Berlin"
    domains: tuple[str, ...] = ()
    manager_id: uuid.UUID | None = None
    dpo_contact: str = ""
    synthetic: bool = False


def contract_of(account: AccountShown, **changes: Any) -> Contract:
    """Return what is known of a contract, with what is to be different."""
    known = {one.name: getattr(account, one.name) for one in fields(Contract)}
    told = {**known, **changes}
    return Contract(**{**told, "domains": tuple(told["domains"])})


def open_account(*, contract: Contract, by: str, now: datetime) -> AccountShown:
    """Open an account with a key of its own.

    Raises AccountExists, AccountInvalid, NoSuchPerson. The key is made inside the transaction: one
    that is rolled back leaves a key that seals nothing.
    """
    _require(contract)
    account_id = new_id()
    with transaction.atomic():
        _require_free(contract.reference, account_id)
        manager = _manager(contract.manager_id)
        installed().create_account_key(account_id, now=now)
        row = Account(
            id=account_id,
            sealed=seal_kept(account_id, Kept(new_salt())),
            state=AccountState.ACTIVE,
            state_at=now,
            opened_at=now,
        )
        _fill(row, contract, manager)
        row.save(force_insert=True)
        body = {"what": "opened", "by": by, "at": isoformat(now)}
        trail.note(account=row, kind=Kind.ACCOUNT_CHANGED, body=body, now=now)
    return account_shown(row)


def change_account(
    *, account_id: uuid.UUID, contract: Contract, by: str, now: datetime
) -> AccountShown:
    """Replace what is known of a contract; the entry names the changed fields, not their content.

    Raises NoSuchAccount, AccountExists, AccountInvalid, NoSuchPerson.
    """
    _require(contract)
    with transaction.atomic():
        row = locked(account_id)
        _require_free(contract.reference, account_id)
        before = _content(row)
        _fill(row, contract, _manager(contract.manager_id))
        after = _content(row)
        changed = sorted(name for name, value in after.items() if before[name] != value)
        if changed:
            row.save()
            body: dict[str, Any] = {"what": "changed", "fields": changed, "by": by}
            body["at"] = isoformat(now)
            trail.note(account=row, kind=Kind.ACCOUNT_CHANGED, body=body, now=now)
    return account_shown(row)


def locked(account_id: uuid.UUID) -> Account:
    """Return an account's row for changing it in this transaction; raises NoSuchAccount."""
    row = Account.objects.select_for_update(of=("self",)).filter(pk=account_id).first()
    if row is None:
        raise NoSuchAccount(who=account_id)
    return row


def _fill(row: Account, contract: Contract, manager: Person | None) -> None:
    row.legal_name = contract.legal_name.strip()
    row.reference = contract.reference.strip()
    row.domains = [domain.lower() for domain in contract.domains]
    row.language, row.time_zone = contract.language, contract.time_zone
    row.contract_start_date = contract.contract_start_date
    row.manager, row.synthetic = manager, contract.synthetic
    kept = unseal_kept(row.id, row.sealed)
    told = replace(kept, dpo_contact=contract.dpo_contact.strip())
    if told != kept:
        row.sealed = seal_kept(row.id, told)


def _content(row: Account) -> dict[str, Any]:
    names = ("legal_name", "reference", "domains", "language", "time_zone", "contract_start_date")
    content = {name: getattr(row, name) for name in names}
    return content | {
        "manager": row.manager_id,
        "dpo_contact": bytes(row.sealed),
        "synthetic": row.synthetic,
    }


def _manager(manager_id: uuid.UUID | None) -> Person | None:
    if manager_id is None:
        return None
    found = Person.objects.filter(pk=manager_id).first()
    if found is None:
        raise NoSuchPerson(who=manager_id)
    return found


def _require_free(reference: str, account_id: uuid.UUID) -> None:
    others = Account.objects.filter(reference__iexact=reference.strip()).exclude(pk=account_id)
    if others.exists():
        raise AccountExists(reference=reference.strip())


def _require(contract: Contract) -> None:
    for field in ("legal_name", "reference"):
        told = getattr(contract, field)
        if not (told.strip() and is_line(told)):
            raise AccountInvalid(field=field, value=told, needed="a text in one line")
    if contract.language not in LANGUAGES:
        needed = f"one of {', '.join(LANGUAGES)}"
        raise AccountInvalid(field="language", value=contract.language, needed=needed)
    if contract.time_zone not in available_timezones():
        needed = "a time zone such as Europe/Berlin"
        raise AccountInvalid(field="time_zone", value=contract.time_zone, needed=needed)
    for domain in contract.domains:
        if not is_domain(domain):
            needed = "a host name such as example.com"
            raise AccountInvalid(field="domains", value=domain, needed=needed)
    if contract.dpo_contact.strip() and not is_email(contract.dpo_contact.strip()):
        needed = "an e-mail address"
        raise AccountInvalid(field="dpo_contact", value=contract.dpo_contact, needed=needed)
