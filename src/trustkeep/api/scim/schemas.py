"""What this service provider understands, told as RFC 7643 sections 5 to 7 ask."""

from __future__ import annotations

from typing import Any

from trustkeep.api.scim.documents import USER

_CORE = "urn:ietf:params:scim:schemas:core:2.0"
MOST_RESULTS = 200


def service_provider(base: str) -> dict[str, Any]:
    """Return the configuration of the service provider."""
    off = {"supported": False}
    return {
        "schemas": [f"{_CORE}:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST_RESULTS},
        "changePassword": off,
        "sort": off,
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A token with the scope scim, made in the console.",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": True,
            }
        ],
        "meta": _meta("ServiceProviderConfig", f"{base}/ServiceProviderConfig"),
    }


def resource_types(base: str) -> list[dict[str, Any]]:
    """Return the one kind of resource."""
    return [
        {
            "schemas": [f"{_CORE}:ResourceType"],
            "id": "User",
            "name": "User",
            "endpoint": "/Users",
            "description": "Somebody of the staff",
            "schema": USER,
            "meta": _meta("ResourceType", f"{base}/ResourceTypes/User"),
        }
    ]


def schemas(base: str) -> list[dict[str, Any]]:
    """Return the schema of a User, as far as it is kept here."""
    attributes = [
        _attribute("userName", required=True, unique="server"),
        _attribute("displayName"),
        _attribute("externalId", unique="server", exact=True),
        {**_attribute("active"), "type": "boolean"},
        {
            **_attribute("name"),
            "type": "complex",
            "subAttributes": [
                _attribute(part) for part in ("formatted", "givenName", "familyName")
            ],
        },
        {
            **_attribute("emails"),
            "type": "complex",
            "multiValued": True,
            "mutability": "readOnly",
            "subAttributes": [_attribute("value"), _attribute("type")],
        },
        {**_attribute("userType"), "mutability": "readOnly"},
    ]
    return [
        {
            "schemas": [f"{_CORE}:Schema"],
            "id": USER,
            "name": "User",
            "description": "Somebody of the staff",
            "attributes": attributes,
            "meta": _meta("Schema", f"{base}/Schemas/{USER}"),
        }
    ]


def _attribute(
    name: str, *, required: bool = False, unique: str = "none", exact: bool = False
) -> dict[str, Any]:
    return {
        "name": name,
        "type": "string",
        "multiValued": False,
        "description": name,
        "required": required,
        "caseExact": exact,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": unique,
    }


def _meta(kind: str, location: str) -> dict[str, str]:
    return {"resourceType": kind, "location": location}
