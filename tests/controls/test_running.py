"""Checks that run, are switched off and on, and clocks that do not behave."""

from __future__ import annotations

import uuid
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.promises.test_security_lead import appointed
from tests.promises.world import A_DAY, LATER, NOW, checked, company, standing
from trustkeep.controls import actions, canary, catalogue, figures, publication, queries, subjects
from trustkeep.controls.actions import CheckIsOff, CheckIsOn
from trustkeep.controls.models import Observation
from trustkeep.controls.ports import joined
from trustkeep.controls.promise import Outcome, State
from trustkeep.controls.promises import https_only, password_policy

pytestmark = pytest.mark.django_db

PROMISE = catalogue.promise("security-lead")
[CHECK] = PROMISE.checks


def test_checks__all_run_when_asked_and_the_derived_one_last() -> None:
    company()

    ran = actions.run_all_checks(now=NOW)

    assert {one.promise for one in ran} == set(catalogue.BY_SLUG)
    assert ran[-1].promise == "industry-standards"


def test_checks__that_are_not_due_are_left_alone() -> None:
    company()
    actions.run_due_checks(now=NOW)

    assert actions.run_due_checks(now=NOW) == []


def test_check__is_switched_off_once_and_on_once() -> None:
    actions.switch_off(promise=PROMISE, check=CHECK, reason="repair", by="alice", now=NOW)
    with pytest.raises(CheckIsOff):
        actions.switch_off(promise=PROMISE, check=CHECK, reason="again", by="bob", now=NOW)
    actions.switch_on(promise=PROMISE, check=CHECK, by="alice", now=LATER)

    with pytest.raises(CheckIsOn):
        actions.switch_on(promise=PROMISE, check=CHECK, by="alice", now=LATER)


def test_result__under_a_clock_that_went_back_follows_the_one_before() -> None:
    checked(PROMISE)
    appointed()

    checked(PROMISE, NOW - A_DAY)

    before, after = Observation.objects.order_by("pk")
    assert after.first_at > before.last_at


def test_https_only__cannot_tell_where_nothing_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joined, "prober", None)

    assert checked(https_only.PROMISE).outcome is Outcome.CANNOT_TELL


def test_password_policy__is_not_measured_when_a_door_refuses_strong_passwords_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shut = SimpleNamespace(door="reset", sample=None, right=False)
    monkeypatch.setattr(password_policy, "probe", lambda now: [shut])

    checked(password_policy.PROMISE)

    assert standing(password_policy.PROMISE).state is State.NOT_MEASURED


def test_figure__refuses_what_is_no_value() -> None:
    with pytest.raises(ValueError, match="not a value"):
        figures.values_from_json({"count": {"weeks": 3}})


def test_subject__that_nobody_knows_is_its_reference() -> None:
    unknown = str(uuid.uuid4())

    assert subjects.subject(unknown).name == unknown


def test_history__of_a_state_older_than_a_year_says_since_when() -> None:
    company()
    publication.reconcile(now=NOW)
    appointed()
    half_a_year = timedelta(days=182)
    for step in range(4):
        checked(PROMISE, NOW + step * half_a_year)
        checked(PROMISE, NOW + step * half_a_year + CHECK.max_age / 2)

    shown = queries.history(PROMISE.slug, "en", NOW + 3 * half_a_year)

    assert shown.statement.state_since > NOW


def test_scan__goes_on_where_a_temporary_file_has_gone(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(path: Path, spellings: object) -> bool:
        raise FileNotFoundError(path)

    monkeypatch.setattr(canary, "_holds", gone)
    result = checked(catalogue.promise("encrypted-at-rest"))

    assert result.outcome is not Outcome.FAILS


def test_scan__brings_the_write_ahead_log_into_the_file_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    cursor = nullcontext(SimpleNamespace(execute=said.append))
    outside = SimpleNamespace(vendor="sqlite", in_atomic_block=False, cursor=lambda: cursor)
    monkeypatch.setattr(canary, "connection", outside)

    canary._flush()

    assert said == ["PRAGMA wal_checkpoint(TRUNCATE)"]
