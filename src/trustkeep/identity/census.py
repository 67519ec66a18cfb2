"""Counting who signs in how, for the promises that speak of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import is_password_usable

from trustkeep.identity.models import ProviderSignIn, User


@dataclass(frozen=True, slots=True)
class Census:
    """Active users by their way in; ``both`` are ids of users that have two and may not."""

    with_provider: int
    with_password: int
    both: tuple[str, ...]


def census() -> Census:
    """Look at every user, the active and the shut out: a usable hash counts in any case."""
    rows = User.objects.values_list("id", "password", "single_sign_on", "identities__id").distinct()
    with_provider, with_password, both = set(), set(), set()
    for user_id, password, single_sign_on, identity in rows:
        usable = is_password_usable(password)
        provided = single_sign_on or identity is not None
        if provided:
            with_provider.add(user_id)
        if usable:
            with_password.add(user_id)
        if provided and usable:
            both.add(str(user_id))
    return Census(len(with_provider), len(with_password), tuple(sorted(both)))


LOOK_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class ProviderSessions:
    """Sign-ins through providers; ``without_proof`` are users let in without a demanded factor."""

    total: int
    without_proof: tuple[str, ...]


def provider_sessions(now: datetime) -> ProviderSessions:
    """Look at the sign-ins through providers of the last year."""
    rows = ProviderSignIn.objects.filter(at__gt=now - LOOK_BACK, at__lte=now)
    broken = rows.filter(factor_demanded=True, factor_proved=False, admitted=True)
    users = sorted({str(user) for user in broken.values_list("user", flat=True)})
    return ProviderSessions(rows.count(), tuple(users))
