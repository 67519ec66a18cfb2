"""Links open one file, for a time, and not a closed account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.holdings.conftest import ALICE, kept
from tests.promises.world import NOW
from trustkeep.accounts.gate import Passage
from trustkeep.accounts.models import Account
from trustkeep.accounts.states import AccountState
from trustkeep.holdings import sharing, trash
from trustkeep.holdings.models import ShareLink
from trustkeep.holdings.sharing import LIVES_AT_MOST, LinkRefused, LinkShown

A_DAY = timedelta(days=1)


def shared(way: Passage, lives: timedelta = A_DAY) -> tuple[LinkShown, str]:
    return sharing.share(passage=way, file_id=kept(way).id, lives=lives, by=ALICE, now=NOW)


def refused(secret: str, at: object = NOW) -> bool:
    with pytest.raises(LinkRefused):
        sharing.opened(secret, now=at)  # type: ignore[arg-type]
    return True


def test_link__opens_its_file_until_it_ends(way: Passage) -> None:
    _, secret = shared(way)

    assert sharing.opened(secret, now=NOW)[1].name == "plan.txt"
    assert refused(secret, NOW + A_DAY)
    assert refused("guessed")


def test_link__lives_no_longer_than_links_may(way: Passage) -> None:
    link, _ = shared(way, timedelta(days=900))

    assert link.expires_at == NOW + LIVES_AT_MOST


def test_link__is_shown_once_and_rests_as_a_digest(way: Passage) -> None:
    _, secret = shared(way)

    assert secret not in str(ShareLink.objects.values().get())


def test_link__dies_when_it_is_revoked_or_its_file_is_thrown_away(way: Passage) -> None:
    link, secret = shared(way)
    sharing.revoke(passage=way, link_id=link.id, now=NOW)
    assert refused(secret)
    _, secret = shared(way)
    trash.throw_file(passage=way, file_id=kept(way).id, now=NOW)
    assert refused(secret)


def test_link__dies_with_the_contract_and_does_not_come_back_with_the_account(
    way: Passage,
) -> None:
    _, secret = shared(way)
    Account.objects.update(state=AccountState.TERMINATING, ends_at=NOW)
    assert refused(secret)

    Account.objects.update(state=AccountState.ACTIVE, ends_at=None, generation=way.generation + 1)

    assert refused(secret)
