"""What a restored copy has to catch up with: facts for the ledger, by opaque ids only.

A fact is told whole whenever it differs from the newest one that the ledger has; what was known and
is there no more is told to be gone. No name, no address, no secret: ids, instants, counts, roles,
and what is sealed already.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from trustkeep.accounts.models import Account, Member, Person
from trustkeep.accounts.roles import MemberRole
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.ledger import Facts
from trustkeep.identity.models import (
    ApiToken,
    Authenticator,
    Identity,
    Passkey,
    RecoveryCode,
    User,
)
from trustkeep.kernel.clock import isoformat
from trustkeep.lifecycle.models import Hold, IssuedReceipt, Obligation

ACCOUNT, OBLIGATION, HOLD, RECEIPT = "account", "obligation", "hold", "receipt"
PERSON, MEMBER, USER, TOKEN = "person", "member", "user", "token"

_CHANGE_NOTHING = frozenset(
    {
        Kind.CHECK_RESULT,
        Kind.CHECK_DISABLED,
        Kind.CHECK_ENABLED,
        Kind.WORDING_PUBLISHED,
        Kind.NOTE_PUBLISHED,
        Kind.NOTE_WITHDRAWN,
        Kind.RECORD_ENTERED,
        Kind.RECORD_AMENDED,
        Kind.RECORD_WITHDRAWN,
        Kind.LETTER,
        Kind.SYSTEM_CHANGED,
        Kind.SYSTEM_INSTRUCTED,
        Kind.SYSTEM_ANSWERED,
        Kind.BACKUP_MADE,
        Kind.BACKUP_GONE,
        Kind.ACCESS_REFUSED,
        Kind.CUSTOMER_DATA_SEEN,
    }
)
"""Entries of these kinds come often and leave every fact as it was."""

_INSTANTS = (
    "trusted_at",
    "lock_by",
    "not_before",
    "done_by",
    "stage_at",
    "made_at",
    "locked_at",
    "proved_at",
    "begun_at",
    "key_destroyed_at",
    "erased_at",
    "closed_at",
)
_ENDS = ("left_at", "restricted_at", "erased_at")
_PLAIN = ("scope", "reference", "cause", "request", "generation", "stage", "epoch", "made_by")


def present(kinds: Collection[str]) -> Facts | None:
    """Return every fact, or None where entries of these kinds cannot have changed any."""
    if not set(kinds) - _CHANGE_NOTHING:
        return None
    return dict(_all())


def _all() -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for number, state, ends_at in Account.objects.values_list("pk", "state", "ends_at"):
        yield (ACCOUNT, str(number)), {"state": state, "ends_at": plain(ends_at)}
    for row in Obligation.objects.all():
        yield (OBLIGATION, str(row.id)), obligation(row)
    for hold in Hold.objects.all():
        yield (HOLD, str(hold.id)), _hold(hold)
    for receipt in IssuedReceipt.objects.all():
        yield (RECEIPT, str(receipt.id)), _receipt(receipt)
    for person in Person.objects.only("left_date", "roles"):
        left, roles = plain(person.left_date), sorted(person.roles)
        yield (PERSON, str(person.id)), {"left": left, "roles": roles}
    for member in _remarkable():
        yield (MEMBER, str(member["pk"])), _member(member)
    for number, revoked_at in ApiToken.objects.values_list("pk", "revoked_at"):
        yield (TOKEN, str(number)), {"revoked_at": plain(revoked_at)}
    yield from _users()


def obligation(row: Obligation) -> dict[str, Any]:
    """Return what the ledger is told of an obligation."""
    return {
        "account": str(row.account_id) if row.account_id else None,
        "commitment": base64.b64encode(bytes(row.commitment)).decode(),
        "policy": row.policy,
        "part": row.part,
        **{name: getattr(row, name) for name in _PLAIN},
        **{name: plain(getattr(row, name)) for name in _INSTANTS},
    }


def columns(told: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of an obligation of which the ledger was told."""
    return {
        "account_id": told["account"],
        "commitment": base64.b64decode(told["commitment"]),
        "policy": told["policy"],
        "part": told["part"],
        **{name: told[name] for name in _PLAIN},
        **{name: instant(told[name]) for name in _INSTANTS},
    }


def plain(value: datetime | date | None) -> str | None:
    """Return an instant or a day as it stands in the ledger."""
    if isinstance(value, datetime):
        return isoformat(value)
    return value.isoformat() if value else None


def instant(told: str | None) -> datetime | None:
    """Return an instant of the ledger that may be missing."""
    return datetime.fromisoformat(told) if told else None


def _hold(row: Hold) -> dict[str, Any]:
    return {
        "account": str(row.account_id),
        "store": row.store,
        "basis": row.basis,
        "sealed": base64.b64encode(bytes(row.sealed)).decode(),
        "owner": str(row.owner_id),
        "review": plain(row.review_date),
        "placed_at": plain(row.placed_at),
        "placed_by": row.placed_by,
        "released_at": plain(row.released_at),
        "released_by": row.released_by,
    }


def _receipt(row: IssuedReceipt) -> dict[str, Any]:
    return {
        "obligation": str(row.obligation_id),
        "why": row.why,
        "issued_at": plain(row.issued_at),
        "entry": row.entry_index,
        "sealed": base64.b64encode(bytes(row.sealed)).decode(),
    }


def _remarkable() -> Iterable[dict[str, Any]]:
    """Return the members of whom there is anything to tell: most only work here."""
    ended = [Q(**{f"{name}__isnull": False}) for name in _ENDS]
    told = reduce(or_, ended, ~Q(role=MemberRole.MEMBER))
    rows: Iterable[dict[str, Any]] = Member.objects.filter(told).values("pk", "role", *_ENDS)
    return rows


def _member(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": row["role"], **{name: plain(row[name]) for name in _ENDS}}


PLAIN_MEMBER: Mapping[str, Any] = {"role": MemberRole.MEMBER, **dict.fromkeys(_ENDS)}
"""What holds of a member of whom there is nothing to tell any more."""


def _users() -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    # Every change of a way in raises the epoch; of those who never changed any, nothing is told.
    ways = ways_of_users()
    changed = User.objects.filter(Q(epoch__gt=0) | Q(active=False))
    columns = ("pk", "epoch", "active", "password_changed_at", "single_sign_on")
    for number, epoch, active, password, sso in changed.values_list(*columns):
        told = {"epoch": epoch, "active": active, "password": plain(password), "sso": sso}
        yield (USER, str(number)), {**told, "ways": ways.get(str(number), [])}


def ways_of_users() -> dict[str, list[str]]:
    """Return what each user could sign in or prove something with: kinds and ids."""
    ways: dict[str, list[str]] = defaultdict(list)
    for model in (Passkey, Authenticator, Identity):
        for user, key in model._default_manager.values_list("user_id", "pk"):
            ways[str(user)].append(f"{model._meta.model_name}:{key}")
    codes = RecoveryCode.objects.filter(used_at__isnull=True)
    for user, key in codes.values_list("user_id", "pk"):
        ways[str(user)].append(f"recoverycode:{key}")
    return {user: sorted(found) for user, found in ways.items()}
