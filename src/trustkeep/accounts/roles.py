"""Who may do what on the staff's side: least privilege, by role."""

from __future__ import annotations

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
