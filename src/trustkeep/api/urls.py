"""The API's addresses, below ``/api/v1/``."""

from django.urls import path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from trustkeep.api import problems
from trustkeep.api.description import Described, described, view
from trustkeep.api.reading import JsonOnly
from trustkeep.api.routes import (
    account,
    bounces,
    collections,
    contract,
    evidence,
    files,
    letters,
    links,
    opening,
    own_requests,
    previews,
    promises,
    records,
    requests,
    sign_in,
    systems,
    uploads,
)

PREFIX = "/api/v1/"
PARTS = (
    promises,
    evidence,
    records,
    systems,
    opening,
    requests,
    previews,
    sign_in,
    bounces,
    letters,
    account,
    contract,
    own_requests,
    files,
    links,
    uploads,
    collections,
)

api = NinjaAPI(
    title="Trustkeep",
    version="1",
    description=(
        "Promises, their states, their evidence, the records that they rest on and connected "
        "systems; in somebody's name the lives of accounts and requests about personal data; "
        "and, with a token of a customer's account, its files, records and contract. "
        "Texts come in the language of `Accept-Language`: de, en or fr. "
        "Instants are RFC 3339, in UTC."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    parser=JsonOnly(),
)
problems.teach(api)
for part in PARTS:
    api.add_router("", part.router)


def description() -> Described:
    """Return the API as OpenAPI 3.1."""
    return described(api, PREFIX)


urlpatterns = [
    path("openapi.json", require_safe(view(description)), name="openapi"),
    path("", api.urls),
]
