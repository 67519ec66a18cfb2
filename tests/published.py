"""A company whose page is public: every sentence published, a few checks run, the log signed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.promises.test_security_policies import policy
from tests.promises.world import NOW, company, days_ago, person
from trustkeep.controls import actions, catalogue, publication
from trustkeep.evidence.actions import publish_checkpoint
from trustkeep.kernel.clock import frozen
from trustkeep.programme.policies import REVIEW_WITHIN

RUN = ("security-lead", "password-policy", "security-policies", "yearly-gdpr-training")


@pytest.fixture
def published(db: None) -> Iterator[None]:
    """The page at `NOW`: two promises broken or at risk, some kept, the others not measured."""
    company()
    person()
    policy(reviewed=days_ago(REVIEW_WITHIN.days + 1))
    publication.reconcile(now=NOW)
    for slug in RUN:
        actions.run_promise(promise=catalogue.promise(slug), now=NOW)
    publish_checkpoint(NOW)
    with frozen(NOW):
        yield
