"""The demo company: invented, and entered through the same actions as a real one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from trustkeep.accounts import actions as accounts
from trustkeep.accounts.customers import account_by_reference
from trustkeep.accounts.queries import CompanyProfile
from trustkeep.accounts.roles import Role
from trustkeep.identity.tokens import OF_ACCOUNTS, OF_COMPANY, NewToken, issue, make_token
from trustkeep.kernel import clock
from trustkeep.kernel.texts import LANGUAGES
from trustkeep.site import installation
from trustkeep.site.demo import customers, hosting, lives, people, programme, requests, sign_ins
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
    members = lives.enter(staff, now)
    requests.enter(desk)
    tokens = sign_ins.Tokens(token, _account_token(now))
    sign_ins.write(current, staff=admitted, members=members, tokens=tokens)


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
    wanted = NewToken(name="demo", scopes=tuple(OF_ACCOUNTS), account_id=account.id)
    return issue(new=wanted, by="demo", now=now)[1]


def _token(by: str, now: datetime) -> str:
    _, secret = make_token(name="demo", scopes=tuple(OF_COMPANY), by=by, now=now)
    return secret
