"""Where sealed values of this part rest, and under whose key."""

from __future__ import annotations

from uuid import UUID

from trustkeep.identity.models import (
    AccessEvent,
    Authenticator,
    LinkProposal,
    Passkey,
    Session,
    User,
)
from trustkeep.vault.fields import COMPANY
from trustkeep.vault.sealing import Place


def key_owner(user: User | None) -> UUID:
    """Return whose key seals what belongs to a user: the customer's account, or the company."""
    return (user.account_id if user else None) or COMPANY


def session_place(row: Session) -> Place:
    """Return the place of what a session was opened from."""
    return Place(key_owner(row.user), "identity_session", "sealed", str(row.pk))


def event_place(row: AccessEvent) -> Place:
    """Return the place of who did something and from where."""
    return Place(row.account or COMPANY, "identity_accessevent", "sealed", str(row.place))


def authenticator_place(row: Authenticator) -> Place:
    """Return the place of an authenticator's secret."""
    return Place(key_owner(row.user), "identity_authenticator", "sealed", str(row.pk))


def passkey_place(row: Passkey) -> Place:
    """Return the place of a passkey's id, public key and name."""
    return Place(key_owner(row.user), "identity_passkey", "sealed", str(row.pk))


def proposal_place(row: LinkProposal) -> Place:
    """Return the place of the address that a provider told of an account to be linked."""
    return Place(COMPANY, "identity_linkproposal", "sealed", str(row.pk))
