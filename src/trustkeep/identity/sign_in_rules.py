"""What a customer's account asks of the sign-ins of its members: which provider, which proof."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trustkeep.identity import access
from trustkeep.identity.models import SignInRule
from trustkeep.kernel.errors import TrustkeepError

_TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{1,63}")


class RuleInvalid(TrustkeepError):
    """A tenant or a domain is not one."""

    sentence = "{field}: “{value}” cannot be used. Needed: {needed}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One account's rule. Where tenants or domains are listed, nothing else gets in.

    ``provider_only`` closes the password door, ``factor_demanded`` asks for a second factor: the
    provider's proof, or one of one's own.
    """

    provider_only: bool = False
    factor_demanded: bool = False
    tenants: tuple[str, ...] = ()
    hosted_domains: tuple[str, ...] = ()

    @property
    def names_tenants(self) -> bool:
        """Whether only listed tenants and domains get in."""
        return bool(self.tenants or self.hosted_domains)


OPEN = Rule()
"""What counts where an account has said nothing."""


def rule_of(account_id: uuid.UUID | None) -> Rule:
    """Return the rule of an account; the staff, and an account without one, have the open rule."""
    row = SignInRule.objects.filter(pk=account_id).first() if account_id else None
    return _shown(row) if row else OPEN


def rules_of_all() -> dict[uuid.UUID, Rule]:
    """Return the rules of all accounts that have one."""
    return {row.account_id: _shown(row) for row in SignInRule.objects.all()}


def set_rule(*, account_id: uuid.UUID, rule: Rule, by: str, now: datetime) -> Rule:
    """Replace an account's rule; raises RuleInvalid. Returns it as it is kept."""
    kept = Rule(
        provider_only=rule.provider_only,
        factor_demanded=rule.factor_demanded,
        tenants=_all(rule.tenants, _TENANT, "tenants", "the id of a Microsoft Entra tenant"),
        hosted_domains=_all(
            rule.hosted_domains, _DOMAIN, "hosted_domains", "a domain such as example.com"
        ),
    )
    with transaction.atomic():
        SignInRule.objects.update_or_create(
            account_id=account_id,
            defaults={
                "provider_only": kept.provider_only,
                "factor_demanded": kept.factor_demanded,
                "tenants": list(kept.tenants),
                "hosted_domains": list(kept.hosted_domains),
                "changed_by": by,
                "changed_at": now,
            },
        )
        access.note("sign-in-rule-changed", now=now, detail=str(account_id))
    return kept


def _shown(row: SignInRule) -> Rule:
    return Rule(
        provider_only=row.provider_only,
        factor_demanded=row.factor_demanded,
        tenants=tuple(row.tenants),
        hosted_domains=tuple(row.hosted_domains),
    )


def _all(given: tuple[str, ...], fits: re.Pattern[str], field: str, needed: str) -> tuple[str, ...]:
    cleaned = [one.strip().casefold() for one in given if one.strip()]
    for one in cleaned:
        if not fits.fullmatch(one):
            raise RuleInvalid(field=field, value=one, needed=needed)
    return tuple(dict.fromkeys(cleaned))
