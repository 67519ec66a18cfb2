"""Programs with tokens, and the company whose page is public."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.promises.world import NOW
from tests.published import published
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import make_token

__all__ = ["published"]

type Program = Callable[..., Client]


@pytest.fixture
def program(published: None) -> Program:
    """Make a program with a token of these scopes."""

    def made(*scopes: Scope) -> Client:
        _, secret = make_token(name="CI", scopes=scopes, by="alice", now=NOW)
        return Client(headers={"authorization": f"Bearer {secret}"})

    return made


@pytest.fixture
def reading(program: Program) -> Client:
    return program(Scope.READ)


@pytest.fixture
def writing(program: Program) -> Client:
    return program(Scope.READ, Scope.WRITE_RECORDS)
