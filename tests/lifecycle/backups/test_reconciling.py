"""An old copy of the database catches up with everything before it serves anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.hashers import is_password_usable

from tests.lifecycle.backups.home import Home, kept_file
from tests.lifecycle.world import (
    A_DAY,
    A_MINUTE,
    ended,
    harbour,
    house,
    pass_time,
    purged,
    stage,
    state,
    turn,
)
from tests.promises.world import NOW, person
from trustkeep.accounts import gate
from trustkeep.accounts.models import Member, Person
from trustkeep.evidence import keeping, queries
from trustkeep.evidence.actions import append, publish_checkpoint
from trustkeep.evidence.audit import audit
from trustkeep.evidence.keeping import (
    DatabaseGone,
    DatabaseOld,
    DatabaseQuarantined,
    LedgerForeign,
    LogForked,
    Stand,
)
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.ledger import Ledger, LedgerMissing
from trustkeep.evidence.models import LogEntry
from trustkeep.evidence.replaying import quarantine
from trustkeep.holdings.models import File
from trustkeep.identity.models import ApiToken, Session, User
from trustkeep.lifecycle import second_reader
from trustkeep.lifecycle.backups import reconciling
from trustkeep.lifecycle.backups.reconciling import reconcile
from trustkeep.lifecycle.holding import Basis, NewHold, is_held, place_hold
from trustkeep.lifecycle.issuing import all_of
from trustkeep.lifecycle.models import Hold, Obligation
from trustkeep.lifecycle.stores import Extent
from trustkeep.vault.keystore import KeyDestroyed
from trustkeep.vault.shelf import sealed_files


@pytest.mark.when("old-copy")
def test_purge__is_re_applied_after_a_restore_and_the_log_goes_on(home: Home) -> None:
    house()
    account, other = harbour(), harbour("Lagoon")
    kept_file(account)
    kept_file(other)
    made = home.backup()
    row = purged(account)
    published = queries.latest_checkpoint()
    assert published
    home.go_back(made)
    assert File.objects.filter(account=account.id).exists()

    with pytest.raises(DatabaseOld):
        append(kind=Kind.CHECK_RESULT, body={"a": 1}, now=row.done_by)
    done = reconcile(now=row.done_by)

    assert done
    assert done.counts["erasures"] == 1
    assert second_reader.read(Extent(account.id)).total == 0
    assert not list(sealed_files().objects_of(account.id))
    assert (stage(account), state(account)) == ("purged", "purged")
    with pytest.raises(KeyDestroyed):
        home_key(account.id)
    assert File.objects.filter(account=other.id).count() == 1
    assert list(sealed_files().objects_of(other.id))
    assert [one.why for one in all_of(account.id)] == [""]
    publish_checkpoint(row.done_by + A_MINUTE)
    audit()
    proof = queries.consistency_proof(published.size, queries.log_size())
    assert proof.old_root == published.root


def home_key(account: object) -> None:
    from trustkeep.vault.keys import installed

    installed().account_key(account)  # type: ignore[arg-type]


def test_purge__leaves_no_byte_of_the_erased_in_the_restored_files(home: Home) -> None:
    house()
    account = harbour()
    file = kept_file(account)
    [sealed] = home.objects.rglob(str(file.version_id))
    ciphertext = sealed.read_bytes()[-200:]
    made = home.backup()
    row = purged(account)
    home.go_back(made)

    reconcile(now=row.done_by)

    assert not any(
        ciphertext in path.read_bytes() for path in home.objects.rglob("*") if path.is_file()
    )
    assert not home.objects.joinpath(str(account.id)).exists() or not list(
        home.objects.joinpath(str(account.id)).glob("*/*")
    )


def test_lock__is_re_applied_and_deletion_keeps_its_time(home: Home) -> None:
    house()
    account = harbour()
    made = home.backup()
    row = ended(account)
    turn(NOW)
    home.go_back(made)
    assert gate.passage(account.id, now=NOW + A_DAY).is_open

    reconcile(now=NOW + A_DAY)

    assert not gate.passage(account.id, now=NOW + A_DAY).is_open
    again = Obligation.objects.get(pk=row.pk)
    assert (again.stage, again.not_before, again.done_by) == ("locked", row.not_before, row.done_by)
    pass_time(row.not_before, NOW + A_DAY)
    for minute in range(1, 6):
        turn(row.not_before + minute * A_MINUTE)
    assert stage(account) == "purged"


def test_end__that_was_called_off_is_not_carried_out_after_a_restore(home: Home) -> None:
    from trustkeep.lifecycle.terminating import call_off, end_contract

    house()
    account = harbour()
    end_contract(account_id=account.id, by="jonas", now=NOW, ends_at=NOW + 5 * A_DAY)
    made = home.backup()
    call_off(account_id=account.id, by="jonas", now=NOW + A_DAY)
    publish_checkpoint(NOW + A_DAY)
    home.go_back(made)

    reconcile(now=NOW + 10 * A_DAY)

    assert (stage(account), state(account)) == ("cancelled", "active")
    assert gate.passage(account.id, now=NOW + 10 * A_DAY).is_open


def test_hold__is_in_force_again_and_keeps_its_reason(home: Home) -> None:
    from trustkeep.lifecycle.holding import reason_of

    house()
    account = harbour()
    made = home.backup()
    owner = Person.objects.get()
    new = NewHold(Basis.LEGAL_CLAIMS, "court", owner.id, (NOW + 30 * A_DAY).date())
    place_hold(account_id=account.id, new=new, by="jonas", now=NOW)
    publish_checkpoint(NOW)
    home.go_back(made)
    assert not is_held(account.id)

    reconcile(now=NOW + A_DAY)

    assert is_held(account.id)
    assert reason_of(Hold.objects.get()) == "court"


def test_ways_in__that_were_shut_stay_shut(home: Home) -> None:
    from trustkeep.identity.actions import shut_out

    house()
    account = harbour()
    leaver = person("Pia").id
    made = home.backup()
    Person.objects.filter(pk=leaver).update(left_date=NOW.date(), roles=[])
    bob = User.objects.get(member__in=Member.objects.filter(account=account.id, role="member"))
    shut_out(user_id=bob.pk, now=NOW)
    publish_checkpoint(NOW)
    home.go_back(made)
    assert User.objects.get(pk=bob.pk).active

    done = reconcile(now=NOW + A_DAY)

    assert done
    assert done.counts["revocations"] == 2
    again = User.objects.get(pk=bob.pk)
    assert not again.active
    assert not is_password_usable(again.password)
    assert Person.objects.get(pk=leaver).left_date == NOW.date()
    assert not Session.objects.exists()
    assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()


def test_password__that_was_changed_since_opens_nothing(home: Home) -> None:
    account = harbour()
    made = home.backup()
    alice = User.objects.get(member__in=Member.objects.filter(account=account.id, role="owner"))
    alice.password_changed_at = NOW + A_DAY
    alice.save()
    append(kind=Kind.ACCESS, body={"what": "password"}, now=NOW)
    publish_checkpoint(NOW + A_DAY)
    home.go_back(made)

    reconcile(now=NOW + 2 * A_DAY)

    assert not is_password_usable(User.objects.get(pk=alice.pk).password)


@pytest.mark.when("old-copy")
def test_copied_file__is_found_out_like_a_restored_one(home: Home) -> None:
    harbour()
    publish_checkpoint(NOW)
    copied = home.copy_of_database()
    harbour("Lagoon")
    publish_checkpoint(NOW + A_DAY)

    home.put(copied)

    assert keeping.stand() is Stand.OLD
    with pytest.raises(DatabaseOld):
        append(kind=Kind.CHECK_RESULT, body={"a": 1}, now=NOW)
    assert publish_checkpoint(NOW) is None


def test_quarantine__outlives_a_kill_after_the_log_has_caught_up(home: Home) -> None:
    house()
    account = harbour()
    made = home.backup()
    row = purged(account)
    home.go_back(made)
    quarantine(now=row.done_by)

    assert keeping.stand() is Stand.QUARANTINED
    with pytest.raises(DatabaseQuarantined):
        append(kind=Kind.CHECK_RESULT, body={"a": 1}, now=row.done_by)
    assert reconcile(now=row.done_by)
    assert keeping.stand() is Stand.CURRENT
    assert state(account) == "purged"


@pytest.mark.when("old-copy")
def test_reconciling__may_be_broken_off_anywhere_and_run_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    house()
    account = harbour()
    made = home.backup()
    row = purged(account)
    home.go_back(made)
    monkeypatch.setattr(reconciling, "_finish", _killed)
    with pytest.raises(KeyboardInterrupt):
        reconcile(now=row.done_by)
    monkeypatch.undo()
    assert keeping.stand() is Stand.QUARANTINED

    reconcile(now=row.done_by)

    assert LogEntry.objects.filter(kind="restore-reconciled").count() == 1
    assert second_reader.read(Extent(account.id)).total == 0
    assert Obligation.objects.filter(account=account.id).count() == 1


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_reconciling__does_nothing_to_the_newest_database(home: Home) -> None:
    harbour()
    publish_checkpoint(NOW)

    assert reconcile(now=NOW) is None


def test_ledger__that_is_missing_stops_everything(home: Home) -> None:
    harbour()
    publish_checkpoint(NOW)
    home.ledger.unlink()
    keeping.joined.trusted = False

    with pytest.raises(LedgerMissing):
        append(kind=Kind.CHECK_RESULT, body={"a": 1}, now=NOW)


def test_ledger__of_another_installation_is_refused(home: Home) -> None:
    harbour()
    publish_checkpoint(NOW)
    home.ledger.unlink()
    Ledger.create(home.ledger, now=NOW)

    with pytest.raises(LedgerForeign):
        keeping.stand()


@pytest.mark.when("old-copy")
def test_log__that_forked_is_never_signed(home: Home) -> None:
    harbour()
    publish_checkpoint(NOW)
    copied = home.copy_of_database()
    append(kind=Kind.CHECK_RESULT, body={"a": 1}, now=NOW)
    publish_checkpoint(NOW + A_MINUTE)
    home.put(copied)
    with keeping.reconciling(), blind():
        append(kind=Kind.CHECK_RESULT, body={"other": 2}, now=NOW)

    with pytest.raises(LogForked):
        publish_checkpoint(NOW + A_DAY)


@contextmanager
def blind() -> Iterator[None]:
    """Write as a program would that knows nothing of the ledger."""
    path, keeping.joined.path = keeping.joined.path, None
    yield
    keeping.joined.path = path
    keeping.joined.trusted = False


def test_empty_database__beside_a_ledger_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour()
    publish_checkpoint(NOW)
    monkeypatch.setattr(keeping, "last_leaf", lambda: None)

    with pytest.raises(DatabaseGone):
        keeping.stand()
