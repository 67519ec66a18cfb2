"""What the parts are given by the site, and the manual that explains its settings."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from django.db import connection

from trustkeep.controls import ports, publication
from trustkeep.evidence import signing
from trustkeep.site import generation
from trustkeep.site.installation import Config, config_from
from trustkeep.site.wiring import published
from trustkeep.vault import keys as vault

MANUAL = Path(__file__).parents[2] / "docs" / "operations.md"


def config(**told: object) -> Config:
    given = {"mode": "production", "base_url": "https://a.example", "log_origin": "a.example/log"}
    return config_from(given | told, place="test")


def test_wiring__joins_every_port_that_checks_look_through() -> None:
    assert ports.joined.prober
    assert ports.joined.storage
    assert ports.joined.identity_providers


def test_wiring__signs_the_log_with_the_installation_s_own_key() -> None:
    assert signing.installed().origin == "localhost/log"
    assert len(signing.installed().public_key) == 32


def test_wiring__opens_the_vault_when_it_is_needed() -> None:
    assert vault.installed().account_key(vault.COMPANY)


@pytest.mark.django_db(transaction=True)
def test_wiring__makes_prepared_pages_old_with_a_commit_and_not_before() -> None:
    from django.db import transaction

    mark = generation.of_installation().mark()
    with transaction.atomic():
        publication.changed()
        assert generation.of_installation().mark() == mark

    assert generation.of_installation().mark() != mark
    assert connection.vendor == "sqlite"


@pytest.mark.parametrize(
    ("told", "port", "plain_port"),
    [
        ({"port": 443, "http_port": 80}, 443, 80),
        ({"port": 8443, "http_port": 8080}, 443, 80),
        ({"base_url": "https://a.example:8443", "port": 8443, "http_port": 8080}, 8443, 8080),
        ({"base_url": "https://a.example:8443", "port": 8443, "http_port": 0}, 8443, None),
    ],
)
def test_published__is_what_readers_reach(
    told: dict[str, object], port: int, plain_port: int | None
) -> None:
    found = published(config(**told))

    assert (found.host, found.port, found.plain_port) == ("a.example", port, plain_port)


@pytest.mark.parametrize("setting", [field.name for field in fields(Config)])
def test_manual__explains_every_setting(setting: str) -> None:
    assert f"`{setting}`" in MANUAL.read_text("utf-8")
