"""The API's addresses, below ``/api/v1/``."""

from django.urls import path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from trustkeep.api import problems
from trustkeep.api.description import Described, described, view
from trustkeep.api.reading import JsonOnly
from trustkeep.api.routes import (
    account,
    collections,
    evidence,
    files,
    promises,
    records,
    systems,
    uploads,
)

PREFIX = "/api/v1/"

api = NinjaAPI(
    title="Trustkeep",
    version="1",
    description=(
        "Promises, their states, their evidence, the records that they rest on and connected "
        "systems; "
        "and, with a token of a customer's account, its files and records. "
        "Texts come in the language of `Accept-Language`: de, en or fr. "
        "Instants are RFC 3339, in UTC."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    parser=JsonOnly(),
)
problems.teach(api)
for part in (promises, evidence, records, systems, account, files, uploads, collections):
    api.add_router("", part.router)


def description() -> Described:
    """Return the API as OpenAPI 3.1."""
    return described(api, PREFIX)


urlpatterns = [
    path("openapi.json", require_safe(view(description)), name="openapi"),
    path("", api.urls),
]
