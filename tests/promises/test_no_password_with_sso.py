"""Nobody who signs in with a provider has a password here; code and database both hold it."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from tests.promises.world import NOW, checked, codes, person, standing
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.no_password_with_sso import PROMISE
from trustkeep.identity import actions, linking
from trustkeep.identity.actions import SignsInElsewhere
from trustkeep.identity.models import Identity, User
from trustkeep.identity.oidc.accounts import ProviderAccount

pytestmark = pytest.mark.django_db

PASSWORD = "Kelp-Orbit-7-Umbra"


def user(name: str = "Alice") -> uuid.UUID:
    return actions.admit(person_id=person(name).id, password=PASSWORD, now=NOW)


def linked(name: str = "Alice") -> uuid.UUID:
    user_id = user(name)
    account = ProviderAccount(provider="google", issuer="https://accounts.google.com", subject=name)
    linking.link(
        user_id=user_id, account=account, called="Google", vouched_by="somebody-else", now=NOW
    )
    return user_id


def test_no_password_with_sso__is_not_measured_while_nobody_signs_in_that_way() -> None:
    user()

    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL


def test_no_password_with_sso__is_kept_since_linking_deletes_the_password() -> None:
    user_id = linked()

    assert not User.objects.get(pk=user_id).has_usable_password()
    assert checked(PROMISE).outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT


def test_no_password_with_sso__is_kept_by_every_door() -> None:
    user_id = linked()

    with pytest.raises(SignsInElsewhere):
        actions.reset_password(user_id=user_id, new=PASSWORD, by="root", now=NOW)


@pytest.mark.rule("O12")
def test_no_password_with_sso__is_kept_by_the_database_itself() -> None:
    user_id = linked()

    with pytest.raises(IntegrityError, match="user_no_password_with_sso"), transaction.atomic():
        User.objects.filter(pk=user_id).update(password="argon2$usable")


def test_no_password_with_sso__falls_with_a_single_user_who_has_both() -> None:
    linked("Bob")
    both = user("Alice")
    Identity.objects.create(user_id=both, issuer="https://idp.test", subject="1", linked_at=NOW)

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == ["both"]
    assert [one.subject for one in result.exceptions] == [str(both)]
    assert standing(PROMISE).state is State.NOT_KEPT
