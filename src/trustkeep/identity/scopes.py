"""What a token may do, and who may give it that.

Three kinds: what the company's programs do, what a customer's programs do in their account, and
what a program does in somebody's name. A token of the last kind acts as who made it: it never does
more than that person may this instant, and where two people are needed it is that person, not
another one. Making it takes a fresh proof, which stands for the one that pages ask for before the
act; so the more an act undoes, the shorter such a token lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from trustkeep.accounts.roles import MemberRole, Permission, may
from trustkeep.identity.models import User


class Scope(StrEnum):
    """What a token may do."""

    READ = "read"
    WRITE_RECORDS = "write:records"
    RUN_CHECKS = "run:checks"
    SCIM = "scim"
    READ_GATE = "read:gate"
    READ_SYSTEMS = "read:systems"
    WRITE_BOUNCES = "write:bounces"
    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_MANAGE = "accounts:manage"
    ACCOUNTS_END = "accounts:end"
    ACCOUNTS_HOLD = "accounts:hold"
    ACCOUNTS_DELETE = "accounts:delete"
    REQUESTS_READ = "requests:read"
    REQUESTS_WRITE = "requests:write"
    LETTERS_READ = "letters:read"
    LETTERS_WRITE = "letters:write"
    SIGN_IN_RULES = "sign-in:rules"
    ATTESTATIONS = "sign-in:attestations"
    FILES_READ = "files:read"
    FILES_WRITE = "files:write"
    FILES_SHARE = "files:share"
    RECORDS_READ = "records:read"
    RECORDS_WRITE = "records:write"
    EXPORT = "export"
    REQUESTS_OWN = "requests:own"
    CONTRACT_END = "contract:end"


STAFF: Mapping[Scope, Permission | None] = {
    Scope.ACCOUNTS_READ: None,
    Scope.ACCOUNTS_MANAGE: Permission.MANAGE_ACCOUNTS,
    Scope.ACCOUNTS_END: Permission.END_CONTRACTS,
    Scope.ACCOUNTS_HOLD: Permission.HOLD_DATA,
    Scope.ACCOUNTS_DELETE: Permission.DELETE_DATA,
    Scope.REQUESTS_READ: Permission.HANDLE_REQUESTS,
    Scope.REQUESTS_WRITE: Permission.HANDLE_REQUESTS,
    Scope.LETTERS_READ: Permission.MANAGE_LETTERS,
    Scope.LETTERS_WRITE: Permission.MANAGE_LETTERS,
    Scope.SIGN_IN_RULES: Permission.MANAGE_ACCOUNTS,
    Scope.ATTESTATIONS: Permission.MANAGE_COMPANY,
}
"""What a program does in the name of one of the staff, and what that person needs for it."""
_EVERYBODY = frozenset(MemberRole)
_MANAGERS = frozenset({MemberRole.OWNER, MemberRole.ADMINISTRATOR})
MEMBERS: Mapping[Scope, frozenset[MemberRole]] = {
    Scope.FILES_READ: _EVERYBODY,
    Scope.FILES_WRITE: _EVERYBODY,
    Scope.FILES_SHARE: _EVERYBODY,
    Scope.RECORDS_READ: _EVERYBODY,
    Scope.RECORDS_WRITE: _EVERYBODY,
    Scope.EXPORT: _MANAGERS,
    Scope.REQUESTS_OWN: _EVERYBODY,
    Scope.CONTRACT_END: frozenset({MemberRole.OWNER}),
}
"""What a customer's program does, each in its own account, and which members may let it."""
OF_ACCOUNTS = frozenset(MEMBERS)
OF_COMPANY = frozenset(Scope) - OF_ACCOUNTS - frozenset(STAFF)
IN_PERSON = frozenset({*STAFF, Scope.REQUESTS_OWN, Scope.CONTRACT_END})
"""What takes a maker: these act as a person."""

LONGEST_LIFETIME = timedelta(days=365)
_LONGEST: Mapping[Scope, timedelta] = {
    Scope.ACCOUNTS_END: timedelta(days=30),
    Scope.ACCOUNTS_HOLD: timedelta(days=30),
    Scope.ACCOUNTS_DELETE: timedelta(days=30),
    Scope.CONTRACT_END: timedelta(days=1),
}


def longest(scopes: Iterable[Scope]) -> timedelta:
    """Return how long a token with `scopes` lives at most."""
    return min((_LONGEST.get(one, LONGEST_LIFETIME) for one in scopes), default=LONGEST_LIFETIME)


def grantable(user: User) -> tuple[Scope, ...]:
    """Return what `user` may let a program do in their own name, or in their account."""
    known = MEMBERS if user.member else STAFF
    return tuple(one for one in known if is_granted(user, one))


def is_granted(user: User | None, scope: Scope) -> bool:
    """Return whether who made a token may do this now; without a maker, what takes none."""
    if user is None:
        return scope not in IN_PERSON
    if scope in STAFF:
        needed = STAFF[scope]
        return bool(user.roles) and (needed is None or may(user.roles, needed))
    if scope in MEMBERS and user.member:
        return MemberRole(user.member.role) in MEMBERS[scope]
    return scope not in IN_PERSON
