"""What the parts are given by the site, and the manual that explains its settings."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from django.db import connection

from tests.promises.world import company
from trustkeep.accounts.queries import NoCompany
from trustkeep.connectors.clamd import Clamd
from trustkeep.connectors.mail import FolderPost, SmtpPost
from trustkeep.controls import ports, publication
from trustkeep.evidence import signing
from trustkeep.holdings import scanning
from trustkeep.letters import ports as letters
from trustkeep.site import generation
from trustkeep.site.installation import Config, Installation, SettingInvalid, config_from
from trustkeep.site.wiring import join_scanner, post, published
from trustkeep.vault import keys as vault

MANUAL = Path(__file__).parents[2] / "docs" / "operations.md"


def config(**told: object) -> Config:
    given = {"mode": "production", "base_url": "https://a.example", "log_origin": "a.example/log"}
    return config_from(given | told, place="test")


def test_wiring__joins_every_port_that_checks_look_through() -> None:
    assert ports.joined.prober
    assert ports.joined.storage


def test_wiring__signs_the_log_with_the_installation_s_own_key() -> None:
    assert signing.installed().origin == "localhost/log"
    assert len(signing.installed().public_key) == 32


def test_wiring__opens_the_vault_when_it_is_needed() -> None:
    assert vault.installed().account_key(vault.COMPANY)


@pytest.mark.parametrize("address", ["/run/clamav/clamd.ctl", "127.0.0.1:3310"])
def test_wiring__has_files_scanned_where_a_scanner_is_set(address: str) -> None:
    join_scanner(config(scanner=address))
    assert scanning.joined.scanner == Clamd(address)

    join_scanner(config())
    assert scanning.joined.scanner is None


@pytest.mark.parametrize("address", ["10.0.0.1:3310", "clamd:3310", "127.0.0.1", 7])
def test_config__takes_no_scanner_of_another_machine(address: object) -> None:
    with pytest.raises(SettingInvalid, match="scanner"):
        config(scanner=address)


@pytest.mark.django_db
def test_wiring__tells_who_writes_letters() -> None:
    assert letters.joined.house
    with pytest.raises(NoCompany):
        letters.joined.house()

    company()

    assert letters.joined.house().base_url == "https://localhost:8443"


def test_wiring__sends_letters_by_a_server_into_a_folder_or_not_at_all(tmp_path: Path) -> None:
    place = Installation(tmp_path)

    assert post(place, config()) is None
    assert isinstance(post(place, config(mode="demo")), FolderPost)
    served = post(place, config(smtp_host="mail.a.example", smtp_password_file="/run/secret"))
    assert isinstance(served, SmtpPost)
    assert not served.stays_here


def test_config__sends_letters_from_the_installation_s_own_name() -> None:
    assert config().sender == "no-reply@a.example"
    assert config(mail_from="trust@a.example").sender == "trust@a.example"


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
