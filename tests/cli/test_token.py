"""`trustkeep token`: made once, listed without its secret, ended at once."""

from __future__ import annotations

import uuid

import pytest

from tests.cli.conftest import Type
from trustkeep.identity.tokens import TokenRefused, bearer
from trustkeep.kernel.clock import now


def test_make__prints_a_secret_that_works(type_: Type) -> None:
    secret = type_("token", "make", "reporting").out.splitlines()[0]

    assert [scope.value for scope in bearer(secret, now=now()).scopes] == ["read"]


def test_list__never_holds_a_secret(type_: Type) -> None:
    made = type_("token", "make", "reporting", "--scope", "run:checks", "--json").json
    listed = type_("token", "list")

    assert made["secret"] not in listed.out
    assert made["id"] in listed.out
    assert type_("token", "list", "--json").json[0]["scopes"] == ["run:checks"]


def test_revoke__ends_a_token_at_once(type_: Type) -> None:
    made = type_("token", "make", "reporting", "--json").json
    assert type_("token", "revoke", made["id"]).code == 0

    with pytest.raises(TokenRefused):
        bearer(made["secret"], now=now())
    assert "revoked" in type_("token", "list").out


@pytest.mark.parametrize("days", ["0", "-1", "9999"])
def test_make__refuses_a_lifetime_without_sense(type_: Type, days: str) -> None:
    said = type_("token", "make", "x", "--days", days)

    assert said.code == 1
    assert "at most" in said.err


def test_revoke__of_no_token_says_so(type_: Type) -> None:
    said = type_("token", "revoke", str(uuid.uuid4()))

    assert said.code == 1
    assert "There is no token" in said.err
