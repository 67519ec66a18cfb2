"""Every door through which a customer could get at an account, and the probe that tries each.

The probe sets up a member of the account inside a transaction, with everything that somebody who
had access before the lock may have kept: password, open session, linked provider. It tries each
door as that member and rolls everything back. `tests/house/test_customer_doors.py` fails for a
module that lets somebody in, or asks the gate, and is not named here.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from trustkeep.accounts import gate, membership
from trustkeep.accounts.customers import member_place
from trustkeep.accounts.models import Account, Member
from trustkeep.accounts.roles import MemberRole
from trustkeep.holdings import entering, files, places, sharing
from trustkeep.holdings.models import File, ShareLink
from trustkeep.identity import (
    holding,
    invitations,
    provider_sign_ins,
    resets,
    sessions,
    signing_in,
    tokens,
)
from trustkeep.identity.actions import admit_member
from trustkeep.identity.authentication import by_password
from trustkeep.identity.models import Identity, PasswordReset, User
from trustkeep.identity.oidc.accounts import ProviderAccount
from trustkeep.identity.oidc.installed import NoSuchProvider, parties
from trustkeep.identity.oidc.refusals import ProviderRefused
from trustkeep.identity.scopes import Scope
from trustkeep.identity.store import SessionStore
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.vault.fields import seal_json

_PASSWORD = "Kelp-Orbit-7-Umbra-Vale"  # noqa: S105  (of a member that exists inside one transaction)
_BEFORE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A member of the account, with what such a member may have kept."""

    account: Account
    user: User
    email: str
    browser: SessionBase
    link: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """One way in. ``opens`` returns whether it opened, or raises one of ``refusals``.

    ``modules`` are those whose ways in this door stands for. Any other error is no refusal.
    """

    name: str
    opens: Callable[[Visitor], bool]
    refusals: tuple[type[TrustkeepError], ...]
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one door did; ``refusal`` names how it refused."""

    door: str
    refused: bool
    refusal: str = ""


def _by_password(visitor: Visitor) -> bool:
    signing_in.sign_in(SessionStore(), email=visitor.email, password=_PASSWORD, now=visitor.now)
    return True


def _by_session(visitor: Visitor) -> bool:
    return sessions.user_of(visitor.browser, now=visitor.now) is not None


def _by_provider(visitor: Visitor) -> bool:
    slug = next((one.provider.slug for one in parties()), "probe")
    account = ProviderAccount(provider=slug, issuer=_ISSUER, subject=str(visitor.user.pk))
    provider_sign_ins.admit(account, now=visitor.now)
    return True


def _by_passkey(visitor: Visitor) -> bool:
    # The device's answer is looked at only after this question has let its owner pass.
    return visitor.user.may_enter(visitor.now)


def _by_waiting(visitor: Visitor) -> bool:
    browser = SessionStore()
    demanded = by_password(visitor.now - _BEFORE)
    holding.hold(browser, visitor.user, demanded, now=visitor.now - _BEFORE)
    return holding.held(browser, now=visitor.now) is not None


def _by_token(visitor: Visitor) -> bool:
    new = tokens.NewToken(name="Probe", scopes=(Scope.FILES_READ,), account_id=visitor.account.id)
    _, secret = tokens.issue(new=new, by=str(visitor.user.pk), now=visitor.now - _BEFORE)
    tokens.bearer(secret, now=visitor.now)
    return True


def _by_new_password(visitor: Visitor) -> bool:
    before = visitor.now - _BEFORE
    row = PasswordReset(asked_at=before, handled_at=before, sealed=b"")
    secret = resets.issued(row, visitor.user, now=before)
    row.save(force_insert=True)
    resets.user_of(secret, now=visitor.now)
    return True


def _by_joining(visitor: Visitor) -> bool:
    new = membership.NewMember("Probe", f"{uuid.uuid4()}@probe.invalid")
    membership.add_member(account_id=visitor.account.id, new=new, by="probe", now=visitor.now)
    return True


def _by_invitation(visitor: Visitor) -> bool:
    assert visitor.user.member_id
    inviter = invitations.Inviter("probe", "Probe")
    invitations.invite_member(
        member_id=visitor.user.member_id, by=inviter, link=str, now=visitor.now
    )
    return True


def _by_product(visitor: Visitor) -> bool:
    gate.require_open(visitor.account.id, now=visitor.now)
    return True


def _by_link(visitor: Visitor) -> bool:
    sharing.opened(visitor.link, now=visitor.now)
    return True


def _by_writing(visitor: Visitor) -> bool:
    account = visitor.account
    passage = gate.Passage(account.id, True, visitor.now, account.generation)
    with entering.writing(passage, now=visitor.now):
        return True


_ISSUER = "https://probe.invalid"
_CLOSED = (gate.AccountClosed,)
DOORS = (
    Door(
        "password",
        _by_password,
        (signing_in.SignInRefused,),
        ("identity.signing_in", "identity.models"),
    ),
    Door(
        "session",
        _by_session,
        (),
        ("identity.sessions", "workspace.permits", "ui.contents"),
    ),
    Door(
        "provider",
        _by_provider,
        (ProviderRefused, NoSuchProvider),
        ("identity.provider_sign_ins", "identity.proposals"),
    ),
    Door("passkey", _by_passkey, (), ("identity.passkeys",)),
    Door("waiting-for-a-factor", _by_waiting, (), ("identity.holding",)),
    Door("token", _by_token, (tokens.TokenRefused,), ("identity.tokens", "api.accounts")),
    Door("new-password", _by_new_password, (resets.ResetRefused,), ("identity.resets",)),
    Door("joining", _by_joining, _CLOSED, ("accounts.membership",)),
    Door(
        "invitation",
        _by_invitation,
        _CLOSED,
        ("identity.invitations",),
    ),
    Door(
        "gate",
        _by_product,
        _CLOSED,
        (
            "holdings.files",
            "holdings.returning",
            "holdings.uploads",
            "holdings.looks",
            "ui.contents",
            "api.accounts",
            "workspace.permits",
        ),
    ),
    Door("link", _by_link, (sharing.LinkRefused,), ("holdings.sharing",)),
    Door("writing", _by_writing, _CLOSED, ("holdings.entering",)),
)


def probe(account_id: uuid.UUID, *, now: datetime) -> list[Tried]:
    """Try every door as a member of the account; leaves nothing behind."""
    with transaction.atomic():
        visitor = _visitor(account_id, now)
        tried = [_tried(door, visitor) for door in DOORS]
        transaction.set_rollback(True)
    return tried


def _tried(door: Door, visitor: Visitor) -> Tried:
    try:
        with transaction.atomic():
            opened = door.opens(visitor)
    except door.refusals as refusal:
        return Tried(door.name, True, type(refusal).__name__)
    return Tried(door.name, not opened, "" if opened else "nobody")


def _visitor(account_id: uuid.UUID, now: datetime) -> Visitor:
    account = Account.objects.get(pk=account_id)
    row = Member(id=new_id(), account=account, role=MemberRole.OWNER, joined_at=account.opened_at)
    email = f"{secrets.token_hex(12)}@probe.invalid"
    row.sealed = seal_json(member_place(account_id, row.id), {"name": "Probe", "email": email})
    row.save(force_insert=True)
    before = now - _BEFORE
    user_id = admit_member(member_id=row.id, password=_PASSWORD, now=before)
    user = User.objects.select_related("member__account").get(pk=user_id)
    Identity.objects.create(user=user, issuer=_ISSUER, subject=str(user.pk), linked_at=before)
    browser = SessionStore()
    sessions.open_session(browser, user=user, authentication=by_password(before), now=before)
    return Visitor(account, user, email, browser, _link(account, before), now)


def _link(account: Account, at: datetime) -> str:
    """Put a shared link down as it was before the lock, to a file without content.

    The file has a name, so that a link that opens is found open, and not broken.
    """
    secret, file_id = secrets.token_urlsafe(32), new_id()
    common = {"account": account, "generation": account.generation, "made_at": at}
    file = File.objects.create(
        **common,
        id=file_id,
        name_index=new_id().hex,
        sealed=places.seal(account.id, files.TABLE, file_id, {"name": "Probe"}),
        current=new_id(),
        size_bytes=0,
        changed_at=at,
    )
    ShareLink.objects.create(
        **common, file=file, digest=sharing.digest_of(secret), expires_at=at + timedelta(days=1)
    )
    return secret
