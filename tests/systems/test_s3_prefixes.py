"""Prefixes of a real bucket server: all versions, markers and uploads go, and nothing of others."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from tests.systems.simulator import NOW, told
from trustkeep.connectors import kinds, s3_prefixes
from trustkeep.connectors.checking import AddressInvalid, CredentialMissing, SameReader
from trustkeep.connectors.outgoing import Reach
from trustkeep.lifecycle.systems import ports
from trustkeep.lifecycle.systems.actions import add_system, try_system
from trustkeep.lifecycle.systems.delivery import deliver, plan
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.ports import (
    Act,
    Scope,
    ScopeKind,
    SettingInvalid,
    SystemKind,
    Trouble,
)
from trustkeep.lifecycle.systems.queries import DeliveryShown

pytestmark = pytest.mark.django_db

type Connect = Callable[..., uuid.UUID]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(endpoint: str) -> Any:
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="owner",
        aws_secret_access_key="owner",
    )


@pytest.fixture
def bucket(client: Any) -> str:
    """A versioned bucket of its own."""
    return made(client, lock=False)


def made(client: Any, *, lock: bool) -> str:
    name = f"files-{uuid.uuid4().hex}"
    client.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        ObjectLockEnabledForBucket=lock,
    )
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture
def connect(endpoint: str, bucket: str) -> Connect:
    ports.joined.kinds = {SystemKind.S3: kinds.s3(Reach.of(("127.0.0.0/8",)))}

    def connected(**changes: str) -> uuid.UUID:
        settings = {
            "endpoint": endpoint,
            "region": "eu-central-1",
            "bucket": bucket,
            "prefix": "accounts/{account}/",
            "person_prefix": "accounts/{account}/members/{person}/",
            "access_key": "eraser",
            "secret_key": "eraser-secret",
            "reader_access_key": "reader",
            "reader_secret_key": "reader-secret",
            **changes,
        }
        return add_system(name="Files", kind="s3", settings=settings, by="a", now=NOW).system.id

    return connected


def filled(client: Any, bucket: str, account: uuid.UUID, objects: int = 4) -> None:
    """Put objects with two versions each, one of them deleted, and an unfinished upload."""
    for number in range(objects):
        for version in (b"first", b"second"):
            client.put_object(Bucket=bucket, Key=f"accounts/{account}/f{number}", Body=version)
    client.delete_object(Bucket=bucket, Key=f"accounts/{account}/f0")
    client.create_multipart_upload(Bucket=bucket, Key=f"accounts/{account}/large")


def listed(client: Any, bucket: str, prefix: str = "") -> list[tuple[str, str]]:
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    found = [
        (one["Key"], one["VersionId"])
        for page in pages
        for one in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
    ]
    uploads = client.list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", [])
    return sorted(found + [(one["Key"], one["UploadId"]) for one in uploads])


def asked(
    system: uuid.UUID, act: Act, scope: Scope, key: str = "k/1", days: int = 0
) -> DeliveryShown:
    at = NOW + timedelta(days=days)
    return deliver(system_id=system, instruction=told(act, key, scope=scope), now=at)


def test_erasing__takes_every_version_marker_and_upload_and_nothing_of_others(
    client: Any, bucket: str, connect: Connect
) -> None:
    alice, bob = uuid.uuid4(), uuid.uuid4()
    filled(client, bucket, alice)
    filled(client, bucket, bob)
    client.put_object(Bucket=bucket, Key=f"accounts/{alice}-other/f", Body=b"neighbour")
    others = listed(client, bucket, f"accounts/{bob}/")
    system = connect()

    planned = plan(system_id=system, scope=Scope(alice), now=NOW)
    found = asked(system, Act.ERASE, Scope(alice))
    verified = asked(system, Act.VERIFY, Scope(alice), "v")

    assert [count.items for count in planned.counts] == [9, 1]
    assert (found.state, found.planned, found.deleted, found.remaining) == (State.DONE, 10, 10, 0)
    assert "listed empty" in found.proof
    assert (verified.state, verified.remaining) == (State.DONE, 0)
    assert listed(client, bucket, f"accounts/{alice}/") == []
    assert listed(client, bucket, f"accounts/{bob}/") == others
    assert len(listed(client, bucket, f"accounts/{alice}-other/")) == 1


def test_erasing__goes_on_over_several_visits(
    client: Any, bucket: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = uuid.uuid4()
    filled(client, bucket, alice, objects=6)
    system = connect()
    monkeypatch.setattr(s3_prefixes, "BATCH", 2)
    monkeypatch.setattr(s3_prefixes, "VISIT_S", 0)
    first = asked(system, Act.ERASE, Scope(alice))
    monkeypatch.setattr(s3_prefixes, "VISIT_S", 60)

    later = NOW + timedelta(minutes=1)
    instruction = told(Act.ERASE, "k/1", scope=Scope(alice))
    second = deliver(system_id=system, instruction=instruction, now=later)

    assert first.state is State.AWAITING
    assert (second.state, second.deleted) == (State.DONE, 14)
    assert listed(client, bucket) == []


def test_late_upload__is_caught_by_the_second_listing(
    client: Any, bucket: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = uuid.uuid4()
    filled(client, bucket, alice)
    genuine, sweeps = s3_prefixes.S3Prefixes._swept, []

    def swept(self: Any, *arguments: Any) -> Any:
        result = genuine(self, *arguments)
        sweeps.append(result)
        if len(sweeps) == 1:
            client.put_object(Bucket=bucket, Key=f"accounts/{alice}/late", Body=b"late")
        return result

    monkeypatch.setattr(s3_prefixes.S3Prefixes, "_swept", swept)

    found = asked(connect(), Act.ERASE, Scope(alice))

    assert (found.state, found.deleted) == (State.DONE, 11)
    assert listed(client, bucket) == []


def test_second_reader__finds_what_is_left(client: Any, bucket: str, connect: Connect) -> None:
    alice = uuid.uuid4()
    filled(client, bucket, alice)
    system = connect()

    found = asked(system, Act.VERIFY, Scope(alice), "v")

    assert (found.state, found.trouble, found.remaining) == (State.STALLED, Trouble.REMAINING, 10)


def test_person__is_erased_below_the_persons_prefix(
    client: Any, bucket: str, connect: Connect
) -> None:
    alice = uuid.uuid4()
    for name in ("m-1/a", "m-1/b", "m-10/c"):
        client.put_object(Bucket=bucket, Key=f"accounts/{alice}/members/{name}", Body=b"x")
    system = connect()

    found = asked(system, Act.ERASE, Scope(alice, ScopeKind.PERSON, "m-1"))
    sly = asked(system, Act.ERASE, Scope(alice, ScopeKind.PERSON, "../m-10"), "k/2")

    assert (found.state, found.deleted) == (State.DONE, 2)
    assert (sly.state, sly.trouble) == (State.STALLED, Trouble.UNSUPPORTED)
    assert len(listed(client, bucket)) == 1


def test_retention__is_told_with_its_last_day_and_never_counted_as_gone(
    client: Any, connect: Connect
) -> None:
    bucket, alice = made(client, lock=True), uuid.uuid4()
    until = datetime.now(UTC) + timedelta(days=400)
    client.put_object(
        Bucket=bucket,
        Key=f"accounts/{alice}/kept",
        Body=b"held",
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=until,
    )
    client.put_object(Bucket=bucket, Key=f"accounts/{alice}/free", Body=b"free")

    found = asked(connect(bucket=bucket), Act.ERASE, Scope(alice))

    assert (found.state, found.trouble) == (State.STALLED, Trouble.RETAINED)
    assert until.date().isoformat() in found.detail
    assert (found.deleted, found.remaining) == (1, 1)


def test_nothing__where_data_is_expected_is_a_finding(connect: Connect) -> None:
    found = asked(connect(), Act.ERASE, Scope(uuid.uuid4()))

    assert (found.state, found.trouble) == (State.STALLED, Trouble.EMPTY)


def test_bucket__that_is_missing_stalls_and_the_trial_says_so(connect: Connect) -> None:
    system = connect(bucket="no-such-bucket")

    found = asked(system, Act.ERASE, Scope(uuid.uuid4()))
    trial = try_system(system_id=system, now=NOW)

    assert (found.state, found.trouble) == (State.STALLED, Trouble.SETTINGS)
    assert len(trial.faults) == 1
    assert "NoSuchBucket" in trial.faults[0]


def test_trial__lists_as_both_readers(connect: Connect, bucket: str) -> None:
    trial = try_system(system_id=connect(), now=NOW)

    assert (trial.faults, trial.seen) == ((), (f"s3://{bucket}",))


@pytest.mark.asvs("1.3.6", "13.2.4")
def test_name__that_changes_its_mind_leads_nowhere_else(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = connect(endpoint="https://bucket.example")
    answers = cycle(["127.0.0.1", "10.0.0.1"])
    connected: list[tuple[str, int]] = []

    def lookup(host: str, *_: object, **__: object) -> list[Any]:
        address = next(answers) if host == "bucket.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: connected.append(address))

    found = asked(system, Act.ERASE, Scope(uuid.uuid4()))

    assert found.state is not State.DONE
    assert "10.0.0.1" not in {address[0] for address in connected}


def test_nobody__at_the_address_is_tried_again(connect: Connect) -> None:
    found = asked(connect(endpoint="http://127.0.0.1:1"), Act.ERASE, Scope(uuid.uuid4()))

    assert (found.state, found.trouble) == (State.DUE, Trouble.UNREACHABLE)


@pytest.mark.parametrize(
    ("code", "state", "trouble"),
    [
        ("AccessDenied", State.STALLED, Trouble.UNAUTHORISED),
        ("InvalidAccessKeyId", State.STALLED, Trouble.UNAUTHORISED),
        ("SlowDown", State.DUE, Trouble.RATE_LIMITED),
        ("InternalError", State.DUE, Trouble.FAILING),
    ],
)
def test_refusals__of_the_bucket_are_told_apart(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, code: str, state: State, trouble: Trouble
) -> None:
    def refused(*_: object) -> None:
        raise ClientError({"Error": {"Code": code}}, "ListObjectVersions")

    monkeypatch.setattr(s3_prefixes.S3Prefixes, "_erased", refused)

    found = asked(connect(), Act.ERASE, Scope(uuid.uuid4()))

    assert (found.state, found.trouble) == (state, trouble)


def test_bucket__has_no_lock(connect: Connect) -> None:
    found = asked(connect(), Act.LOCK, Scope(uuid.uuid4()))

    assert (found.state, found.reason) == (State.NOT_APPLICABLE, "system-has-no-lock")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"prefix": "accounts/{account}"}, kinds.PrefixInvalid),
        ({"prefix": "accounts/"}, kinds.PrefixInvalid),
        ({"prefix": "/{account}/"}, kinds.PrefixInvalid),
        ({"person_prefix": "accounts/{account}/"}, kinds.PrefixInvalid),
        ({"reader_access_key": "eraser"}, SameReader),
        ({"reader_secret_key": ""}, CredentialMissing),
        ({"endpoint": "http://files.example.com"}, AddressInvalid),
        ({"bucket": ""}, SettingInvalid),
    ],
)
def test_settings__that_cannot_work_are_refused(
    connect: Connect, changes: dict[str, str], error: type[SettingInvalid]
) -> None:
    with pytest.raises(error):
        connect(**changes)
