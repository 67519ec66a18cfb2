"""Giving people a way in, changing passwords, taking the way in back.

Every path that sets a password ends in `_set_password` and nowhere else; the doors are listed in
`trustkeep.identity.doors`, and a nightly probe tries weak passwords through each.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from trustkeep.accounts.customers import NoSuchMember
from trustkeep.accounts.models import Member, Person
from trustkeep.accounts.queries import NoCompany, NoSuchPerson, company
from trustkeep.identity import access, pepper, throttling
from trustkeep.identity.handles import RELATED, handle_of, user_at
from trustkeep.identity.letters import PASSWORD_CHANGED
from trustkeep.identity.models import User
from trustkeep.identity.notices import tell
from trustkeep.identity.passwords import policy
from trustkeep.identity.sign_in_rules import rule_of
from trustkeep.kernel.errors import TrustkeepError


class UserExists(TrustkeepError):
    """The person can sign in already."""

    sentence = "{email} can sign in already. Set a new password instead."


class NoSuchUser(TrustkeepError):
    """Nobody who can sign in is meant."""

    sentence = "Nobody signs in as {who}."


class WrongPassword(TrustkeepError):
    """The present password was not given."""

    sentence = "The present password is not right."


class SignsInElsewhere(TrustkeepError):
    """The user signs in with a provider and cannot have a password here."""

    sentence = "{email} signs in with an identity provider and cannot have a password here."


def admit(*, person_id: uuid.UUID, password: str, now: datetime) -> uuid.UUID:
    """Let somebody of the staff sign in with a first password; returns the user's id.

    Raises NoSuchPerson, UserExists, PasswordRefused.
    """
    with transaction.atomic():
        person = Person.objects.filter(pk=person_id).first()
        if person is None:
            raise NoSuchPerson(who=person_id)
        return _admitted(new_user(person=person), password, now)


def admit_member(*, member_id: uuid.UUID, password: str, now: datetime) -> uuid.UUID:
    """Let a member of a customer's account sign in with a first password; returns the user's id.

    Raises NoSuchMember, UserExists, PasswordRefused.
    """
    with transaction.atomic():
        member = Member.objects.select_related("account").filter(pk=member_id).first()
        if member is None:
            raise NoSuchMember(who=member_id)
        return _admitted(new_user(member=member), password, now)


def new_user(*, person: Person | None = None, member: Member | None = None) -> User:
    """Return a user that is not saved yet, of the staff or of a customer; raises UserExists."""
    user = User(person=person, member=member)
    if user_at(user.email) is not None:
        raise UserExists(email=user.email)
    user.handle = handle_of(user.email)
    return user


def set_first_password(user: User, password: str, *, now: datetime) -> None:
    """Save a new user with its first password; raises PasswordRefused."""
    _set_password(user, password, now)


def change_password(*, user_id: uuid.UUID, present: str, new: str, now: datetime) -> None:
    """Change one's own password; every other session ends.

    Raises WrongPassword, PasswordRefused, SignsInElsewhere.
    """
    with transaction.atomic():
        user = _user(user_id)
        if not pepper.matches(present, user.password):
            raise WrongPassword
        _set_password(user, new, now)
        access.note("password-changed", user=user, now=now)
        tell(user, PASSWORD_CHANGED, now=now)


def renew_password(*, user_id: uuid.UUID, new: str, now: datetime) -> None:
    """Set one's own password after another proof: a link by mail, or one that is out of date.

    All sessions end. Raises NoSuchUser, PasswordRefused, SignsInElsewhere.
    """
    with transaction.atomic():
        user = _user(user_id)
        _set_password(user, new, now)
        throttling.succeeded(account=user.email)
        access.note("password-changed", user=user, now=now, detail="renewed")
        tell(user, PASSWORD_CHANGED, now=now)


def reset_password(*, user_id: uuid.UUID, new: str, by: str, now: datetime) -> None:
    """Set a password for somebody else; all of that person's sessions end.

    Raises NoSuchUser, PasswordRefused, SignsInElsewhere.
    """
    with transaction.atomic():
        user = _user(user_id)
        _set_password(user, new, now)
        throttling.succeeded(account=user.email)
        access.note("password-reset", user=user, now=now, detail=by)
        tell(user, PASSWORD_CHANGED, now=now)


def shut_out(*, user_id: uuid.UUID, now: datetime) -> None:
    """Take the way in back at once, sessions included; raises NoSuchUser."""
    with transaction.atomic():
        user = _user(user_id)
        user.active = False
        user.epoch += 1
        user.save(update_fields=["active", "epoch"])
        access.note("shut-out", user=user, now=now)


def _admitted(user: User, password: str, now: datetime) -> uuid.UUID:
    _set_password(user, password, now)
    access.note("admitted", user=user, now=now)
    return user.id


def _user(user_id: uuid.UUID) -> User:
    users = User.objects.select_for_update(of=("self",)).select_related(*RELATED)
    user = users.filter(pk=user_id).first()
    if user is None:
        raise NoSuchUser(who=user_id)
    return user


def close_words(user: User) -> list[str]:
    """Return the words that a password of `user` may not be made of."""
    close = [user.email, user.name]
    try:
        return [*close, company().name]
    except NoCompany:
        return close


def _set_password(user: User, candidate: str, now: datetime) -> None:
    if user.single_sign_on or rule_of(user.account_id).provider_only:
        raise SignsInElsewhere(email=user.email)
    policy().require(candidate, context=close_words(user))
    user.password = pepper.hashed(candidate)
    user.password_changed_at = now
    user.epoch += 1
    user.save()
