"""The providers of this installation: installed once at the start, asked by slug."""

from __future__ import annotations

from collections.abc import Iterable

from trustkeep.identity.oidc.discovery import Party
from trustkeep.identity.oidc.providers import origin_of
from trustkeep.kernel.errors import TrustkeepError

_parties: dict[str, Party] = {}


class NoSuchProvider(TrustkeepError):
    """No identity provider of this name is set up."""

    sentence = "No identity provider “{slug}” is set up here."


def install(parties: Iterable[Party]) -> None:
    """Know exactly these providers from now on; those without a client id are not offered."""
    _parties.clear()
    _parties.update({party.provider.slug: party for party in parties})


def party(slug: str) -> Party:
    """Return one provider; raises NoSuchProvider."""
    found = _parties.get(slug)
    if found is None or not found.provider.client_id:
        raise NoSuchProvider(slug=slug)
    return found


def parties() -> list[Party]:
    """Return the providers that can be used, in the order in which they are offered."""
    return [one for one in _parties.values() if one.provider.client_id]


def known() -> list[Party]:
    """Return every provider that there are settings for, those without a client id too."""
    return list(_parties.values())


def form_origins() -> list[str]:
    """Return the origins to which a button leads: browsers hold redirects against `form-action`.

    The authorization endpoint may stand elsewhere than the issuer; asked of nobody, so only what
    was fetched before is known.
    """
    found: list[str] = []
    for one in parties():
        found.append(one.provider.origin)
        if known := one.known_metadata():
            found.append(origin_of(known.authorization_endpoint))
    return list(dict.fromkeys(found))
