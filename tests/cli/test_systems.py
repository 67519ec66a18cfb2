"""`trustkeep systems` on a real product behind TLS."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from tests.cli.conftest import Type
from tests.systems.product import TOKEN, Product, serving
from tests.systems.simulator import told
from trustkeep.connectors import kinds
from trustkeep.connectors.outgoing import Reach
from trustkeep.lifecycle.systems import ports
from trustkeep.lifecycle.systems.delivery import deliver
from trustkeep.lifecycle.systems.ports import SystemKind


@pytest.fixture
def product() -> Iterator[Product]:
    before = ports.joined.kinds
    reach = Reach.of(("127.0.0.0/8",))
    ports.joined.kinds = {SystemKind.WEBHOOK: kinds.webhook(reach, lambda _: "https://t/")}
    with serving(trustme.CA()) as running:
        yield running
    ports.joined.kinds = before


@pytest.fixture
def system(type_: Type, product: Product, tmp_path: Path) -> str:
    settings = {
        "url": f"{product.url}/hook",
        "verify_url": f"{product.url}/count?account={{account}}",
        "verify_token": TOKEN,
        "authority": product.authority,
    }
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(settings), "utf-8")
    said = type_(
        "systems", "add", "Product", "--kind", "webhook", "--settings", str(path), "--json"
    )
    assert said.code == 0, said.err
    product.secret = said.json["secret"]
    system_id: str = said.json["id"]
    return system_id


def test_systems__are_added_listed_tried_counted_and_retired(
    type_: Type, product: Product, system: str
) -> None:
    account = str(uuid.uuid4())
    product.rows[account] = 4

    assert type_("systems", "list", "--json").json[0]["name"] == "Product"
    assert "not asked yet" in type_("systems", "list").out
    assert type_("systems", "try", system).code == 0
    planned = type_("systems", "plan", system, "--account", account)
    assert (planned.code, planned.out.split()[-2]) == (0, "4")
    rotated = type_("systems", "rotate", system)
    assert "whsec_" in rotated.out
    assert "is retired" in type_("systems", "retire", system).out
    assert "retired" in type_("systems", "list").out


def test_trial__that_finds_faults_ends_with_one(type_: Type, product: Product, system: str) -> None:
    product.secret = "whsec_bmV3"

    said = type_("systems", "try", system)

    assert said.code == 1
    assert "Fault: It refuses our credentials" in said.out
    assert type_("systems", "try", system, "--json").json["faults"]


def test_deliveries__are_listed_and_asked_again(type_: Type, product: Product, system: str) -> None:
    product.secret = "whsec_bmV3"
    found = deliver(system_id=uuid.UUID(system), instruction=told(), now=datetime.now(UTC))

    assert "It refuses our credentials" in type_("systems", "deliveries", system).out
    assert type_("systems", "deliveries", system, "--json").json[0]["state"] == "stalled"
    assert "is asked again" in type_("systems", "again", str(found.id)).out
    assert type_("systems", "again", str(found.id)).code == 1


def test_wrong_input__is_told(type_: Type, product: Product, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"url": "http://example.com"}', "utf-8")

    plain = type_("systems", "add", "P", "--kind", "webhook", "--settings", str(path))
    unknown = type_("systems", "plan", str(uuid.uuid4()), "--account", "C-1")

    assert (plain.code, "https://" in plain.err) == (1, True)
    assert (unknown.code, "no account" in unknown.err) == (1, True)
