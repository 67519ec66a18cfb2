"""Sensitive acts ask again who is there, once the proof is older than it may be."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tests.console.conftest import SignedIn
from tests.promises.world import NOW
from trustkeep.accounts.roles import Role
from trustkeep.identity.authentication import FRESH_FOR
from trustkeep.kernel.clock import frozen

ID = uuid.UUID(int=7)


@pytest.mark.asvs("7.5.1", "7.5.3")
@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.ADMINISTRATOR, "/console/systems/new/webhook/"),
        (Role.ADMINISTRATOR, f"/console/systems/{ID}/change/"),
        (Role.ADMINISTRATOR, f"/console/systems/{ID}/rotate/"),
        (Role.ADMINISTRATOR, f"/console/systems/{ID}/retire/"),
        (Role.ADMINISTRATOR, "/console/people/table/take-over/"),
        (Role.DPO, f"/console/requests/{ID}/refuse/"),
        (Role.DPO, f"/console/accounts/{ID}/end/"),
        (Role.DPO, f"/console/accounts/{ID}/hold/"),
        (Role.DPO, f"/console/accounts/{ID}/delete/"),
        (Role.DPO, f"/console/accounts/{ID}/approve/"),
        (Role.ADMINISTRATOR, "/console/tokens/"),
    ],
)
def test_act__asks_again_after_a_while(staff: SignedIn, role: Role, address: str) -> None:
    browser = staff(role)

    with frozen(NOW + FRESH_FOR + timedelta(seconds=1)):
        answer = browser.post(address, {"typed": "kept"})

    assert answer.status_code == 401
    assert "insufficient_user_authentication" in answer["WWW-Authenticate"]
    assert 'value="kept"' in answer.content.decode()
