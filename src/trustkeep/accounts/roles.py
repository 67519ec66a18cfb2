"""Who may do what on the staff's side: least privilege, by role."""

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


_WRITES = {Permission.EDIT_WORDING, Permission.PUBLISH_WORDING, Permission.PUBLISH_NOTE}

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {Permission.MANAGE_PEOPLE, Permission.MANAGE_COMPANY, Permission.MANAGE_TOKENS}
    ),
    Role.SECURITY_LEAD: frozenset({Permission.RUN_CHECKS, Permission.SWITCH_CHECKS, *_WRITES}),
    Role.DPO: frozenset({Permission.RUN_CHECKS, *_WRITES}),
    Role.ACCOUNT_MANAGER: frozenset(),
    Role.PROGRAMME_MANAGER: frozenset({Permission.RUN_CHECKS, Permission.EDIT_WORDING}),
    Role.TRAINER: frozenset(),
    Role.AUDITOR: frozenset(),
}
"""What each role may do; which records it may enter stands with the kind of record."""

POWERFUL = frozenset({Role.ADMINISTRATOR, Role.SECURITY_LEAD, Role.DPO})
"""Roles that publish, erase or export: their sessions are shorter."""


def may(roles: Iterable[str], permission: Permission) -> bool:
    """Return whether any of `roles` grants `permission`; unknown roles grant nothing."""
    return any(permission in GRANTS[Role(role)] for role in roles if role in set(Role))
