"""Where sealed values of this part rest, and under whose key."""

from __future__ import annotations

from trustkeep.identity.models import Session
from trustkeep.vault.fields import COMPANY
from trustkeep.vault.sealing import Place


def session_place(row: Session) -> Place:
    """Return the place of what a session was opened from."""
    return Place(COMPANY, "identity_session", "sealed", str(row.pk))
