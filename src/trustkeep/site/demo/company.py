"""The demo company: invented, and entered through the same actions as a real one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from trustkeep.accounts import actions as accounts
from trustkeep.accounts.customers import account_by_reference
from trustkeep.accounts.queries import CompanyProfile, PersonShown
from trustkeep.accounts.roles import Role
from trustkeep.identity.queries import user_of, users_of_account
from trustkeep.identity.scopes import OF_ACCOUNTS, OF_COMPANY, Scope, longest
from trustkeep.identity.tokens import NewToken, issue, make_token
from trustkeep.kernel import clock
from trustkeep.kernel.texts import LANGUAGES
from trustkeep.site import installation
from trustkeep.site.demo import (
    customers,
    hosting,
    lives,
    people,
    programme,
    requests,
    sharing,
    sign_ins,
    systems,
)
from trustkeep.site.demo.desk import Desk


def enter() -> None:
    """Enter the company, its people, their ways in, and what they have recorded."""
    now = clock.now()
    current = installation.current()
    with transaction.atomic():
        accounts.found_company(profile=_profile(current.config.host), now=now)
        staff = people.enter(now)
        desk = Desk(staff, now)
        for part in (programme, hosting, customers):
            part.enter(desk)
        admitted = people.admit(staff, now)
        token = _token(str(staff[Role.ADMINISTRATOR].id), now)
    # Outside the transaction: the engine's steps have transactions of their own.
    since = now - timedelta(days=lives.FIRST_DAY + 1)
    administrator = str(staff[Role.ADMINISTRATOR].id)
    with systems.connected(current, by=administrator, now=since) as product:
        members = lives.enter(staff, product, now)
        requests.enter(desk)
    tokens = sign_ins.Tokens(token, _account_token(now), _token_of_dpo(staff, now))
    shared = sharing.enter(desk)
    sign_ins.write(current, staff=admitted, members=members, tokens=tokens, shared=shared)


def _profile(host: str) -> CompanyProfile:
    return CompanyProfile(
        name="Lindenau Software",
        legal_name="Lindenau Software GmbH",
        domain=host,
        languages=LANGUAGES,
        default_language="en",
        dpo_name=people.HOLDERS[Role.DPO],
        dpo_email=f"privacy@{people.MAIL_DOMAIN}",
        security_email=f"security@{people.MAIL_DOMAIN}",
        time_zone="Europe/Berlin",
    )


def _account_token(now: datetime) -> str:
    account = account_by_reference(lives.ACTIVE[0].reference)
    [owner] = users_of_account(account.id).values()
    # One that ends the contract would live a day only.
    scopes = tuple(OF_ACCOUNTS - {Scope.CONTRACT_END})
    wanted = NewToken(name="Nightly sync", scopes=scopes, account_id=account.id)
    return issue(new=wanted, by=str(owner.id), now=now)[1]


def _token_of_dpo(staff: Mapping[str, PersonShown], now: datetime) -> str:
    user = user_of(staff[Role.DPO].id)
    assert user
    scopes = (
        Scope.ACCOUNTS_READ,
        Scope.ACCOUNTS_END,
        Scope.ACCOUNTS_HOLD,
        Scope.REQUESTS_READ,
        Scope.REQUESTS_WRITE,
    )
    wanted = NewToken(name="Desk of the DPO", scopes=scopes, lifetime=longest(scopes))
    return issue(new=wanted, by=str(user.id), now=now)[1]


def _token(by: str, now: datetime) -> str:
    _, secret = make_token(name="demo", scopes=tuple(OF_COMPANY), by=by, now=now)
    return secret
