"""An administrator's word that a tenant demands a second factor of everybody, with its end.

Some providers prove no factor in their tokens. Then the tenant's administrator shows the rule that
demands it, one of ours records that, dated, and the record ends by itself.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.identity import access
from trustkeep.identity.models import FactorAttestation
from trustkeep.kernel.errors import TrustkeepError

LIFETIME = timedelta(days=180)
"""How long an attestation counts unless it says less."""
LONGEST_LIFETIME = timedelta(days=365)


class AttestationInvalid(TrustkeepError):
    """An attestation names a tenant and a statement, and ends within a year."""

    sentence = "{field}: “{value}” cannot be used. Needed: {needed}."


class NoSuchAttestation(TrustkeepError):
    """No attestation that counts has this id."""

    sentence = "There is no such attestation, or it was withdrawn already."


@dataclass(frozen=True, slots=True)
class AttestationShown:
    """One attestation; it counts between ``made_at`` and ``expires_at`` unless withdrawn."""

    id: uuid.UUID
    provider: str
    tenant: str
    statement: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None


def attest(
    *,
    provider: str,
    tenant: str,
    statement: str,
    by: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> uuid.UUID:
    """Record that a tenant demands a second factor of everybody; raises AttestationInvalid."""
    tenant = tenant.strip().casefold()
    if not tenant or len(tenant) > 253:
        needed = "the tenant’s id, or its domain at Google"
        raise AttestationInvalid(field="tenant", value=tenant, needed=needed)
    if not statement.strip():
        needed = "what was shown, by whom and where"
        raise AttestationInvalid(field="statement", value="", needed=needed)
    if not timedelta(0) < lifetime <= LONGEST_LIFETIME:
        needed = f"1 to {LONGEST_LIFETIME.days} days"
        raise AttestationInvalid(field="days", value=lifetime.days, needed=needed)
    with transaction.atomic():
        row = FactorAttestation.objects.create(
            provider=provider,
            tenant=tenant,
            statement=statement.strip(),
            made_by=by,
            made_at=now,
            expires_at=now + lifetime,
        )
        access.note("factor-attested", now=now, detail=str(row.id))
    return row.id


def withdraw(*, attestation_id: uuid.UUID, now: datetime) -> None:
    """End an attestation at once; raises NoSuchAttestation."""
    with transaction.atomic():
        found = FactorAttestation.objects.filter(pk=attestation_id, withdrawn_at__isnull=True)
        if not found.update(withdrawn_at=now):
            raise NoSuchAttestation
        access.note("attestation-withdrawn", now=now, detail=str(attestation_id))


def counts(*, provider: str, tenant: str, now: datetime) -> bool:
    """Return whether somebody's word for this tenant counts at `now`."""
    rows = FactorAttestation.objects.filter(
        provider=provider, tenant=tenant.casefold(), withdrawn_at__isnull=True
    )
    return bool(tenant) and rows.filter(made_at__lte=now, expires_at__gt=now).exists()


def attestations() -> list[AttestationShown]:
    """Return all attestations, the newest first."""
    return [_shown(row) for row in FactorAttestation.objects.order_by("-made_at")]


def _shown(row: FactorAttestation) -> AttestationShown:
    return AttestationShown(
        id=row.id,
        provider=row.provider,
        tenant=row.tenant,
        statement=row.statement,
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
    )
