"""The API's own description: OpenAPI 3.1, with what the framework does not know added."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import TypeAdapter

from trustkeep.api.once import HEADER, LONGEST_KEY
from trustkeep.api.problems import CONTENT_TYPE, Problem

type Described = dict[str, Any]

_ERROR = {
    "description": "An error, as problem details (RFC 9457)",
    "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Any text; sent again with it within a day, the request is done once.",
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
}
_REPEATABLE = ("post", "put")
_ONCE = {
    "records",
    "files",
    "collections",
    "accounts",
    "contract",
    "requests",
    "own requests",
    "sign-in",
}


def described(api: NinjaAPI, prefix: str) -> Described:
    """Return the description of `api` as it is mounted at `prefix`."""
    told: Described = json.loads(json.dumps(api.get_openapi_schema(path_prefix=prefix)))
    schemas = told["components"]["schemas"]
    schemas |= _problem_schemas()
    for method, operation in _operations(told):
        operation["operationId"] = operation["operationId"].rpartition("routes_")[2]
        operation["responses"]["default"] = _ERROR
        if method in _REPEATABLE and _ONCE & set(operation["tags"]):
            operation["parameters"].append(_KEY)
    told["components"]["securitySchemes"] = {"Bearer": {"type": "http", "scheme": "bearer"}}
    for schema in schemas.values():
        _amend(schema)
    return told


def view(describe: Callable[[], Described]) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view that gives the description to anybody."""

    def openapi(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(json.dumps(describe()), content_type="application/json")

    return openapi


def _operations(told: Described) -> Iterator[tuple[str, Described]]:
    for methods in told["paths"].values():
        yield from methods.items()


def _problem_schemas() -> Described:
    schema = TypeAdapter(Problem).json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    return {**schema.pop("$defs"), "Problem": schema}


def _amend(schema: Described) -> None:
    if "description" in schema:
        schema["description"] = schema["description"].replace("``", "`").replace("None", "null")
    for shape in schema.get("properties", {}).values():
        if shape.get("format") == "binary":
            del shape["format"]
            shape["contentEncoding"] = "base64"
