"""Links open one file, for a time, as often as they may, and not a closed account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.holdings.conftest import ALICE, kept
from tests.promises.world import NOW
from trustkeep.accounts import gate
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import Passage
from trustkeep.accounts.models import Account
from trustkeep.accounts.states import AccountState
from trustkeep.holdings import folders, sharing, sweeping, trash
from trustkeep.holdings.models import ShareLink
from trustkeep.holdings.queries import NoSuchFile
from trustkeep.holdings.sharing import (
    LIVES,
    LIVES_AT_MOST,
    MOST_DOWNLOADS,
    MOST_OF_A_FILE,
    LinkRefused,
    LinkShown,
    LinkState,
    NoSuchLink,
    TooManyLinks,
)

A_DAY = timedelta(days=1)


def shared(
    way: Passage, lives: timedelta = LIVES, most: int | None = None
) -> tuple[LinkShown, str]:
    return sharing.share(
        passage=way, file_id=kept(way).id, lives=lives, most_downloads=most, by=ALICE, now=NOW
    )


def refused(secret: str, at: object = NOW) -> bool:
    with pytest.raises(LinkRefused):
        sharing.opened(secret, now=at)  # type: ignore[arg-type]
    return True


def test_link__opens_its_file_until_it_ends(way: Passage) -> None:
    _, secret = shared(way, A_DAY)

    assert sharing.opened(secret, now=NOW).file.name == "plan.txt"
    assert refused(secret, NOW + A_DAY)
    assert refused("guessed")


def test_link__lives_no_longer_than_links_may(way: Passage) -> None:
    link, _ = shared(way, timedelta(days=900))

    assert link.expires_at == NOW + LIVES_AT_MOST


def test_link__opens_the_current_version(way: Passage) -> None:
    _, secret = shared(way)
    kept(way, body=b"another plan")

    assert sharing.opened(secret, now=NOW).file.number == 2


def test_link__with_a_limit_ends_with_its_last_download(way: Passage) -> None:
    link, secret = shared(way, most=2)
    for _ in range(2):
        sharing.opened(secret, now=NOW)
        sharing.count_download(link.id, now=NOW)

    assert refused(secret)
    with pytest.raises(LinkRefused):
        sharing.count_download(link.id, now=NOW)
    assert sharing.is_open(link.id, now=NOW), "what is under way may end"
    [shown] = sharing.links(way.account_id, ended=True, now=NOW)
    assert (shown.downloads, shown.used_at, shown.state) == (2, NOW, LinkState.USED_UP)
    assert sharing.links(way.account_id, now=NOW) == []


@pytest.mark.asvs("2.3.2")
def test_link__is_never_used_beyond_its_limit_whatever_writes(way: Passage) -> None:
    link, _ = shared(way, most=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        ShareLink.objects.filter(pk=link.id).update(opened=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareLink.objects.filter(pk=link.id).update(expires_at=NOW)


def test_limit__is_lowered_to_the_largest(way: Passage) -> None:
    assert shared(way, most=MOST_DOWNLOADS + 1)[0].most_downloads == MOST_DOWNLOADS


def test_links__of_a_file_are_only_so_many_at_once(way: Passage) -> None:
    for _ in range(MOST_OF_A_FILE - 1):
        shared(way)
    link, _ = shared(way)

    with pytest.raises(TooManyLinks):
        shared(way)
    sharing.revoke(passage=way, link_id=link.id, now=NOW)
    shared(way)


def test_links__are_found_by_name_file_and_maker(way: Passage) -> None:
    shared(way)
    other = kept(way, "Müller.txt")
    sharing.share(passage=way, file_id=other.id, by="bob", now=NOW)

    def names(**wanted: Any) -> list[str]:
        return [one.file_name for one in sharing.links(way.account_id, now=NOW, **wanted)]

    assert sorted(names()) == ["Müller.txt", "plan.txt"]
    assert names(text="muller") == names(file_id=other.id) == names(made_by="bob")
    assert names(text="muller") == ["Müller.txt"]


@pytest.mark.asvs("8.2.2")
def test_links__of_another_account_are_not_there(way: Passage, quarry: AccountShown) -> None:
    link, _ = shared(way)
    theirs = gate.require_open(quarry.id, now=NOW)

    with pytest.raises(NoSuchLink):
        sharing.revoke(passage=theirs, link_id=link.id, now=NOW)
    with pytest.raises(NoSuchFile):
        sharing.share(passage=theirs, file_id=link.file_id, by="mallory", now=NOW)
    assert sharing.links(quarry.id, ended=True, now=NOW) == []


def test_ended_link__is_told_until_its_time_is_over_and_then_forgotten(way: Passage) -> None:
    link, _ = shared(way)
    sharing.revoke(passage=way, link_id=link.id, now=NOW)
    with pytest.raises(NoSuchLink):
        sharing.revoke(passage=way, link_id=link.id, now=NOW)

    def states(at: datetime) -> list[LinkState]:
        return [one.state for one in sharing.links(way.account_id, ended=True, now=at)]

    assert states(NOW) == [LinkState.ENDED]
    shared(way)
    assert set(states(link.expires_at)) == {LinkState.EXPIRED, LinkState.ENDED}
    sweeping.forget_faded(now=link.expires_at)
    assert states(link.expires_at) == []


def test_link__is_shown_once_and_rests_as_a_digest(way: Passage) -> None:
    _, secret = shared(way)

    assert secret not in str(ShareLink.objects.values().get())


def test_link__dies_when_it_is_revoked_or_its_file_is_thrown_away(way: Passage) -> None:
    link, secret = shared(way)
    sharing.revoke(passage=way, link_id=link.id, now=NOW)
    assert refused(secret)
    _, secret = shared(way)
    file = kept(way)
    trash.throw_file(passage=way, file_id=file.id, now=NOW)
    assert refused(secret)


def test_link__does_not_come_back_with_its_file_from_the_trash(way: Passage) -> None:
    link, secret = shared(way)
    trash.throw_file(passage=way, file_id=link.file_id, now=NOW)
    trash.take_back(passage=way, trash_id=link.file_id, now=NOW)
    assert refused(secret)

    folder = folders.make_folder(passage=way, name="Plans", parent_id=None, by=ALICE, now=NOW)
    inside = kept(way, "inside.txt", folder_id=folder.id)
    link, secret = sharing.share(passage=way, file_id=inside.id, by=ALICE, now=NOW)
    trash.throw_folder(passage=way, folder_id=folder.id, now=NOW)
    assert refused(secret)
    trash.take_back(passage=way, trash_id=folder.id, now=NOW)
    assert refused(secret)
    assert not sharing.is_open(link.id, now=NOW), "a download under way breaks off"


def test_link__goes_with_its_file_for_good(way: Passage) -> None:
    link, _ = shared(way)
    trash.throw_file(passage=way, file_id=link.file_id, now=NOW)
    trash.delete_for_good(passage=way, trash_id=link.file_id, now=NOW)

    assert not ShareLink.objects.exists()
    assert not sharing.is_open(link.id, now=NOW)


def test_link__dies_with_the_contract_and_does_not_come_back_with_the_account(
    way: Passage,
) -> None:
    _, secret = shared(way)
    Account.objects.update(state=AccountState.TERMINATING, ends_at=NOW)
    assert refused(secret)

    Account.objects.update(state=AccountState.ACTIVE, ends_at=None, generation=way.generation + 1)

    assert refused(secret)
