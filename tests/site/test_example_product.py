"""The demo's own product: connected like any other, it does what it is told and nothing else."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.systems.simulator import told
from trustkeep.connectors import kinds
from trustkeep.connectors.outgoing import Reach
from trustkeep.controls.canary import SQLITE_MAGIC
from trustkeep.lifecycle.systems import ports
from trustkeep.lifecycle.systems.actions import rotate_secrets, try_system
from trustkeep.lifecycle.systems.delivery import deliver, plan
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.ports import Act, Scope, ScopeKind, SystemKind
from trustkeep.lifecycle.systems.queries import DeliveryShown, open_settings, systems
from trustkeep.site.demo import systems as example
from trustkeep.site.demo.archive_server import ArchiveServer
from trustkeep.site.demo.systems import Product
from trustkeep.site.installation import Installation

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)
ONE, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    before = ports.joined.kinds
    near = Reach.of(("127.0.0.0/8",))
    ports.joined.kinds = {SystemKind.WEBHOOK: kinds.webhook(near, lambda _: "https://unused")}
    yield Installation(tmp_path)
    ports.joined.kinds = before


@pytest.fixture
def product(installation: Installation) -> Iterator[Product]:
    with example.connected(installation, by="alice", now=LONG_AGO) as connected:
        connected.keep(ONE, ["a", "b", "c"])
        connected.keep(OTHER, ["d"])
        yield connected


def instructed(act: Act, scope: Scope, key: str = "k/1") -> DeliveryShown:
    [system] = systems()
    return deliver(system_id=system.id, instruction=told(act, key, scope=scope), now=LONG_AGO)


def test_product__answers_a_trial_and_counts_before_anything_goes(product: Product) -> None:
    [system] = systems()

    assert try_system(system_id=system.id, now=LONG_AGO).faults == ()
    assert plan(system_id=system.id, scope=Scope(ONE), now=LONG_AGO).items == 3
    thing = Scope(ONE, ScopeKind.OBJECT, "a")
    assert plan(system_id=system.id, scope=thing, now=LONG_AGO).items == 1


def test_product__locks_and_unlocks_one_account(product: Product) -> None:
    archive = product.server.archive

    assert instructed(Act.LOCK, Scope(ONE), "k/1").state is State.DONE
    assert (archive.is_locked(str(ONE)), archive.is_locked(str(OTHER))) == (True, False)
    assert instructed(Act.UNLOCK, Scope(ONE), "k/2").state is State.DONE
    assert not archive.is_locked(str(ONE))


def test_product__erases_one_account_for_good(product: Product) -> None:
    found = instructed(Act.ERASE, Scope(ONE), "k/1")
    left = instructed(Act.VERIFY, Scope(ONE), "k/2")

    assert (found.state, found.matched, found.deleted, found.remaining) == (State.DONE, 3, 3, 0)
    assert (left.state, left.remaining) == (State.DONE, 0)
    archive = product.server.archive
    assert (archive.count(str(ONE)), archive.count(str(OTHER))) == (0, 1)


def test_product__erases_one_thing_of_an_account(product: Product) -> None:
    found = instructed(Act.ERASE, Scope(ONE, ScopeKind.OBJECT, "b"))

    assert (found.state, found.deleted) == (State.DONE, 1)
    assert product.server.archive.count(str(ONE)) == 2


def test_product__does_the_same_message_once(product: Product) -> None:
    archive = product.server.archive
    data = {"account": str(ONE), "key": "k/1"}

    first = archive.obey("msg_1", "account.erase", data)
    archive.keep(str(ONE), ["new"])
    again = archive.obey("msg_1", "account.erase", data)

    assert first == again
    assert archive.count(str(ONE)) == 1


def test_product__rests_encrypted_under_a_key_of_its_own(product: Product) -> None:
    path = product.server.archive.path

    assert not path.read_bytes().startswith(SQLITE_MAGIC)
    assert path.with_suffix(".key").stat().st_mode & 0o777 == 0o400


def test_product__refuses_what_it_does_not_know(product: Product) -> None:
    said = product.server.archive.obey("msg_1", "account.sell", {"account": str(ONE), "key": "k"})

    assert said["status"] == "refused"


def test_product__believes_no_instruction_without_our_signature(product: Product) -> None:
    [system] = systems()
    rotate_secrets(system_id=system.id, by="alice", now=LONG_AGO)
    product.server.archive.set(secret="whsec_bm90IG91cnM=")

    found = instructed(Act.ERASE, Scope(ONE))

    assert found.state is State.STALLED
    assert product.server.archive.count(str(ONE)) == 3


@pytest.mark.parametrize(
    ("path", "method", "token", "status"),
    [
        ("/left?account=x", "GET", "wrong", 401),
        ("/elsewhere?account=x", "GET", "", 400),
        ("/left", "GET", "", 400),
        ("/elsewhere", "POST", "", 400),
        ("/trustkeep", "POST", "", 401),
    ],
    ids=["stranger", "another path", "no account", "posted elsewhere", "unsigned"],
)
def test_product__keeps_strangers_out(
    product: Product, path: str, method: str, token: str, status: int
) -> None:
    server = product.server
    context = ssl.create_default_context(cadata=server.settings["authority"])
    request = urllib.request.Request(
        f"https://127.0.0.1:{server.server_port}{path}",
        data=b"{}" if method == "POST" else None,
        headers={"Authorization": f"Bearer {token or server.archive.setting('token')}"},
        method=method,
    )

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, context=context, timeout=9)

    refused.value.close()
    assert refused.value.code == status


def test_product__that_lost_its_port_tells_its_new_address(installation: Installation) -> None:
    with example.connected(installation, by="alice", now=LONG_AGO) as before:
        taken = before.server.server_port
        moved = example.start(installation, is_new=False)
        assert moved
        [system] = systems()
        url = open_settings(system.id)["url"]

        assert str(taken) not in url
        assert try_system(system_id=system.id, now=datetime.now(UTC)).faults == ()
        moved.stop()


def test_product__keeps_its_port_and_what_it_holds(
    installation: Installation, tmp_path: Path
) -> None:
    with example.connected(installation, by="alice", now=LONG_AGO) as before:
        before.keep(ONE, ["a"])
        port = before.server.server_port
    again = ArchiveServer(tmp_path / example.DIRECTORY)
    again.server_close()

    assert (again.server_port, again.moved) == (port, False)
    assert again.archive.count(str(ONE)) == 1


def test_installation__without_an_example_has_none(installation: Installation) -> None:
    assert example.start(installation, is_new=False) is None
    assert systems() == []
