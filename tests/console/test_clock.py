"""The clock in the console: shown when it is doubted, confirmed by two people."""

from __future__ import annotations

import html5lib
import pytest

from tests.console.conftest import SignedIn
from tests.promises.world import A_DAY
from trustkeep.accounts.roles import Role
from trustkeep.kernel import clock
from trustkeep.lifecycle import clocks

pytestmark = pytest.mark.django_db


def test_home__says_that_nothing_is_deleted_while_the_clock_is_doubted(staff: SignedIn) -> None:
    browser = staff(Role.AUDITOR)
    assert "The clock has jumped" not in browser.get("/console/").content.decode()
    clocks.look(clock.now() - 60 * A_DAY)
    clocks.look(clock.now())

    assert "The clock has jumped" in browser.get("/console/").content.decode()


def test_time__is_confirmed_by_two_people_and_not_by_one(staff: SignedIn) -> None:
    first, second = staff(Role.SECURITY_LEAD), staff(Role.DPO)
    clocks.look(clock.now() - 60 * A_DAY)
    clocks.look(clock.now())

    shown = first.get("/console/clock/").content
    html5lib.HTMLParser(strict=True).parse(shown)
    assert b"none is set" in shown
    assert first.post("/console/clock/").status_code == 302
    assert b"Somebody else has to confirm it too" in first.get("/console/clock/").content
    assert first.post("/console/clock/").status_code == 409
    assert clocks.shown().doubted_since
    assert second.post("/console/clock/").status_code == 302

    assert clocks.shown().doubted_since is None
    assert b"The clock is believed." in second.get("/console/clock/").content
    assert second.post("/console/clock/").status_code == 409
