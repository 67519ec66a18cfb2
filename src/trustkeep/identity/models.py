"""Who can sign in, how, and what was tried."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import F, Q

from trustkeep.accounts import gate
from trustkeep.accounts.customers import MemberShown, member_shown
from trustkeep.accounts.models import Account, Member, Person
from trustkeep.identity.authentication import OpenSession
from trustkeep.kernel.ids import new_id


class User(AbstractBaseUser):
    """Somebody who can sign in: one of the staff, or a member of a customer's account.

    ``handle`` is a keyed digest of the address (`trustkeep.identity.handles`): a member's address
    itself rests sealed under the account's key. ``single_sign_on`` and a usable password exclude
    each other, and the database holds that. ``epoch`` is part of every session: raising it ends all
    of them at once.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, related_name="+")
    member = models.OneToOneField(Member, on_delete=models.PROTECT, null=True, related_name="+")
    handle = models.CharField(max_length=64, unique=True)
    single_sign_on = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    epoch = models.PositiveIntegerField(default=0)
    password_changed_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "handle"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, member__isnull=True)
                | Q(person__isnull=True, member__isnull=False),
                name="user_of_staff_or_customer",
            ),
            models.CheckConstraint(
                condition=Q(single_sign_on=False)
                | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX),
                name="user_no_password_with_sso",
            ),
        ]

    opened: OpenSession | None = None
    """The session in which this user asks; set for the reader of a request, and only there."""

    @property
    def roles(self) -> list[str]:
        """The roles of the person behind the sign-in; a customer's member has none of these."""
        return list(self.person.roles) if self.person else []

    @property
    def account_id(self) -> uuid.UUID | None:
        """The customer's account that this user belongs to; None for the staff."""
        return self.member.account_id if self.member else None

    @property
    def name(self) -> str:
        """What the user is called."""
        return self.person.name if self.person else self._who.name

    @property
    def email(self) -> str:
        """The address under which the user signs in."""
        return self.person.email if self.person else self._who.email

    def may_enter(self, now: datetime) -> bool:
        """Return whether this user gets in at `now`: still here, and the account still open."""
        if not self.active:
            return False
        if self.person:
            return self.person.left_date is None or now.date() <= self.person.left_date
        assert self.member is not None
        return self.member.left_at is None and gate.is_open(self.member.account, now)

    @cached_property
    def _who(self) -> MemberShown:
        assert self.member is not None
        return member_shown(self.member, own=True)


class Identity(models.Model):
    """An account at an identity provider: issuer and subject, never an address, say who it is.

    At Entra the subject depends on the app's registration, so ``tenant`` and ``object_id`` are kept
    as well and find the account first. For Google ``tenant`` is the hosted domain it was linked in.
    ``vouched_by`` names the second person behind a link of the staff: who invited, or who agreed.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    provider = models.CharField(max_length=32, blank=True)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    tenant = models.CharField(max_length=253, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    of_staff = models.BooleanField(default=False)
    vouched_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(of_staff=False) | ~Q(vouched_by=""), name="identity_of_staff_takes_two"
            ),
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            models.UniqueConstraint(
                fields=["tenant", "object_id"],
                condition=~Q(object_id=""),
                name="identity_object_once",
            ),
        ]


class Session(models.Model):
    """One browser, signed in or on its way to it: only the digest of its key rests here.

    ``sealed`` holds where it was opened from. What the columns of the sign-in say was proved when
    the session was opened or stepped up, and nothing else raises it.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    digest = models.CharField(max_length=64, unique=True)
    data = models.JSONField(default=dict)
    expires_at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    epoch = models.PositiveIntegerField(default=0)
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=16, blank=True)
    provider = models.CharField(max_length=64, blank=True)
    provider_session = models.CharField(max_length=64, blank=True, db_index=True)
    amr = models.JSONField(default=list)
    acr = models.CharField(max_length=255, blank=True)
    aal = models.PositiveSmallIntegerField(default=0)
    auth_time = models.DateTimeField(null=True)
    sealed = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, aal=0)
                | Q(
                    user__isnull=False,
                    aal__in=(1, 2),
                    signed_in_at__isnull=False,
                    seen_at__isnull=False,
                    auth_time__isnull=False,
                ),
                name="session_open_or_blank",
            )
        ]


class Invitation(models.Model):
    """A link that makes one person's way in, once; only the digest of its secret rests here."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, member__isnull=True)
                | Q(person__isnull=True, member__isnull=False),
                name="invitation_of_staff_or_customer",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="invitation_of_person"
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(ended_at__isnull=True), name="invitation_of_member"
            ),
        ]


class Authenticator(models.Model):
    """An authenticator app (RFC 6238): its secret rests sealed, each of its codes opens once.

    ``last_step`` is the newest time step that was used; ``confirmed_at`` is empty until the first
    code was typed, and until then it proves nothing.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at__isnull=False), name="authenticator_once"
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at__isnull=True),
                name="authenticator_waits_once",
            ),
        ]


class Passkey(models.Model):
    """A WebAuthn credential: found by the digest of its id; id, key and name rest sealed."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    uses = models.BigIntegerField(default=0)
    synced = models.BooleanField()
    verifies = models.BooleanField()
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code for the day on which all other factors are lost: a keyed digest, used once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Rescue(models.Model):
    """Taking all factors from somebody who has lost them: asked by one, agreed to by another.

    It is done only after a delay that begins with the second one's word, and may be stopped until
    then; the database holds that no one person can do both.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="rescue_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")),
                name="rescue_takes_two",
            ),
            models.CheckConstraint(
                condition=~Q(user=F("asked_by"))
                & (Q(agreed_by__isnull=True) | ~Q(user=F("agreed_by"))),
                name="rescue_is_for_others",
            ),
            models.CheckConstraint(
                condition=Q(done=False) | Q(agreed_by__isnull=False, ended_at__gte=F("due_at")),
                name="rescue_waits_its_time",
            ),
        ]


class LinkProposal(models.Model):
    """A link of somebody on the staff, to be made or taken away once somebody else agrees.

    ``sealed`` holds the address that the provider told, for whoever has to agree; ``identity`` is
    the link to be taken away, and what it led to stands in the other columns as well.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    removes = models.BooleanField(default=False)
    provider = models.CharField(max_length=32, blank=True)
    called = models.CharField(max_length=255)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    tenant = models.CharField(max_length=253, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField(default=b"")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, db_index=True)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="proposal_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(user=F("agreed_by")),
                name="proposal_is_agreed_to_by_another",
            ),
            models.CheckConstraint(
                condition=Q(done=False) | Q(agreed_by__isnull=False, ended_at__isnull=False),
                name="proposal_takes_two",
            ),
        ]


class PasswordReset(models.Model):
    """Somebody asked for a new password: first for an address, then, if that is known, a link.

    Asking writes the same row for every address; who it is comes out later, away from the request.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    sealed = models.BinaryField()
    asked_at = models.DateTimeField(db_index=True)
    handled_at = models.DateTimeField(null=True, db_index=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, null=True, unique=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Throttle(models.Model):
    """Failures in a row of one account or one source, named by a keyed digest."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)
    last_at = models.DateTimeField()


class AccessEvent(models.Model):
    """One act of the audit trail: what, when, how it ended; who and where from rest sealed.

    ``commitment`` is the salted digest of all of it; the entry at ``entry_index`` holds it, or the
    digest of a batch of them. Salt and content rest in ``sealed``: once they are wiped, nobody can
    tell who it was, and the commitment still stands where it stood.
    """

    at = models.DateTimeField(db_index=True)
    what = models.CharField(max_length=32)
    refused = models.BooleanField(default=False)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    account: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, db_index=True
    )
    detail = models.CharField(max_length=64, blank=True)
    place: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=new_id)
    sealed = models.BinaryField(default=b"")
    source_index = models.CharField(max_length=64, blank=True, db_index=True)
    commitment = models.BinaryField(default=b"")
    entry_index = models.BigIntegerField(null=True, db_index=True)


class AccessBatch(models.Model):
    """An entry that commits to many refusals at once, and what it takes to show that."""

    entry_index = models.BigIntegerField(primary_key=True)
    body = models.JSONField()
    salt = models.BinaryField()


class ApiToken(models.Model):
    """A bearer token of the API: only its digest rests here.

    A token of the company reads and enters what the staff does; one of an ``account`` reaches that
    account and nothing else, and ends with it. ``user`` is who made it, where that is known:
    whoever may not come in any more takes their tokens along.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100)
    hint = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class ProviderSignIn(models.Model):
    """One sign-in through an identity provider: was a second factor demanded, was it proved.

    ``proof`` names what proved it: the provider's token, a tenant's attestation, or an own factor.
    ``admitted`` is false where the own factor was asked for and has not been shown (yet).
    """

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=32, blank=True)
    factor_demanded = models.BooleanField()
    factor_proved = models.BooleanField()
    proof = models.CharField(max_length=16, blank=True)
    admitted = models.BooleanField(default=True)


class ProviderTransaction(models.Model):
    """One sign-in under way at a provider, bound to one browser; used once.

    ``state_digest`` finds it, ``binding_digest`` names the browser, ``sealed`` holds the nonce
    and the PKCE verifier. ``result`` is what a test sign-in found, sealed as well.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    provider = models.CharField(max_length=32)
    purpose = models.CharField(max_length=16)
    state_digest = models.CharField(max_length=64, unique=True)
    binding_digest = models.CharField(max_length=64)
    sealed = models.BinaryField()
    onward = models.CharField(max_length=500)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    started_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    result = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="sign-in") | Q(purpose="invitation") | Q(user__isnull=False),
                name="transaction_names_its_user",
            )
        ]


class SignInRule(models.Model):
    """What a customer account asks of the sign-ins of its members."""

    account_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True)
    provider_only = models.BooleanField(default=False)
    factor_demanded = models.BooleanField(default=False)
    tenants = models.JSONField(default=list)
    hosted_domains = models.JSONField(default=list)
    changed_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()


class FactorAttestation(models.Model):
    """An administrator's dated word that a tenant asks everybody for a second factor.

    It stands in for proof in the token where the provider gives none, and it ends by itself.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    provider = models.CharField(max_length=32)
    tenant = models.CharField(max_length=253)
    statement = models.CharField(max_length=500)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="attestation_ends_after_it_began"
            )
        ]
