"""A demanded second factor is proved by the provider, or the sign-in breaks the promise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.promises.test_no_password_with_sso import linked
from tests.promises.world import NOW, checked, codes, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.mfa_through_provider import PROMISE
from trustkeep.identity.models import ProviderSignIn

pytestmark = pytest.mark.django_db


def sign_in(*, demanded: bool, proved: bool, days_ago: int = 1, admitted: bool = True) -> None:
    name = f"user{ProviderSignIn.objects.count()}"
    ProviderSignIn.objects.create(
        at=NOW - timedelta(days=days_ago),
        user_id=linked(name),
        factor_demanded=demanded,
        factor_proved=proved,
        admitted=admitted,
    )


def test_mfa_through_provider__is_not_measured_before_anybody_signs_in_that_way() -> None:
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_mfa_through_provider__is_kept_when_every_demand_was_proved() -> None:
    sign_in(demanded=True, proved=True)
    sign_in(demanded=False, proved=False)

    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_mfa_through_provider__falls_with_one_sign_in_without_proof() -> None:
    sign_in(demanded=True, proved=True)
    sign_in(demanded=True, proved=False)

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["no-proof"]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_mfa_through_provider__is_kept_while_the_own_factor_is_still_asked_for() -> None:
    sign_in(demanded=True, proved=False, admitted=False)

    assert checked(PROMISE).outcome is Outcome.HOLDS
