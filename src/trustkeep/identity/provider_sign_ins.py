"""From a proved account at a provider to somebody signed in here, or to a refusal that is noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from trustkeep.identity import attestations, linking
from trustkeep.identity.authentication import FRESH_FOR, Authentication, Method
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
    """Who comes in, and how it was proved."""

    user: User
    authentication: Authentication


def admit(account: ProviderAccount, *, now: datetime) -> Admitted:
    """Return whose account it is and note the sign-in; raises ProviderRefused.

    The address that the provider tells finds nobody. Where an unknown account has the address of a
    user of ours, that is refused like any other stranger, and noted as what it may be: an attempt.
    """
    name = installed.party(account.provider).provider.name
    row = _link_of(account, name)
    user = row.user
    if not user.may_enter(now):
        raise ProviderRefused(Reason.SHUT_OUT, provider=name)
    rule = rule_of(user.account_id)
    require_admitted(account, rule)
    evidence = factor_evidence(account, now)
    authentication = Authentication(
        method=Method.PROVIDER,
        provider=account.provider,
        amr=account.amr or account.acrs,
        acr=account.acr,
        auth_time=_auth_time(account, now),
        proved_factor=evidence is not Evidence.NONE,
    )
    with transaction.atomic():
        _note(user, account, rule, evidence, now)
        Identity.objects.filter(pk=row.pk).update(used_at=now, subject=account.subject)
    return Admitted(user, authentication)


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


def _note(
    user: User, account: ProviderAccount, rule: Rule, evidence: Evidence, now: datetime
) -> None:
    demanded = rule.factor_demanded or user.account_id is None
    proved = evidence is not Evidence.NONE
    ProviderSignIn.objects.create(
        at=now,
        user=user,
        provider=account.provider,
        factor_demanded=demanded,
        factor_proved=proved,
        proof=evidence.value,
        admitted=proved or not demanded,
    )
