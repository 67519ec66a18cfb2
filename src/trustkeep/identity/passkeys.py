"""Passkeys (WebAuthn Level 3): as the second factor, or alone where the device verifies its user.

Nothing but the public key is known here, and it answers only for the origin it was made for. A
passkey alone is a way in only if its device asked for a finger, a face or a PIN, so that having and
being or knowing come together; and only for who does not sign in with a provider.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import webauthn
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from trustkeep.identity import challenges, factors, recovery_codes, relying_party
from trustkeep.identity.challenges import Purpose
from trustkeep.identity.handles import RELATED
from trustkeep.identity.models import Passkey, User
from trustkeep.identity.places import passkey_place
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.vault.fields import seal_json, unseal_json

MOST = 20
LONGEST_NAME = 60
LONGEST_ANSWER = 16 * 1024
_METHOD = "passkey"


class PasskeyRefused(TrustkeepError):
    """What the browser sent does not prove a passkey of this user."""

    sentence = "The passkey was not accepted. Try again, or use another way."


class TooManyPasskeys(TrustkeepError):
    """A user has a bounded number of passkeys."""

    sentence = "You have {most} passkeys, which is the most. Remove one you no longer use."


@dataclass(frozen=True, slots=True)
class PasskeyShown:
    """One passkey; ``synced`` ones travel between a person's devices."""

    id: uuid.UUID
    name: str
    synced: bool
    made_at: datetime
    used_at: datetime | None


def registration(user: User, browser: SessionBase, *, now: datetime) -> str:
    """Return the options for making a passkey, as JSON for the browser."""
    party = relying_party.installed()
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.id,
        user_id=user.pk.bytes,
        user_name=user.email,
        challenge=challenges.ask(browser, Purpose.REGISTER, now=now),
        exclude_credentials=_descriptors(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return webauthn.options_to_json(options)


def add(
    user: User, browser: SessionBase, *, answer: str, name: str, now: datetime
) -> tuple[str, ...]:
    """Keep the passkey that the browser made; all sessions end.

    Returns fresh recovery codes if there were none. Raises PasskeyRefused, TooManyPasskeys.
    """
    challenge = challenges.taken(browser, Purpose.REGISTER, now=now)
    if Passkey.objects.filter(user=user).count() >= MOST:
        raise TooManyPasskeys(most=MOST)
    if challenge is None or len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    party = relying_party.installed()
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    with transaction.atomic():
        digest = _digest(made.credential_id)
        if Passkey.objects.filter(digest=digest).exists():
            raise PasskeyRefused
        row = Passkey(user=user, digest=digest, uses=made.sign_count, made_at=now)
        row.synced = made.credential_device_type == CredentialDeviceType.MULTI_DEVICE
        row.verifies = made.user_verified
        document = {
            "id": bytes_to_base64url(made.credential_id),
            "key": bytes_to_base64url(made.credential_public_key),
            "name": " ".join(name.split())[:LONGEST_NAME],
        }
        row.sealed = seal_json(passkey_place(row), document)
        row.save(force_insert=True)
        factors.changed(user, "factor-added", now=now, detail=_METHOD)
        return recovery_codes.make_first(user, now=now)


def question(user: User | None, browser: SessionBase, *, now: datetime) -> str:
    """Return the options for proving a passkey, as JSON: of `user`, or anybody's to sign in."""
    purpose = Purpose.PROVE if user else Purpose.SIGN_IN
    wanted = UserVerificationRequirement.PREFERRED if user else UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(
        rp_id=relying_party.installed().id,
        challenge=challenges.ask(browser, purpose, now=now),
        allow_credentials=_descriptors(user) if user else None,
        user_verification=wanted,
    )
    return webauthn.options_to_json(options)


def prove(user: User, browser: SessionBase, *, answer: str, now: datetime) -> tuple[str, ...]:
    """Accept a passkey of `user` as the second factor; returns how it counts.

    Raises PasskeyRefused, TooManyAttempts.
    """
    factors.require_turn(user, now=now)
    challenge = challenges.taken(browser, Purpose.PROVE, now=now)
    row = _row_of(answer)
    if row is None or row.user_id != user.pk or challenge is None:
        factors.refused(user, method=_METHOD, now=now)
        raise PasskeyRefused
    amr = _verified(row, challenge, answer, alone=False, now=now)
    factors.proved(user)
    return amr


def sign_in(browser: SessionBase, *, answer: str, now: datetime) -> tuple[User, tuple[str, ...]]:
    """Return whose passkey it is, and how it counts: alone, since the device verified its user.

    Raises PasskeyRefused, whatever the reason.
    """
    challenge = challenges.taken(browser, Purpose.SIGN_IN, now=now)
    row = _row_of(answer)
    if row is None or challenge is None or row.user.single_sign_on or not row.user.may_enter(now):
        raise PasskeyRefused
    return row.user, _verified(row, challenge, answer, alone=True, now=now)


def remove(user: User, passkey_id: uuid.UUID, *, now: datetime) -> None:
    """Take a passkey away; all sessions end. Raises NoSuchFactor, LastFactor."""
    with transaction.atomic():
        row = Passkey.objects.filter(user=user, pk=passkey_id).first()
        if row is None:
            raise factors.NoSuchFactor
        factors.require_another(user)
        row.delete()
        factors.changed(user, "factor-removed", now=now, detail=_METHOD)


def passkeys_of(user: User) -> list[PasskeyShown]:
    """Return the passkeys of a user, the newest first."""
    rows = Passkey.objects.filter(user=user).order_by("-made_at")
    return [
        PasskeyShown(
            row.pk, str(_document(row, user)["name"]), row.synced, row.made_at, row.used_at
        )
        for row in rows
    ]


def _verified(
    row: Passkey, challenge: bytes, answer: str, *, alone: bool, now: datetime
) -> tuple[str, ...]:
    party = relying_party.installed()
    try:
        proof: VerifiedAuthentication = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(_document(row, row.user)["key"]),
            credential_current_sign_count=row.uses,
            require_user_verification=alone,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        factors.refused(row.user, method=_METHOD, now=now)
        raise PasskeyRefused from error
    Passkey.objects.filter(pk=row.pk).update(uses=proof.new_sign_count, used_at=now)
    possession = "swk" if row.synced else "hwk"
    return (possession, "user") if proof.user_verified else (possession,)


def _row_of(answer: str) -> Passkey | None:
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        raw_id = parse_authentication_credential_json(answer).raw_id
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    rows = Passkey.objects.select_related(*(f"user__{one}" for one in RELATED))
    return rows.filter(digest=_digest(raw_id)).first()


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    rows = Passkey.objects.filter(user=user).order_by("-made_at")
    ids = [base64url_to_bytes(_document(row, user)["id"]) for row in rows]
    return [PublicKeyCredentialDescriptor(id=one) for one in ids]


def _document(row: Passkey, user: User) -> dict[str, Any]:
    row.user = user
    document: dict[str, Any] = unseal_json(passkey_place(row), row.sealed)
    return document


def _digest(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()
