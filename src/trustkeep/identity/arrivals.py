"""Sending a browser to a provider, and what happens when it comes back.

Whatever comes back, nobody is signed in unless everything fits; every refusal leaves a line in the
audit trail with its reason. The network is asked outside of any transaction of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from trustkeep.identity import (
    access,
    holding,
    origins,
    proposals,
    provider_sign_ins,
    sessions,
    throttling,
)
from trustkeep.identity.handles import RELATED
from trustkeep.identity.holding import Onward
from trustkeep.identity.invitations import InvitationRefused, accept_with_provider
from trustkeep.identity.linking import LinkedAlready, identity_of, link, takes_two
from trustkeep.identity.models import User
from trustkeep.identity.oidc import installed, transactions
from trustkeep.identity.oidc.accounts import ProviderAccount
from trustkeep.identity.oidc.answering import Proved, Returned, prove
from trustkeep.identity.oidc.asking import authorization_url
from trustkeep.identity.oidc.discovery import Party
from trustkeep.identity.oidc.refusals import (
    NobodyToAgree,
    ProposedAlready,
    ProviderRefused,
    Reason,
)
from trustkeep.identity.oidc.transactions import Purpose, Start, Transaction
from trustkeep.identity.provider_sign_ins import Admitted
from trustkeep.identity.sign_in_rules import rule_of
from trustkeep.kernel.errors import TrustkeepError

type _Done = tuple[User | None, Onward]

REFUSED = "sso.refused"
COLLISION = "sso.email-collision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A browser that came back: with which session, and as whom until now."""

    session: SessionBase
    reader: User | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """What came of it: ``user`` is who is in or held, ``step`` what comes next."""

    sent: Transaction
    user: User | None = None
    step: Onward = Onward.IN


def depart(session: SessionBase, start: Start, *, now: datetime) -> str:
    """Open a transaction for this browser and return the provider's address to send it to.

    Raises NoSuchProvider, ProviderRefused, TooManyAttempts.
    """
    party = installed.party(start.provider)
    throttling.count_start(source=origins.present().source, now=now)
    try:
        # Whoever cannot be reached leaves no transaction behind.
        party.metadata(now)
    except ProviderRefused as refused:
        _note(party.provider.slug, refused, None, now)
        raise
    binding = transactions.binding_of(session)
    begun = transactions.begin(start, binding=binding, now=now)
    return authorization_url(party, begun, now=now)


def arrive(provider: str, returned: Returned, arrival: Arrival) -> Came:
    """Do what the transaction was for; raises NoSuchProvider, ProviderRefused."""
    party = installed.party(provider)
    sent: Transaction | None = None
    proved: Proved | None = None
    try:
        sent = transactions.use(
            provider=provider,
            state=returned.state,
            binding=transactions.bound(arrival.session),
            now=arrival.now,
        )
        proved = prove(party, sent, returned, now=arrival.now)
        user, step = _ACTS[sent.purpose](_Landed(party, sent, proved, arrival))
    except ProviderRefused as refused:
        account = proved.account if proved else None
        _note(provider, refused, account, arrival.now)
        if sent is not None and sent.purpose is Purpose.TEST:
            _keep_failure(sent, refused)
            return Came(sent)
        known = sent or refused.transaction
        name = party.provider.name
        raise ProviderRefused(refused.reason, transaction=known, provider=name) from refused
    return Came(sent, user, step)


@dataclass(frozen=True, slots=True)
class _Landed:
    """A browser that came back with a proved account."""

    party: Party
    sent: Transaction
    proved: Proved
    arrival: Arrival

    @property
    def account(self) -> ProviderAccount:
        return self.proved.account

    @property
    def is_by_its_starter(self) -> bool:
        """Whether the session is still that of the user who started."""
        reader = self.arrival.reader
        return reader is not None and reader.pk == self.sent.user_id


def _sign_in(landed: _Landed) -> _Done:
    return _let_in(landed, provider_sign_ins.admit(landed.account, now=landed.arrival.now))


def _link(landed: _Landed) -> _Done:
    # Another session than the one that asked: somebody wants this browser to finish their link.
    reader = landed.arrival.reader
    if reader is None or not landed.is_by_its_starter:
        raise landed.party.refused(Reason.OTHER_USER)
    if takes_two(reader):
        return _propose(landed, reader)
    _bind(landed, reader)
    # All sessions ended with the link, this one too: what opens now was proved at the provider,
    # and as freshly as before.
    admitted = provider_sign_ins.admit(landed.account, now=landed.arrival.now)
    if reader.opened:
        admitted = admitted.fresh_since(reader.opened.authentication.auth_time)
    return _let_in(landed, admitted)


def _propose(landed: _Landed, reader: User) -> _Done:
    # Nothing changes yet, so the session goes on as it was.
    provider_sign_ins.require_admitted(landed.account, rule_of(reader.account_id))
    name = landed.party.provider.name
    try:
        proposals.ask_link(
            user_id=reader.pk, account=landed.account, called=name, now=landed.arrival.now
        )
    except (LinkedAlready, ProposedAlready, NobodyToAgree) as error:
        raise landed.party.refused(_NOT_PROPOSED[type(error)]) from error
    return reader, Onward.IN


def _redeem(landed: _Landed) -> _Done:
    # The first account that comes with the invitation pins it; with a refused one it stays good.
    with transaction.atomic():
        try:
            taken = accept_with_provider(secret=landed.sent.invitation, now=landed.arrival.now)
        except InvitationRefused as error:
            raise landed.party.refused(Reason.INVITATION) from error
        user = User.objects.select_related(*RELATED).get(pk=taken.user_id)
        _bind(landed, user, vouched_by=taken.inviter)
    return _sign_in(landed)


def _bind(landed: _Landed, user: User, *, vouched_by: str = "") -> None:
    provider_sign_ins.require_admitted(landed.account, rule_of(user.account_id))
    name = landed.party.provider.name
    now = landed.arrival.now
    try:
        link(user_id=user.pk, account=landed.account, called=name, now=now, vouched_by=vouched_by)
    except LinkedAlready as error:
        raise landed.party.refused(Reason.LINKED_ELSEWHERE) from error


def _step_up(landed: _Landed) -> _Done:
    linked = identity_of(landed.account)
    if linked is None or not landed.is_by_its_starter or linked.user_id != landed.sent.user_id:
        raise landed.party.refused(Reason.OTHER_USER)
    admitted = provider_sign_ins.admit(landed.account, now=landed.arrival.now)
    provider_sign_ins.note(admitted, is_in=True, now=landed.arrival.now)
    before = landed.arrival.reader.opened if landed.arrival.reader else None
    sessions.step_up(
        landed.arrival.session,
        user=admitted.user,
        authentication=admitted.as_strong_as(before),
        now=landed.arrival.now,
    )
    return admitted.user, Onward.IN


def _let_in(landed: _Landed, admitted: Admitted) -> _Done:
    step = holding.enter(
        landed.arrival.session,
        user=admitted.user,
        authentication=admitted.authentication,
        now=landed.arrival.now,
    )
    provider_sign_ins.note(admitted, is_in=step is Onward.IN, now=landed.arrival.now)
    return admitted.user, step


def _test(landed: _Landed) -> _Done:
    if not landed.is_by_its_starter:
        raise landed.party.refused(Reason.OTHER_USER)
    evidence = provider_sign_ins.factor_evidence(landed.account, landed.arrival.now)
    result = {
        "provider": landed.sent.provider,
        "reason": "",
        "claims": dict(landed.proved.claims),
        "factor": evidence.value,
        "linked": identity_of(landed.account) is not None,
        "email_verified": landed.account.email_verified,
    }
    transactions.keep_result(transaction_id=landed.sent.id, result=result)
    return None, Onward.IN


def _keep_failure(sent: Transaction, refused: ProviderRefused) -> None:
    result = {"provider": sent.provider, "reason": refused.reason.value}
    transactions.keep_result(transaction_id=sent.id, result=result)


def _note(
    provider: str,
    refused: ProviderRefused,
    account: ProviderAccount | None,
    now: datetime,
) -> None:
    is_collision = refused.reason is Reason.COLLISION and account is not None
    access.note(
        COLLISION if is_collision else REFUSED,
        now=now,
        user=provider_sign_ins.namesake(account) if is_collision and account else None,
        detail=f"{provider} {refused.reason}",
        proved=False,
    )


_NOT_PROPOSED: Mapping[type[TrustkeepError], Reason] = {
    LinkedAlready: Reason.LINKED_ELSEWHERE,
    ProposedAlready: Reason.PROPOSED_ALREADY,
    NobodyToAgree: Reason.NOBODY_TO_AGREE,
}
_ACTS: Mapping[Purpose, Callable[[_Landed], _Done]] = {
    Purpose.SIGN_IN: _sign_in,
    Purpose.LINK: _link,
    Purpose.INVITATION: _redeem,
    Purpose.STEP_UP: _step_up,
    Purpose.TEST: _test,
}
