"""The only pages whose forms may lead to identity providers, be it through a redirect of ours.

Browsers hold `form-action` against the whole chain of redirects after a form was sent, so the
origins of the providers stand in the policy of those pages, and of no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from django.conf import settings
from django.http import HttpResponse

from trustkeep.identity.oidc.installed import form_origins


def leading_to_providers[**P](
    policy: Mapping[str, list[str]] | None = None,
) -> Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]:
    """Answer under `policy`, the product's own by default, with the providers as targets."""

    def decorate(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
        @wraps(view)
        def answered(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = view(*args, **kwargs)
            told = dict(policy or settings.SECURE_CSP)
            told["form-action"] = [*told["form-action"], *form_origins()]
            response._csp_config = told  # type: ignore[attr-defined]
            return response

        return answered

    return decorate
