"""The customers' accounts and who works with them, as plain values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from trustkeep.accounts.kept import Kept, unseal_kept
from trustkeep.accounts.models import Account, Member
from trustkeep.accounts.roles import MemberRole
from trustkeep.accounts.states import EMPTY_STATES, AccountState
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.fields import unseal_json
from trustkeep.vault.keystore import KeyDestroyed
from trustkeep.vault.sealing import Place

WITHHELD = "–"
"""What stands in the place of a name that may not be read, or is gone."""


class NoSuchAccount(TrustkeepError):
    """No account has this id or reference."""

    sentence = "There is no account “{who}”."


class NoSuchMember(TrustkeepError):
    """Nobody in the account is meant."""

    sentence = "There is nobody “{who}” in this account."


@dataclass(frozen=True, slots=True)
class AccountShown:
    """An account; ``dpo_contact`` is the customer's own contact, empty once it was erased."""

    id: uuid.UUID
    legal_name: str
    reference: str
    domains: tuple[str, ...]
    language: str
    time_zone: str
    contract_start_date: date
    ends_at: datetime | None
    manager_id: uuid.UUID | None
    manager: str
    dpo_contact: str
    synthetic: bool
    state: AccountState
    state_at: datetime
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class MemberShown:
    """Somebody who works with an account; ``left_at`` ends it.

    While it is restricted or once it is erased, ``name`` is a dash and ``email`` empty.
    """

    id: uuid.UUID
    account_id: uuid.UUID
    name: str
    email: str
    role: MemberRole
    joined_at: datetime
    left_at: datetime | None
    restricted_at: datetime | None = None
    erased_at: datetime | None = None


def accounts(states: Iterable[AccountState] = AccountState) -> list[AccountShown]:
    """Return the accounts in any of `states`, by name."""
    rows = Account.objects.filter(state__in=list(states)).select_related("manager")
    return [account_shown(row) for row in rows.order_by("legal_name", "reference")]


def account(account_id: uuid.UUID) -> AccountShown:
    """Return one account; raises NoSuchAccount."""
    row = Account.objects.select_related("manager").filter(pk=account_id).first()
    if row is None:
        raise NoSuchAccount(who=account_id)
    return account_shown(row)


def account_by_reference(reference: str) -> AccountShown:
    """Return the account of a contract reference, whatever its case; raises NoSuchAccount."""
    row = Account.objects.select_related("manager").filter(reference__iexact=reference).first()
    if row is None:
        raise NoSuchAccount(who=reference)
    return account_shown(row)


def members(account_id: uuid.UUID) -> list[MemberShown]:
    """Return everybody who works or worked with an account, those who left last, by name."""
    rows = [member_shown(row) for row in Member.objects.filter(account=account_id)]
    return sorted(rows, key=lambda one: (one.left_at is not None, one.name.casefold()))


def member(account_id: uuid.UUID, member_id: uuid.UUID, *, own: bool = False) -> MemberShown:
    """Return one member of this account; raises NoSuchMember, also for another account's.

    ``own``: it is the member who reads, or what is read is for the member; a restriction does not
    keep from people what is theirs.
    """
    row = Member.objects.filter(pk=member_id, account=account_id).first()
    if row is None:
        raise NoSuchMember(who=member_id)
    return member_shown(row, own=own)


def _kept(row: Account) -> Kept | None:
    try:
        return unseal_kept(row.id, row.sealed)
    except KeyDestroyed:
        # The key goes before the account counts as empty, and the rest may take a while.
        return None


def account_shown(row: Account) -> AccountShown:
    """Return a row as a plain value."""
    kept = None if row.state in EMPTY_STATES else _kept(row)
    return AccountShown(
        id=row.id,
        legal_name=row.legal_name,
        reference=row.reference,
        domains=tuple(row.domains),
        language=row.language,
        time_zone=row.time_zone,
        contract_start_date=row.contract_start_date,
        ends_at=row.ends_at,
        manager_id=row.manager_id,
        manager=row.manager.name if row.manager else "",
        dpo_contact=kept.dpo_contact if kept else "",
        synthetic=row.synthetic,
        state=AccountState(row.state),
        state_at=row.state_at,
        opened_at=row.opened_at,
    )


def member_shown(row: Member, *, own: bool = False) -> MemberShown:
    """Return a row as a plain value; raises KeyDestroyed once the account was erased.

    This is the one gate that every page, program, job, export and search passes, so here the
    restriction holds for all of them.
    """
    who = {"name": WITHHELD, "email": ""}
    if row.erased_at is None and (own or row.restricted_at is None):
        who = unseal_json(member_place(row.account_id, row.id), row.sealed)
    return MemberShown(
        id=row.id,
        account_id=row.account_id,
        name=who["name"],
        email=who["email"],
        role=MemberRole(row.role),
        joined_at=row.joined_at,
        left_at=row.left_at,
        restricted_at=row.restricted_at,
        erased_at=row.erased_at,
    )


def member_place(account_id: uuid.UUID, member_id: uuid.UUID) -> Place:
    """Return where a member's name and address are sealed."""
    return Place(account_id, "accounts_member", "sealed", str(member_id))
