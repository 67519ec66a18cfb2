"""Which identity providers people are offered, as plain values for pages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from trustkeep.identity import linking
from trustkeep.identity.oidc import installed


@dataclass(frozen=True, slots=True)
class Offer:
    """One provider to sign in with."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """One linked account of the reader, with what its provider is called."""

    id: int
    name: str
    tenant: str
    linked_at: datetime
    used_at: datetime | None


def offered() -> list[Offer]:
    """Return the providers of this installation."""
    return [Offer(one.provider.slug, one.provider.name) for one in installed.parties()]


def links_of(user_id: uuid.UUID) -> list[Link]:
    """Return the linked accounts of somebody."""
    names = {offer.slug: offer.name for offer in offered()}
    return [
        Link(row.id, names.get(row.provider, row.issuer), row.tenant, row.linked_at, row.used_at)
        for row in linking.links_of(user_id)
    ]


def providers_of(user_id: uuid.UUID) -> list[Offer]:
    """Return the providers with which somebody has a linked account."""
    linked = {row.provider for row in linking.links_of(user_id)}
    return [offer for offer in offered() if offer.slug in linked]
