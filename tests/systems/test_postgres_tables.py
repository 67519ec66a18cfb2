"""The product's own tables in a real PostgreSQL: counted, emptied, read again; others untouched."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.postgres import Server
from tests.systems.simulator import NOW, told
from trustkeep.connectors import kinds, postgres_tables
from trustkeep.connectors.checking import SameReader
from trustkeep.connectors.outgoing import Reach
from trustkeep.connectors.table_mapping import MappingInvalid
from trustkeep.lifecycle.systems import ports
from trustkeep.lifecycle.systems.actions import add_system, change_system, try_system
from trustkeep.lifecycle.systems.delivery import deliver, plan
from trustkeep.lifecycle.systems.judging import State
from trustkeep.lifecycle.systems.ports import (
    Act,
    Instruction,
    Scope,
    ScopeKind,
    SettingInvalid,
    SystemKind,
    Trial,
    Trouble,
)
from trustkeep.lifecycle.systems.queries import DeliveryShown

pytestmark = pytest.mark.django_db

MAPPING = """
keep = ["shop.vouchers"]

[[tables]]
table = "shop.order_lines"
via = {column = "order_id", table = "shop.orders", key = "id"}

[[tables]]
table = "shop.orders"
account = "account_id"
person = "member_id"

[[tables]]
table = "shop.notes"
account = "account_id"

[lock]
table = "shop.accounts"
account = "id"
column = "locked_at"
"""
SCHEMA = """
CREATE SCHEMA shop;
CREATE TABLE shop.accounts (id uuid PRIMARY KEY, locked_at timestamptz);
CREATE TABLE shop.orders (
    id bigint PRIMARY KEY, account_id uuid NOT NULL, member_id text, told text
);
CREATE INDEX ON shop.orders (account_id);
CREATE TABLE shop.order_lines (
    order_id bigint NOT NULL REFERENCES shop.orders, place int, told text,
    PRIMARY KEY (order_id, place)
);
CREATE TABLE shop.notes (
    id bigint PRIMARY KEY, account_id text NOT NULL, answers bigint REFERENCES shop.notes
);
CREATE TABLE shop.vouchers (id bigint PRIMARY KEY, account_id uuid);
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'eraser') THEN
        CREATE ROLE eraser LOGIN; CREATE ROLE reader LOGIN; CREATE ROLE nobody_much LOGIN;
    END IF;
END $$;
GRANT USAGE ON SCHEMA shop TO eraser, reader, nobody_much;
GRANT SELECT, DELETE ON ALL TABLES IN SCHEMA shop TO eraser;
GRANT UPDATE ON shop.accounts TO eraser;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO reader;
"""
ALICE, BOB = uuid.uuid4(), uuid.uuid4()

type Connect = Callable[..., uuid.UUID]


@pytest.fixture
def shop(postgresql: Server) -> Iterator[psycopg.Connection]:
    """The product's database, with the rows of two customers."""
    with postgresql.database() as name, postgresql.connect(name) as connection:
        connection.execute(SCHEMA)
        for number, account in enumerate((ALICE, BOB)):
            filled(connection, account, number * 1000, orders=20, lines=3, notes=5)
        yield connection


def filled(
    connection: psycopg.Connection,
    account: uuid.UUID,
    first: int,
    orders: int,
    lines: int,
    notes: int,
) -> None:
    connection.execute("INSERT INTO shop.accounts VALUES (%s)", (account,))
    connection.execute(
        "INSERT INTO shop.orders SELECT %s + n, %s, 'm-' || n %% 2, 'told ' || n"
        " FROM generate_series(1, %s) n",
        (first, account, orders),
    )
    connection.execute(
        "INSERT INTO shop.order_lines SELECT o.id, n, 'line' FROM shop.orders o,"
        " generate_series(1, %s) n WHERE o.account_id = %s",
        (lines, account),
    )
    for number in range(1, notes + 1):
        answers = first + number - 1 if number > 1 else None
        connection.execute(
            "INSERT INTO shop.notes VALUES (%s, %s, %s)", (first + number, str(account), answers)
        )
    connection.execute("INSERT INTO shop.vouchers VALUES (%s, %s)", (first, account))


@pytest.fixture
def connect(shop: psycopg.Connection) -> Connect:
    ports.joined.kinds = {SystemKind.POSTGRESQL: kinds.postgresql(Reach.of(("127.0.0.0/8",)))}

    def connected(**changes: str) -> uuid.UUID:
        settings = {
            "host": "127.0.0.1",
            "port": str(shop.info.port),
            "database": shop.info.dbname,
            "user": "eraser",
            "reader_user": "reader",
            "mapping": MAPPING,
            **changes,
        }
        added = add_system(name="Shop", kind="postgresql", settings=settings, by="a", now=NOW)
        return added.system.id

    return connected


def checksum(connection: psycopg.Connection, account: uuid.UUID) -> list[tuple[object, ...]]:
    """Return what the database holds of one account, row by row, the lock included."""
    found: list[tuple[object, ...]] = []
    for query in (
        "SELECT * FROM shop.orders WHERE account_id = %(a)s ORDER BY 1",
        "SELECT l.* FROM shop.order_lines l JOIN shop.orders o ON o.id = l.order_id"
        " WHERE o.account_id = %(a)s ORDER BY 1, 2",
        "SELECT * FROM shop.notes WHERE account_id = %(a)s::text ORDER BY 1",
        "SELECT * FROM shop.vouchers WHERE account_id = %(a)s",
        "SELECT * FROM shop.accounts WHERE id = %(a)s",
    ):
        found += connection.execute(query, {"a": account}).fetchall()
    return found


def asked(system: uuid.UUID, instruction: Instruction, days: int = 0) -> DeliveryShown:
    return deliver(system_id=system, instruction=instruction, now=NOW + timedelta(days=days))


def erase(account: uuid.UUID = ALICE, key: str = "k/1") -> Instruction:
    return told(Act.ERASE, key, scope=Scope(account))


def tried(system: uuid.UUID) -> Trial:
    return try_system(system_id=system, now=NOW)


def test_trial__finds_nothing_wrong_with_a_mapping_that_fits(connect: Connect) -> None:
    assert tried(connect()) == Trial((), ("4 tables seen.",))


def test_plan__counts_every_table_and_changes_nothing(
    shop: psycopg.Connection, connect: Connect
) -> None:
    before = checksum(shop, ALICE)

    found = plan(system_id=connect(), scope=Scope(ALICE), now=NOW)

    assert {one.store: one.items for one in found.counts} == {
        "shop.order_lines": 60,
        "shop.orders": 20,
        "shop.notes": 5,
    }
    assert checksum(shop, ALICE) == before


def test_erasing__leaves_nothing_of_one_and_everything_of_the_others(
    shop: psycopg.Connection, connect: Connect
) -> None:
    system, others = connect(), checksum(shop, BOB)

    found = asked(system, erase())
    verified = asked(system, told(Act.VERIFY, "v", scope=Scope(ALICE)))

    assert (found.state, found.planned, found.deleted, found.remaining) == (State.DONE, 85, 85, 0)
    assert (verified.state, verified.remaining) == (State.DONE, 0)
    kept = checksum(shop, ALICE)
    assert len(kept) == 2, "the voucher that is kept on purpose, and the account's own row"
    assert checksum(shop, BOB) == others


def test_erasing__goes_in_batches_and_over_several_visits(
    shop: psycopg.Connection, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, others = connect(), checksum(shop, BOB)
    monkeypatch.setattr(postgres_tables, "BATCH", 7)
    monkeypatch.setattr(postgres_tables, "VISIT_S", 0)
    first = asked(system, erase())
    monkeypatch.setattr(postgres_tables, "VISIT_S", 60)

    second = asked(system, erase(), days=1)

    assert (first.state, first.remaining) == (State.AWAITING, 85)
    assert first.next_at is not None
    assert first.next_at < NOW + timedelta(minutes=1), "the next visit comes at once"
    assert (second.state, second.deleted) == (State.DONE, 85)
    assert checksum(shop, BOB) == others


def test_erasing__twice_after_a_crash_is_done_and_no_finding(
    shop: psycopg.Connection, connect: Connect
) -> None:
    system = connect()
    shop.execute("DELETE FROM shop.order_lines")
    instruction = erase()
    shop.execute("ALTER TABLE shop.orders ADD COLUMN IF NOT EXISTS spare int")

    first = asked(system, instruction)
    again = asked(system, erase(key="k/2"))

    assert first.state is State.DONE
    assert (again.state, again.trouble) == (State.STALLED, Trouble.EMPTY), "a new instruction"


def test_nothing__where_data_is_expected_is_a_finding(connect: Connect) -> None:
    found = asked(connect(), erase(uuid.uuid4()))

    assert (found.state, found.trouble) == (State.STALLED, Trouble.EMPTY)


def test_second_reader__finds_what_came_after_the_deletion(
    shop: psycopg.Connection, connect: Connect
) -> None:
    system = connect()
    asked(system, erase())
    shop.execute("INSERT INTO shop.orders VALUES (9999, %s, 'm-1', 'late')", (ALICE,))

    found = asked(system, told(Act.VERIFY, "v", scope=Scope(ALICE)))

    assert (found.state, found.trouble, found.remaining) == (State.STALLED, Trouble.REMAINING, 1)


def test_second_reader__reads_the_table_and_no_index(
    shop: psycopg.Connection, connect: Connect
) -> None:
    seen: list[str] = []
    genuine = postgres_tables._number

    def explained(connection: psycopg.Connection, query: object, values: object) -> int:
        for name in ("enable_indexscan", "default_transaction_read_only"):
            row = connection.execute(f"SHOW {name}").fetchone()
            assert row is not None
            seen.append(row[0])
        seen.append(connection.info.user)
        return genuine(connection, query, values)  # type: ignore[arg-type]

    system = connect()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres_tables, "_number", explained)
        asked(system, told(Act.VERIFY, "v", scope=Scope(ALICE)))

    assert seen[:3] == ["off", "on", "reader"]


def test_person__is_erased_where_the_mapping_can_tell(
    shop: psycopg.Connection, connect: Connect
) -> None:
    system = connect()
    scope = Scope(ALICE, ScopeKind.PERSON, "m-1")

    found = asked(system, told(Act.ERASE, "p", scope=scope))

    assert (found.state, found.deleted) == (State.DONE, 40)
    left = shop.execute(
        "SELECT count(*), min(member_id) FROM shop.orders WHERE account_id = %s", (ALICE,)
    ).fetchone()
    assert left == (10, "m-0")


def test_object__is_not_something_that_tables_know(connect: Connect) -> None:
    scope = Scope(ALICE, ScopeKind.OBJECT, "f-1")

    found = asked(connect(), told(Act.ERASE, "o", scope=scope))

    assert (found.state, found.trouble) == (State.STALLED, Trouble.UNSUPPORTED)


def test_lock__is_set_once_and_taken_back(shop: psycopg.Connection, connect: Connect) -> None:
    system = connect()

    def locked_at() -> datetime | None:
        row = shop.execute("SELECT locked_at FROM shop.accounts WHERE id = %s", (ALICE,)).fetchone()
        assert row is not None
        at: datetime | None = row[0]
        return at

    first = asked(system, told(Act.LOCK, "l/1", scope=Scope(ALICE)))
    at = locked_at()
    asked(system, told(Act.LOCK, "l/2", scope=Scope(ALICE)), days=1)
    assert (first.state, locked_at()) == (State.DONE, at)
    asked(system, told(Act.UNLOCK, "u/1", scope=Scope(ALICE)))
    unknown = asked(system, told(Act.LOCK, "l/3", scope=Scope(uuid.uuid4())))

    assert at == NOW.astimezone(UTC)
    assert locked_at() is None
    assert (unknown.state, unknown.trouble) == (State.STALLED, Trouble.EMPTY)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("DROP TABLE shop.order_lines; DROP TABLE shop.orders", "There is no table shop.orders."),
        (
            "ALTER TABLE shop.notes DROP COLUMN account_id",
            "shop.notes has no column account_id.",
        ),
        (
            "ALTER TABLE shop.order_lines DROP CONSTRAINT order_lines_pkey",
            "shop.order_lines has no primary key.",
        ),
        (
            "ALTER TABLE shop.order_lines DROP CONSTRAINT order_lines_order_id_fkey",
            "shop.order_lines.order_id has no foreign key to shop.orders.id: orphans would stay"
            " unseen.",
        ),
        (
            "CREATE TABLE shop.parcels (id int PRIMARY KEY, o bigint REFERENCES shop.orders)",
            "shop.parcels refers to shop.orders and is not emptied before it.",
        ),
        (
            "CREATE TABLE shop.parcels (id int PRIMARY KEY, o bigint REFERENCES shop.orders"
            " ON DELETE CASCADE)",
            "shop.parcels refers to shop.orders and is not emptied before it.",
        ),
        (
            "CREATE TABLE shop.forgotten (id int, account_id uuid)",
            "shop.forgotten has a column account_id as well and is neither mapped nor kept.",
        ),
        (
            "ALTER TABLE shop.notes ALTER COLUMN account_id TYPE int USING 1",
            "shop.notes.account_id is of the type int4; an account’s id is a UUID or text.",
        ),
        (
            "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY",
            "Row security hides rows of shop.orders.",
        ),
        (
            "REVOKE DELETE ON shop.orders FROM eraser",
            "The role may not read and delete in shop.orders.",
        ),
        (
            "REVOKE SELECT ON shop.notes FROM reader",
            "The reader may not read shop.notes.",
        ),
        (
            "ALTER TABLE shop.accounts DROP COLUMN locked_at",
            "shop.accounts has no column locked_at.",
        ),
        ("DROP TABLE shop.accounts", "There is no table shop.accounts."),
        (
            "ALTER TABLE shop.accounts ALTER COLUMN locked_at TYPE text",
            "shop.accounts.locked_at is no timestamp, so it cannot say since when an account is"
            " locked.",
        ),
        ("REVOKE UPDATE ON shop.accounts FROM eraser", "The role may not change shop.accounts."),
    ],
)
def test_mapping__that_does_not_fit_is_told_and_nothing_is_deleted(
    shop: psycopg.Connection, connect: Connect, change: str, sentence: str
) -> None:
    system = connect()
    shop.execute(change)
    before = shop.execute("SELECT count(*) FROM shop.notes").fetchone()

    trial = tried(system)
    found = asked(system, erase())

    assert sentence in trial.faults
    if "reader" not in sentence:
        assert (found.state, found.trouble) == (State.STALLED, Trouble.MAPPING)
        assert found.detail in trial.faults
        assert shop.execute("SELECT count(*) FROM shop.notes").fetchone() == before


def test_trigger__that_refuses_stalls_and_quotes_no_row(
    shop: psycopg.Connection, connect: Connect
) -> None:
    system = connect()
    shop.execute(
        "CREATE FUNCTION shop.no() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'secret %', OLD.told USING ERRCODE = '23514'; END $$;"
        " CREATE TRIGGER no BEFORE DELETE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.no()"
    )

    found = asked(system, erase())

    assert (found.state, found.trouble, found.detail) == (State.STALLED, Trouble.MAPPING, "23514")


@pytest.mark.parametrize(
    ("changes", "state", "trouble"),
    [
        ({"user": "nobody_at_all"}, State.STALLED, Trouble.UNAUTHORISED),
        ({"database": "elsewhere"}, State.STALLED, Trouble.UNAUTHORISED),
        ({"user": "nobody_much"}, State.STALLED, Trouble.MAPPING),
        ({"port": "1"}, State.DUE, Trouble.UNREACHABLE),
        ({"host": "10.0.0.1"}, State.STALLED, Trouble.ADDRESS_REFUSED),
        ({"host": "no-such-name.invalid"}, State.DUE, Trouble.UNREACHABLE),
    ],
)
def test_server__that_cannot_be_used_is_told_apart(
    connect: Connect, changes: dict[str, str], state: State, trouble: Trouble
) -> None:
    found = asked(connect(**changes), erase())

    assert (found.state, found.trouble) == (state, trouble)


def test_locked_row__is_waited_for_and_tried_again(
    shop: psycopg.Connection, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = connect()
    monkeypatch.setattr(postgres_tables, "_OPTIONS", "-c lock_timeout=100ms")
    with psycopg.connect(
        host="127.0.0.1", port=shop.info.port, dbname=shop.info.dbname, user=shop.info.user
    ) as other:
        other.execute("SELECT * FROM shop.orders FOR UPDATE")
        first = asked(system, erase())

    second = asked(system, erase(), days=1)

    assert (first.state, first.trouble) == (State.DUE, Trouble.TIMEOUT)
    assert second.state is State.DONE


def test_stalled_by_a_misfit__goes_on_when_the_mapping_was_mended(
    shop: psycopg.Connection, connect: Connect
) -> None:
    system = connect(mapping=MAPPING.replace("shop.notes", "shop.remarks"))
    stalled = asked(system, erase())

    change_system(system_id=system, name="Shop", settings={"mapping": MAPPING}, by="a", now=NOW)
    done = asked(system, erase())

    assert stalled.trouble == Trouble.MAPPING
    assert done.state is State.DONE


@pytest.mark.asvs("13.2.2")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reader_user": "eraser"}, SameReader),
        ({"port": "ninety"}, kinds.PortInvalid),
        ({"host": ""}, SettingInvalid),
        ({"mapping": "tables = 1"}, MappingInvalid),
    ],
)
def test_settings__that_cannot_work_are_refused(
    connect: Connect, changes: dict[str, str], error: type[SettingInvalid]
) -> None:
    with pytest.raises(error):
        connect(**changes)
