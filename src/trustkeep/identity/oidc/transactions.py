"""Sign-ins under way: each bound to one browser, one provider and one purpose, and used once.

State, nonce and PKCE verifier have 256 random bits each. The state travels, so only its digest
rests here; the others rest sealed. A transaction is used up before anything else is looked at, so
that whatever comes of it cannot be tried again.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from trustkeep.identity.models import ProviderTransaction
from trustkeep.identity.oidc.refusals import ProviderRefused, Reason
from trustkeep.vault.fields import COMPANY, Place, seal_json, unseal_json

LIFETIME = timedelta(minutes=10)
FORGET_AFTER = timedelta(days=1)
_BINDING = "provider_binding"
_RANDOM_BYTES = 32
_ONWARD_LENGTH = 500


class Purpose(StrEnum):
    """What a sign-in at a provider is for."""

    SIGN_IN = "sign-in"
    LINK = "link"
    INVITATION = "invitation"
    STEP_UP = "step-up"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that waits for its sender's fresh proof: where it goes, and what was typed."""

    target: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a new sign-in is for; ``user_id`` is who is signed in already, where that matters.

    ``form`` is what goes on after a step-up; it rests sealed until the browser is back.
    """

    provider: str
    purpose: Purpose
    onward: str
    user_id: uuid.UUID | None = None
    invitation: str = ""
    form: Kept | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A sign-in under way, with its secrets."""

    id: uuid.UUID
    provider: str
    purpose: Purpose
    onward: str
    user_id: uuid.UUID | None
    invitation: str
    started_at: datetime
    state: str
    nonce: str
    verifier: str
    form: Kept | None = None

    @property
    def challenge(self) -> str:
        """The PKCE challenge (RFC 7636 section 4.2)."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def binding_of(session: SessionBase) -> str:
    """Return the secret that binds sign-ins to this browser's session, made at the first call."""
    known = session.get(_BINDING)
    if not known:
        known = session[_BINDING] = secrets.token_urlsafe(_RANDOM_BYTES)
    return str(known)


def bound(session: SessionBase) -> str:
    """Return the binding that the session has, empty without one; writes nothing."""
    return str(session.get(_BINDING, ""))


def begin(start: Start, *, binding: str, now: datetime) -> Transaction:
    """Open a transaction for the browser that holds `binding`."""
    row_id = uuid.uuid4()
    state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
    kept = {"nonce": nonce, "verifier": verifier, "invitation": start.invitation}
    form = {"form": asdict(start.form)} if start.form else {}
    ProviderTransaction.objects.create(
        id=row_id,
        provider=start.provider,
        purpose=start.purpose.value,
        state_digest=_digest(state),
        binding_digest=_digest(binding),
        sealed=seal_json(_place(row_id, "sealed"), kept | form),
        onward=start.onward[:_ONWARD_LENGTH],
        user_id=start.user_id,
        started_at=now,
    )
    return Transaction(
        id=row_id,
        provider=start.provider,
        purpose=start.purpose,
        onward=start.onward,
        user_id=start.user_id,
        invitation=start.invitation,
        started_at=now,
        state=state,
        nonce=nonce,
        verifier=verifier,
    )


def use(*, provider: str, state: str, binding: str, now: datetime) -> Transaction:
    """Use a transaction up; raises ProviderRefused, with the transaction where it is the browser's.

    Whoever brings a state of another browser uses it up as well: it has leaked.
    """
    if not state:
        raise ProviderRefused(Reason.STATE_MISSING)
    with transaction.atomic():
        rows = ProviderTransaction.objects.select_for_update().filter(state_digest=_digest(state))
        row = rows.first()
        if row is None:
            raise ProviderRefused(Reason.NOT_STARTED)
        was_used = row.used_at is not None
        found = _opened(row, state)
        if not was_used:
            row.used_at = now
            # What was typed is handed out once, and does not stay.
            row.sealed = seal_json(_place(row.id, "sealed"), _secrets(found))
            row.save(update_fields=["used_at", "sealed"])
    if not compare_digest(row.binding_digest, _digest(binding)):
        raise ProviderRefused(Reason.OTHER_BROWSER)
    if was_used:
        raise ProviderRefused(Reason.REPLAYED)
    if row.provider != provider:
        raise ProviderRefused(Reason.OTHER_PROVIDER, transaction=found)
    if now - row.started_at > LIFETIME:
        raise ProviderRefused(Reason.TOO_LATE, transaction=found)
    return found


def keep_result(*, transaction_id: uuid.UUID, result: Mapping[str, Any]) -> None:
    """Keep what a test sign-in found, for the person who started it."""
    token = seal_json(_place(transaction_id, "result"), dict(result))
    ProviderTransaction.objects.filter(pk=transaction_id).update(result=token)


def result_of(*, transaction_id: uuid.UUID, user_id: uuid.UUID) -> dict[str, Any] | None:
    """Return what a test sign-in of this user found; None where there is nothing (any more)."""
    row = ProviderTransaction.objects.filter(pk=transaction_id, user=user_id).first()
    if row is None or not row.result:
        return None
    found: dict[str, Any] = unseal_json(_place(row.id, "result"), row.result)
    return found


def forget_old(*, now: datetime) -> int:
    """Remove transactions that are over; returns how many."""
    return ProviderTransaction.objects.filter(started_at__lt=now - FORGET_AFTER).delete()[0]


def _opened(row: ProviderTransaction, state: str) -> Transaction:
    kept = unseal_json(_place(row.id, "sealed"), row.sealed)
    return Transaction(
        id=row.id,
        provider=row.provider,
        purpose=Purpose(row.purpose),
        onward=row.onward,
        user_id=row.user_id,
        invitation=kept["invitation"],
        started_at=row.started_at,
        state=state,
        nonce=kept["nonce"],
        verifier=kept["verifier"],
        form=_form(kept.get("form")),
    )


def _secrets(found: Transaction) -> dict[str, str]:
    return {"nonce": found.nonce, "verifier": found.verifier, "invitation": found.invitation}


def _form(kept: Mapping[str, Any] | None) -> Kept | None:
    if kept is None:
        return None
    return Kept(kept["target"], tuple((name, value) for name, value in kept["fields"]))


def _place(row_id: uuid.UUID, column: str) -> Place:
    return Place(COMPANY, "identity_providertransaction", column, str(row_id))


def _digest(value: str) -> str:
    # 256 random bits need no slow hash: nobody can try them out.
    return hashlib.sha256(value.encode("utf-8")).hexdigest()
