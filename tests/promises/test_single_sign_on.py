"""Both providers are set up, answer validly and know us, and our own checks refuse forgeries."""

from __future__ import annotations

import pytest

from tests.promises.world import checked, codes, standing
from tests.worlds.hostile import DISCOVERIES, instead
from tests.worlds.identity_provider import World, as_json
from tests.worlds.visits import party
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises.single_sign_on import PROMISE
from trustkeep.identity.oidc import installed, rehearsal
from trustkeep.identity.oidc.refusals import Reason
from trustkeep.identity.ports import WebAnswer

pytestmark = pytest.mark.django_db


def test_single_sign_on__is_not_measured_until_both_are_configured(world: World) -> None:
    installed.install([])
    assert checked(PROMISE).outcome is Outcome.CANNOT_TELL

    installed.install([party(world, world.google)])
    checked(PROMISE)
    assert standing(PROMISE).state is State.NOT_MEASURED


def test_single_sign_on__is_kept_with_both_valid(world: World) -> None:
    result = checked(PROMISE)

    assert result.outcome is Outcome.HOLDS
    assert standing(PROMISE).state is State.KEPT
    assert world.google.asked("/token")
    assert world.microsoft.asked("/token")


@pytest.mark.parametrize("name", DISCOVERIES)
def test_single_sign_on__falls_with_a_provider_that_describes_itself_with(
    name: str, world: World
) -> None:
    hostile = DISCOVERIES[name]
    hostile.bend(getattr(world, hostile.family))

    result = checked(PROMISE)
    assert result.outcome is Outcome.FAILS
    assert codes(result) == [hostile.reason.value]
    assert standing(PROMISE).state is State.NOT_KEPT


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (as_json({"error": "invalid_client"}, 401), "client-refused"),
        (as_json({"id_token": "x"}), "believes-anything"),
        ((503, {}, b""), "status"),
        ((400, {}, b"<html>"), "unreadable"),
    ],
)
def test_single_sign_on__falls_with_a_provider_that_does_not_know_us(
    answer: tuple[int, dict[str, str], bytes], code: str, world: World
) -> None:
    instead("/token", answer)(world.microsoft)

    assert codes(checked(PROMISE)) == [code]
    assert standing(PROMISE).state is State.NOT_KEPT


def test_single_sign_on__falls_without_keys_and_with_a_provider_that_is_gone(world: World) -> None:
    instead("/keys", as_json({"keys": []}))(world.google)
    gone = party(world, world.microsoft, issuer="https://localhost:9")
    installed.install([party(world, world.google), gone])

    assert codes(checked(PROMISE)) == ["no-keys", "unreachable"]


def test_single_sign_on__falls_with_a_certificate_that_nobody_vouches_for(world: World) -> None:
    from trustkeep.connectors.provider_web import ProviderClient
    from trustkeep.identity.oidc.discovery import Party

    provider = party(world, world.google).provider
    installed.install([Party(provider, ProviderClient()), party(world, world.microsoft)])

    assert codes(checked(PROMISE)) == ["certificate"]


def test_single_sign_on__falls_when_a_check_of_ours_is_switched_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "trustkeep.identity.oidc.id_token._check_audience", lambda party, claims: None
    )

    result = checked(PROMISE)
    assert codes(result) == ["let-through"] * 3
    assert standing(PROMISE).state is State.NOT_KEPT


def test_rehearsal__names_what_was_judged_wrongly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trustkeep.kernel.clock import now

    provider = party(world, world.microsoft).provider
    assert rehearsal.failures(provider, now=now()) == []

    monkeypatch.setattr("trustkeep.identity.oidc.id_token._check_times", lambda claims, now: None)
    assert Reason.EXPIRED in rehearsal.failures(provider, now=now())


def test_rehearsal__asks_no_network() -> None:
    web = rehearsal._Web([])

    assert isinstance(web.get("https://rehearsal.invalid/keys", headers={}), WebAnswer)
    assert web.post("https://rehearsal.invalid/token", form={}, headers={}).status == 400
