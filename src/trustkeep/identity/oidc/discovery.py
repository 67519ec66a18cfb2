"""What a provider says of itself, and its keys: fetched from the pinned issuer, kept for a while.

Metadata whose issuer is not the configured one is refused (OpenID Connect Discovery 1.0 section
4.3). Entra's for several tenants tells a template instead; it has to stand at the configured place.
An unknown key, or one that does not fit any more, makes us look again. A look that finds nothing
new costs a pause of `UNKNOWN_KEY_PAUSE`, so that nobody makes us ask a provider without end.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trustkeep.identity.oidc.providers import TENANT, Family, Provider
from trustkeep.identity.oidc.refusals import ProviderRefused, Reason
from trustkeep.identity.ports import ProviderWeb, WebAnswer, WebFault
from trustkeep.kernel import strict_json
from trustkeep.kernel.strict_json import NotJson

METADATA_AGE = timedelta(days=1)
KEYS_AGE = timedelta(hours=1)
UNKNOWN_KEY_PAUSE = timedelta(minutes=5)
MOST_KEYS = 100
_OK = 200
_JSON = {"Accept": "application/json"}

type Jwk = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is used of a provider's configuration. ``issuer`` may hold Entra's template."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    client_methods: tuple[str, ...]
    prompts: tuple[str, ...]
    tells_issuer: bool
    takes_claims: bool


class Party:
    """We, as one provider knows us: its configuration, and the port through which we ask it.

    ``way`` is how we showed it last that it is us.
    """

    def __init__(self, provider: Provider, web: ProviderWeb) -> None:
        self.provider = provider
        self.web = web
        self._lock = threading.Lock()
        self._metadata: tuple[Metadata, datetime] | None = None
        self._keys: tuple[tuple[Jwk, ...], datetime] | None = None
        self._looked_again_at: datetime | None = None
        self.way = ""

    def metadata(self, now: datetime) -> Metadata:
        """Return the provider's configuration; raises ProviderRefused."""
        with self._lock:
            if self._metadata is None or now - self._metadata[1] >= METADATA_AGE:
                self._metadata = (self._fetched_metadata(), now)
            return self._metadata[0]

    def known_metadata(self) -> Metadata | None:
        """Return what was fetched before, without asking anybody."""
        return self._metadata[0] if self._metadata else None

    def keys(self, kid: str | None, now: datetime) -> list[Jwk]:
        """Return the keys that `kid` may mean, all where the token names none."""
        uri = self.metadata(now).jwks_uri
        with self._lock:
            if self._keys is None or now - self._keys[1] >= KEYS_AGE:
                self._keys = (self._fetched_keys(uri), now)
            found = _named(self._keys[0], kid)
            return found or self._looked_again(uri, kid, now)

    def changed_keys(self, kid: str | None, now: datetime) -> list[Jwk]:
        """Return the keys that `kid` means by now, if they are others than those known before."""
        uri = self.metadata(now).jwks_uri
        with self._lock:
            known = _named(self._keys[0], kid) if self._keys else []
            found = self._looked_again(uri, kid, now, known)
            return [] if found == known else found

    def look(self, now: datetime) -> Metadata:
        """Fetch everything anew; raises ProviderRefused, and keeps what was known then."""
        metadata = self._fetched_metadata()
        keys = self._fetched_keys(metadata.jwks_uri)
        with self._lock:
            self._metadata, self._keys = (metadata, now), (keys, now)
        return metadata

    def read(self, url: str) -> dict[str, Any]:
        """Return the JSON object at an address of the provider; raises ProviderRefused."""
        answer = self.asked(url, {})
        if answer.status != _OK:
            raise self.refused(Reason.STATUS)
        return self.parsed(answer)

    def parsed(self, answer: WebAnswer, reason: Reason = Reason.UNREADABLE) -> dict[str, Any]:
        """Return a JSON object that says one thing only; raises ProviderRefused."""
        if not _may_be_json(answer.media_type):
            raise self.refused(reason)
        try:
            told = strict_json.read(answer.body)
        except NotJson as error:
            raise self.refused(reason) from error
        if not isinstance(told, dict):
            raise self.refused(reason)
        return told

    def refused(self, reason: Reason) -> ProviderRefused:
        """Return the refusal, with the provider's name for the sentence."""
        return ProviderRefused(reason, provider=self.provider.name)

    def asked(self, url: str, headers: Mapping[str, str]) -> WebAnswer:
        """Return what an address of the provider answers; raises ProviderRefused."""
        try:
            return self.web.get(url, headers={**_JSON, **headers})
        except WebFault as error:
            raise self.refused(Reason(error.fault.value)) from error

    def posted(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> WebAnswer:
        """Return what an address of the provider answers to a form; raises ProviderRefused."""
        try:
            return self.web.post(url, form=form, headers={**_JSON, **headers})
        except WebFault as error:
            raise self.refused(Reason(error.fault.value)) from error

    def _looked_again(
        self, uri: str, kid: str | None, now: datetime, known: Sequence[Jwk] = ()
    ) -> list[Jwk]:
        if self._looked_again_at is not None and now - self._looked_again_at < UNKNOWN_KEY_PAUSE:
            return []
        self._keys = (self._fetched_keys(uri), now)
        found = _named(self._keys[0], kid)
        # A provider may change its keys as often as it likes; a look in vain costs a pause.
        self._looked_again_at = now if found == list(known) else None
        return found

    def _fetched_metadata(self) -> Metadata:
        told = self.read(self.provider.discovery_url)
        if not is_issuer_of(self.provider, told.get("issuer")):
            raise self.refused(Reason.METADATA_ISSUER)
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if any(not _is_address(told.get(name)) for name in needed):
            raise self.refused(Reason.INCOMPLETE)
        userinfo = told.get("userinfo_endpoint")
        return Metadata(
            issuer=told["issuer"],
            authorization_endpoint=told["authorization_endpoint"],
            token_endpoint=told["token_endpoint"],
            jwks_uri=told["jwks_uri"],
            userinfo_endpoint=userinfo if isinstance(userinfo, str) else "",
            client_methods=_texts(told.get("token_endpoint_auth_methods_supported")),
            prompts=_texts(told.get("prompt_values_supported")),
            tells_issuer=told.get("authorization_response_iss_parameter_supported") is True,
            takes_claims=told.get("claims_parameter_supported") is True,
        )

    def _fetched_keys(self, uri: str) -> tuple[Jwk, ...]:
        told = self.read(uri).get("keys")
        keys = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
        if not keys or len(keys) > MOST_KEYS:
            raise self.refused(Reason.NO_KEYS)
        return tuple(keys)


def is_issuer_of(provider: Provider, told: object) -> bool:
    """Tell whether metadata with this issuer may stand at the configured place."""
    if not isinstance(told, str):
        return False
    if told == provider.issuer or told.rstrip("/") == provider.issuer.rstrip("/"):
        return True
    before, tenant, _ = told.partition(TENANT)
    is_template = provider.family is Family.MICROSOFT and bool(tenant)
    return is_template and before.startswith(provider.origin + "/") and _holds(provider, before)


def _holds(provider: Provider, before: str) -> bool:
    return f"{provider.issuer.rstrip('/')}/".startswith(before)


def _may_be_json(media_type: str) -> bool:
    # Pages and files that somebody put at a provider's address are not its word.
    return not media_type or media_type.endswith(("/json", "+json"))


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith("https://")


def _texts(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else []
    return tuple(one for one in given if isinstance(one, str))


def _named(keys: tuple[Jwk, ...], kid: str | None) -> list[Jwk]:
    return [key for key in keys if kid is None or key.get("kid") == kid]
