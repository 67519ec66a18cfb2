"""What a browser does between our door and a provider's, one step at a time."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.worlds.identity_provider import CLIENT_ID, CLIENT_SECRET, Played, World
from trustkeep.connectors.provider_web import ProviderClient
from trustkeep.identity import arrivals
from trustkeep.identity.arrivals import Arrival
from trustkeep.identity.models import User
from trustkeep.identity.oidc.answering import Returned
from trustkeep.identity.oidc.discovery import Party
from trustkeep.identity.oidc.providers import Family, Provider
from trustkeep.identity.oidc.transactions import Purpose, Start, Transaction
from trustkeep.identity.store import SessionStore
from trustkeep.kernel.clock import now

SLUGS = {"google": "google", "microsoft": "microsoft", "plain": "company"}
OURS = "https://localhost:8443"


def party(world: World, played: Played, **changes: Any) -> Party:
    """Return us, as this provider knows us."""
    slug = SLUGS[played.family]
    families = {"plain": Family.GENERIC}
    given: dict[str, Any] = {
        "slug": slug,
        "family": families.get(played.family) or Family(played.family),
        "name": slug.capitalize(),
        "issuer": played.url,
        "client_id": CLIENT_ID,
        "secret": lambda: CLIENT_SECRET,
        "redirect_uri": f"{OURS}/sso/{slug}/callback",
    }
    web = ProviderClient(world.authority, step_seconds=2.0, whole_seconds=3.0)
    return Party(Provider(**(given | changes)), web)


def parties(world: World) -> list[Party]:
    """Return us to all of them."""
    return [party(world, played) for played in world.all()]


@dataclass
class Visit:
    """One browser on its way; ``returned`` is what it brings back, and may be bent."""

    world: World
    played: Played
    browser: SessionStore = field(default_factory=SessionStore)
    reader: User | None = None
    purpose: Purpose = Purpose.SIGN_IN
    later: timedelta = timedelta(0)
    invitation: str = ""

    @property
    def slug(self) -> str:
        return SLUGS[self.played.family]

    def depart(self) -> str:
        """Return where we send the browser."""
        user_id = self.reader.pk if self.reader else None
        start = Start(
            provider=self.slug,
            purpose=self.purpose,
            onward="/me/",
            user_id=user_id,
            invitation=self.invitation,
        )
        url = arrivals.depart(self.browser, start, now=now())
        self.browser.save()
        return url

    def there(self, url: str) -> Returned:
        """Let the provider sign the person in; return what it sends back through the browser."""
        context = ssl.create_default_context(cafile=str(self.world.authority))
        answered = httpx.get(url, verify=context)
        assert answered.status_code == 302, answered.text
        return returned(answered.headers["Location"])

    def arrive(self, brought: Returned, at: datetime | None = None) -> Transaction:
        """Come back to us."""
        arrival = Arrival(session=self.browser, reader=self.reader, now=(at or now()) + self.later)
        return arrivals.arrive(self.slug, brought, arrival).sent

    def go(self, bend: Callable[[Returned], Returned] = lambda told: told) -> Transaction:
        """Go there and come back."""
        return self.arrive(bend(self.there(self.depart())))


def returned(location: str) -> Returned:
    """Return what stands in the address that a browser is sent back to."""
    told = dict(parse_qsl(urlsplit(location).query))
    return Returned(
        state=told.get("state", ""),
        code=told.get("code", ""),
        issuer=told.get("iss", ""),
        error=told.get("error", ""),
    )
