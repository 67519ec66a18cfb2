"""Whose key it is: an account's, or the installation's own for one purpose."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

# The company that runs the installation is an account too: its own data is sealed like anyone's.
COMPANY = UUID("c0a7a7e5-0000-4000-8000-000000000001")
ROOT_PROOF = "system/root-proof"


class SystemPurpose(StrEnum):
    """What the installation itself needs keys for."""

    DATABASE = "database"
    LOG_SIGNING = "log-signing"
    WEB_SIGNING = "web-signing"
    DOCUMENT_SIGNING = "document-signing"
    BACKUP = "backup"


def of_account(account: UUID) -> str:
    return f"account/{account}"


def of_system(purpose: SystemPurpose) -> str:
    return f"system/{purpose}"
