"""From a proved account at a provider to somebody signed in here, or to a refusal that is noted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from trustkeep.identity import attestations, linking
from trustkeep.identity.announcements import session_digest
from trustkeep.identity.authentication import FRESH_FOR, Authentication, Method, OpenSession
from trustkeep.identity.factors import is_demanded
from trustkeep.identity.handles import user_at
from trustkeep.identity.models import Identity, ProviderSignIn, User
from trustkeep.identity.oidc import installed
from trustkeep.identity.oidc.accounts import ProviderAccount
from trustkeep.identity.oidc.providers import Family
from trustkeep.identity.oidc.refusals import ProviderRefused, Reason
from trustkeep.identity.sign_in_rules import Rule, rule_of


class Evidence(StrEnum):
    """What proved a second factor."""

    TOKEN = "token"  # noqa: S105  (a code)
    ATTESTATION = "attestation"
    OWN = "own"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whose account it is, and how it was proved; ``evidence`` is what proved a second factor."""

    user: User
    authentication: Authentication
    evidence: Evidence

    def fresh_since(self, proved_at: datetime) -> Admitted:
        """Return the same with the later of both proofs: the session's own, or the provider's."""
        at = max(self.authentication.auth_time, proved_at)
        return replace(self, authentication=replace(self.authentication, auth_time=at))

    def as_strong_as(self, before: OpenSession | None) -> Authentication:
        """Return the proof for a session that goes on: a factor shown in it still counts."""
        if before is None or not before.authentication.proved_factor:
            return self.authentication
        at = self.authentication.auth_time
        return self.authentication.with_factor(before.authentication.amr, at=at)


def admit(account: ProviderAccount, *, now: datetime) -> Admitted:
    """Return whose account it is; raises ProviderRefused.

    The address that the provider tells finds nobody. Where an unknown account has the address of a
    user of ours, that is refused like any other stranger, and noted as what it may be: an attempt.
    """
    name = installed.party(account.provider).provider.name
    row = _link_of(account, name)
    if not row.user.may_enter(now):
        raise ProviderRefused(Reason.SHUT_OUT, provider=name)
    require_admitted(account, rule_of(row.user.account_id))
    evidence = factor_evidence(account, now)
    authentication = Authentication(
        method=Method.PROVIDER,
        provider=account.provider,
        amr=account.amr or account.acrs,
        acr=account.acr,
        auth_time=_auth_time(account, now),
        proved_factor=evidence is not Evidence.NONE,
        provider_session=session_digest(account.issuer, account.session),
    )
    Identity.objects.filter(pk=row.pk).update(used_at=now, subject=account.subject)
    return Admitted(row.user, authentication, evidence)


def note(admitted: Admitted, *, is_in: bool, now: datetime) -> None:
    """Keep one sign-in: what was demanded and proved, and whether the session opened with it."""
    ProviderSignIn.objects.create(
        at=now,
        user=admitted.user,
        provider=admitted.authentication.provider,
        factor_demanded=is_demanded(admitted.user),
        factor_proved=admitted.authentication.proved_factor,
        proof=admitted.evidence.value,
        admitted=is_in,
    )


def proved_here(user: User, *, since: datetime) -> None:
    """Say of the sign-in that waited for an own factor that it was shown."""
    row = ProviderSignIn.objects.filter(user=user, admitted=False, at__gte=since).last()
    if row is not None:
        row.admitted = row.factor_proved = True
        row.proof = Evidence.OWN.value
        row.save(update_fields=["admitted", "factor_proved", "proof"])


def _auth_time(account: ProviderAccount, now: datetime) -> datetime:
    # A provider that does not say when it asked the person last may have asked long ago: such a
    # sign-in opens a session, and is not fresh enough for a sensitive act.
    return min(account.auth_time or now - FRESH_FOR - timedelta(seconds=1), now)


def factor_evidence(account: ProviderAccount, now: datetime) -> Evidence:
    """Return what proves a second factor for this sign-in, if anything does."""
    if account.proves_factor:
        return Evidence.TOKEN
    if attestations.counts(provider=account.provider, tenant=account.tenant, now=now):
        return Evidence.ATTESTATION
    return Evidence.NONE


def require_admitted(account: ProviderAccount, rule: Rule) -> None:
    """Raise ProviderRefused unless the rule lets an account of this tenant or domain in."""
    if not rule.names_tenants:
        return
    provider = installed.party(account.provider).provider
    if provider.family is Family.MICROSOFT and account.tenant not in rule.tenants:
        raise ProviderRefused(Reason.TENANT_REFUSED, provider=provider.name)
    if provider.family is Family.GOOGLE and account.tenant not in rule.hosted_domains:
        raise ProviderRefused(Reason.DOMAIN_REFUSED, provider=provider.name)
    if provider.family is Family.GENERIC:
        raise ProviderRefused(Reason.TENANT_REFUSED, provider=provider.name)


def _link_of(account: ProviderAccount, name: str) -> Identity:
    row = linking.identity_of(account)
    if row is not None:
        return row
    if linking.subject_is_known(account):
        raise ProviderRefused(Reason.OBJECT_MISMATCH, provider=name)
    if namesake(account) is not None:
        raise ProviderRefused(Reason.COLLISION, provider=name)
    raise ProviderRefused(Reason.UNKNOWN, provider=name)


def namesake(account: ProviderAccount) -> User | None:
    """Return who has the address that an account tells; never to let anybody in."""
    if not account.email:
        return None
    return user_at(account.email)
