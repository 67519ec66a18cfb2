"""Deletions of one member, or of single things, are repeated in a restored copy too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lifecycle.backups.home import Home
from tests.lifecycle.requesting import (
    carried_out,
    file_of,
    obligation,
    of_things,
    on_disk,
    pair_within,
    record_of,
)
from tests.promises.world import NOW, company
from tests.requests.asking import decided, in_progress
from tests.requests.conftest import HOUSE
from trustkeep.accounts.models import Member
from trustkeep.holdings.models import File, Record
from trustkeep.identity.models import User
from trustkeep.letters import ports as letters_ports
from trustkeep.lifecycle.backups.reconciling import reconcile
from trustkeep.lifecycle.part_reader import left_of
from trustkeep.lifecycle.requests.kinds import Category, OurRole
from trustkeep.lifecycle.systems import ports


@pytest.fixture(autouse=True)
def _world(home: Home) -> Iterator[None]:
    kinds, house = ports.joined.kinds, letters_ports.joined.house
    letters_ports.joined.house = lambda: HOUSE
    company()
    yield
    ports.joined.kinds, letters_ports.joined.house = kinds, house


def test_single_things__are_deleted_again_and_nothing_beside_them(home: Home) -> None:
    harbour, _, _, maker = pair_within()
    gone, stays = file_of(harbour, maker, "gone.txt"), file_of(harbour, maker, "stays.txt")
    record = record_of(harbour, maker, name="Nora")
    made = of_things(harbour, f"file:{gone.id}", f"record:{record.id}")
    copy = home.backup()
    done_at = carried_out(made)
    row = obligation(made)
    home.go_back(copy)
    assert File.objects.filter(pk=gone.id).exists()

    done = reconcile(now=done_at)

    assert done
    assert done.counts["erasures"] == 1
    assert left_of(row).total == 0
    assert not File.objects.filter(pk=gone.id).exists()
    assert not Record.objects.filter(pk=record.id).exists()
    assert File.objects.filter(pk=stays.id).exists()
    assert len(on_disk(harbour)) == 1


def test_member__is_erased_again_with_the_way_in(home: Home) -> None:
    harbour, alice, bob, _ = pair_within()
    made = in_progress(account=harbour, member=bob, role=OurRole.INSTRUCTED)
    decided(made, Category.PROFILE)
    decided(made, Category.SIGN_IN)
    copy = home.backup()
    done_at = carried_out(made)
    assert Member.objects.get(pk=bob.id).erased_at
    home.go_back(copy)
    assert Member.objects.get(pk=bob.id).erased_at is None

    reconcile(now=done_at)

    assert Member.objects.get(pk=bob.id).erased_at
    assert not User.objects.filter(member=bob.id).exists()
    assert User.objects.filter(member=alice.id, active=True).exists()
    assert done_at > NOW
