"""Who may do what, on the staff's side and on the customers': least privilege, by role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is trusted with; one person may have several."""

    ADMINISTRATOR = "administrator"
    SECURITY_LEAD = "security-lead"
    DPO = "dpo"
    ACCOUNT_MANAGER = "account-manager"
    PROGRAMME_MANAGER = "programme-manager"
    TRAINER = "trainer"
    AUDITOR = "auditor"


class MemberRole(StrEnum):
    """What somebody may do in a customer's account: everything, all but ending it, or working."""

    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"


class Permission(StrEnum):
    """One kind of act. Reading the console needs a role and no permission."""

    RUN_CHECKS = "run-checks"
    SWITCH_CHECKS = "switch-checks"
    EDIT_WORDING = "edit-wording"
    PUBLISH_WORDING = "publish-wording"
    PUBLISH_NOTE = "publish-note"
    MANAGE_PEOPLE = "manage-people"
    MANAGE_COMPANY = "manage-company"
    MANAGE_TOKENS = "manage-tokens"
    MANAGE_ACCOUNTS = "manage-accounts"
    END_CONTRACTS = "end-contracts"
    HOLD_DATA = "hold-data"
    DELETE_DATA = "delete-data"
    HANDLE_REQUESTS = "handle-requests"
    MANAGE_SYSTEMS = "manage-systems"
    READ_AUDIT = "read-audit"
    MANAGE_LETTERS = "manage-letters"
    MANAGE_BACKUPS = "manage-backups"


_WRITES = {Permission.EDIT_WORDING, Permission.PUBLISH_WORDING, Permission.PUBLISH_NOTE}

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_PEOPLE,
            Permission.MANAGE_COMPANY,
            Permission.MANAGE_TOKENS,
            Permission.MANAGE_ACCOUNTS,
            Permission.MANAGE_SYSTEMS,
            Permission.MANAGE_LETTERS,
            Permission.MANAGE_BACKUPS,
            Permission.READ_AUDIT,
        }
    ),
    Role.SECURITY_LEAD: frozenset(
        {
            Permission.MANAGE_BACKUPS,
            Permission.RUN_CHECKS,
            Permission.SWITCH_CHECKS,
            Permission.MANAGE_SYSTEMS,
            Permission.HOLD_DATA,
            Permission.DELETE_DATA,
            Permission.READ_AUDIT,
            *_WRITES,
        }
    ),
    Role.DPO: frozenset(
        {
            Permission.RUN_CHECKS,
            Permission.END_CONTRACTS,
            Permission.HOLD_DATA,
            Permission.DELETE_DATA,
            Permission.HANDLE_REQUESTS,
            Permission.MANAGE_LETTERS,
            Permission.READ_AUDIT,
            *_WRITES,
        }
    ),
    Role.ACCOUNT_MANAGER: frozenset(
        {
            Permission.MANAGE_ACCOUNTS,
            Permission.END_CONTRACTS,
            Permission.DELETE_DATA,
            Permission.HANDLE_REQUESTS,
            Permission.MANAGE_LETTERS,
        }
    ),
    Role.PROGRAMME_MANAGER: frozenset({Permission.RUN_CHECKS, Permission.EDIT_WORDING}),
    Role.TRAINER: frozenset(),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT}),
}
"""What each role may do; which records it may enter stands with the kind of record."""

POWERFUL = frozenset({Role.ADMINISTRATOR, Role.SECURITY_LEAD, Role.DPO})
"""Roles that publish, erase or export: their sessions are shorter."""


def may(roles: Iterable[str], permission: Permission) -> bool:
    """Return whether any of `roles` grants `permission`; unknown roles grant nothing."""
    return any(permission in GRANTS[Role(role)] for role in roles if role in set(Role))
