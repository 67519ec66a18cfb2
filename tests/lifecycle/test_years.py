"""Years of accounts that end, are held, come back, through outages, kills and wrong clocks.

``YEARS``, ``YEARS_ACCOUNTS`` and ``YEARS_SEEDS`` make it longer (`make years`); a seed repeats
its run.
"""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from random import Random

import pytest

from tests.lifecycle.test_faults import checksums
from tests.lifecycle.world import house
from tests.lifecycle.years.company import DAY, Company
from tests.lifecycle.years.fates import Fates
from tests.lifecycle.years.reading import broken_deadlines, broken_ends, broken_log, broken_rows
from tests.promises.world import NOW
from trustkeep.controls.promise import Outcome
from trustkeep.controls.promises import deleted_after_contract_end, locked_after_contract_end

pytestmark = pytest.mark.django_db(transaction=True)

YEARS = int(os.environ.get("YEARS", "1"))
ACCOUNTS = int(os.environ.get("YEARS_ACCOUNTS", "4"))
SEEDS = [int(one) for one in os.environ.get("YEARS_SEEDS", "1 2").split()]
CLOSING_TIME = timedelta(days=420)
"""After the years: whatever was held is released, and comes to its end."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.when("floor-ceiling")
def test_years__miss_no_ceiling_and_cross_no_floor(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Thousands of faults are on purpose.
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    house()
    company = Company(Random(seed), monkeypatch, has_second=bool(seed % 2))
    until = NOW + YEARS * timedelta(days=365)
    fates = Fates(company, until - 200 * DAY)
    fates.draw(ACCOUNTS)
    before = {one: checksums(one) for one in fates.untouched}

    company.pass_time(until)
    company.shaken.is_on = False
    company.pass_time(until + CLOSING_TIME)

    print(f"seed {seed}: {ACCOUNTS} accounts, {company.shaken.kills} kills,", company.told)
    assert company.wrong == []
    assert list(broken_deadlines(company.shut_at, company.erased_at)) == []
    assert list(broken_rows()) == []
    assert list(broken_ends()) == []
    assert list(broken_log()) == []
    assert {one: checksums(one) for one in fates.untouched} == before
    for promise in (locked_after_contract_end, deleted_after_contract_end):
        assert promise.check(company.at).outcome is Outcome.HOLDS
