"""All promises, in the order of the page; a promise that is not here does not exist.

Imports are written out so that a search finds every promise from here; a house test keeps this
list, the files in `promises` and the files in ``tests/promises`` the same set.
"""

from __future__ import annotations

from trustkeep.controls.promise import Promise
from trustkeep.controls.promises import (
    backups_without_exposure,
    data_processing_agreement,
    deleted_after_contract_end,
    deletion_on_request,
    encrypted_at_rest,
    exploited_first,
    https_only,
    industry_standards,
    intrusion_detection,
    locked_after_contract_end,
    mfa_through_provider,
    no_password_with_sso,
    no_staff_in_data_centre,
    onboarding_training,
    password_policy,
    pentest_summary,
    pentest_without_customer_data,
    physical_access_reviewed,
    physical_barriers,
    policy_overview,
    private_network,
    security_lead,
    security_policies,
    single_sign_on,
    yearly_gdpr_training,
    yearly_pentest,
)
from trustkeep.kernel.errors import TrustkeepError

CATALOGUE: tuple[Promise, ...] = (
    industry_standards.PROMISE,
    security_lead.PROMISE,
    physical_barriers.PROMISE,
    intrusion_detection.PROMISE,
    physical_access_reviewed.PROMISE,
    no_staff_in_data_centre.PROMISE,
    yearly_pentest.PROMISE,
    pentest_without_customer_data.PROMISE,
    exploited_first.PROMISE,
    pentest_summary.PROMISE,
    private_network.PROMISE,
    encrypted_at_rest.PROMISE,
    backups_without_exposure.PROMISE,
    https_only.PROMISE,
    locked_after_contract_end.PROMISE,
    deleted_after_contract_end.PROMISE,
    deletion_on_request.PROMISE,
    single_sign_on.PROMISE,
    no_password_with_sso.PROMISE,
    mfa_through_provider.PROMISE,
    password_policy.PROMISE,
    security_policies.PROMISE,
    policy_overview.PROMISE,
    onboarding_training.PROMISE,
    yearly_gdpr_training.PROMISE,
    data_processing_agreement.PROMISE,
)

BY_SLUG = {promise.slug: promise for promise in CATALOGUE}


class UnknownPromise(TrustkeepError):
    """No promise has this slug."""

    sentence = "There is no promise “{slug}”. `trustkeep promises` lists them all."


def promise(slug: str) -> Promise:
    """Return the promise; raises UnknownPromise."""
    try:
        return BY_SLUG[slug]
    except KeyError:
        raise UnknownPromise(slug=slug) from None
