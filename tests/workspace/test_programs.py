"""Members make tokens for their programs: shown once, bounded, revoked; managers see all."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.promises.world import NOW
from tests.workspace.conftest import SignedIn
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.roles import MemberRole
from trustkeep.identity.authentication import FRESH_FOR
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import TokenRefused, bearer
from trustkeep.kernel.clock import frozen

ADDRESS = "/app/programs/"
GIVEN = {"name": "Nightly sync", "scopes": ["files:read", "records:read"], "days": "30"}


def secrets_in(page: str) -> list[str]:
    return re.findall(r"tk_[A-Za-z0-9_-]{43}", page)


def test_token__is_shown_once_and_reaches_the_account(
    harbour: AccountShown, browser_of: SignedIn
) -> None:
    carol = browser_of(MemberRole.MEMBER)

    [secret] = secrets_in(carol.post(ADDRESS, GIVEN).content.decode())

    known = bearer(secret, now=NOW)
    assert known.account_id == harbour.id
    assert known.scopes == (Scope.FILES_READ, Scope.RECORDS_READ)
    assert secrets_in(carol.get(ADDRESS).content.decode()) == []
    [revoke] = re.findall(r'action="([^"]+/revoke/)"', carol.get(ADDRESS).content.decode())
    carol.post(revoke)
    with pytest.raises(TokenRefused):
        bearer(secret, now=NOW)


def test_token__is_seen_by_who_made_it_and_by_who_manages_the_account(
    harbour: AccountShown, browser_of: SignedIn
) -> None:
    browser_of(MemberRole.ADMINISTRATOR).post(ADDRESS, GIVEN)

    owner = browser_of(MemberRole.OWNER).get(ADDRESS).content.decode()
    member = browser_of(MemberRole.MEMBER).get(ADDRESS).content.decode()

    assert "Nightly sync" in owner
    assert "<td>Bob</td>" in owner
    assert "Nightly sync" not in member
    [revoke] = re.findall(r'action="([^"]+/revoke/)"', owner)
    assert browser_of(MemberRole.MEMBER).post(revoke).status_code == 409


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (MemberRole.OWNER, {"export", "contract:end"}),
        (MemberRole.ADMINISTRATOR, {"export"}),
        (MemberRole.MEMBER, set()),
    ],
)
def test_scopes__are_offered_by_role(
    browser_of: SignedIn, role: MemberRole, offered: set[str]
) -> None:
    page = browser_of(role).get(ADDRESS).content.decode()

    assert {one for one in ("export", "contract:end") if f'value="{one}"' in page} == offered


def test_token_that_ends_the_contract__lives_a_day(browser_of: SignedIn) -> None:
    owner = browser_of(MemberRole.OWNER)
    given = {**GIVEN, "scopes": ["contract:end"]}

    refused = owner.post(ADDRESS, given).content.decode()

    assert "at most 1 day" in refused
    assert secrets_in(refused) == []
    assert secrets_in(owner.post(ADDRESS, {**given, "days": "1"}).content.decode())


@pytest.mark.asvs("7.5.3")
def test_token__is_made_only_with_a_fresh_proof(browser_of: SignedIn) -> None:
    owner = browser_of(MemberRole.OWNER)

    with frozen(NOW + FRESH_FOR + timedelta(seconds=1)):
        answer = owner.post(ADDRESS, GIVEN)

    assert answer.status_code == 401
    assert secrets_in(answer.content.decode()) == []
