"""Who may do what with what: roles, rooms, programs, and the fields that each of them is shown.

Everything is read off the guards and shapes that do it, so that the manual cannot say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import URLPattern
from ninja.constants import NOT_SET

from trustkeep.accounts.roles import GRANTS, POWERFUL, MemberRole, Permission, Role
from trustkeep.controls.record_kinds import BY_SLUG
from trustkeep.identity.scopes import IN_PERSON, MEMBERS, STAFF, Scope, longest

ANYBODY, SIGNED_IN = "anybody", "a role"
_ROLES = tuple(Role)


def permission_rows() -> Iterator[str]:
    """Yield each permission with the roles that have it."""
    yield f"| permission | {' | '.join(_ROLES)} |"
    yield f"|---|{'---|' * len(_ROLES)}"
    for permission in Permission:
        told = " | ".join("yes" if permission in GRANTS[role] else "" for role in _ROLES)
        yield f"| {permission.value} | {told} |"


def record_rows() -> Iterator[str]:
    """Yield each kind of record with who may enter it."""
    for slug, kind in sorted(BY_SLUG.items()):
        yield f"| {slug} | {', '.join(sorted(kind.writers))} |"


def room_rows() -> Iterator[str]:
    """Yield each address of the console and of the customers' rooms with who may enter."""
    from trustkeep.console.urls import urlpatterns as console
    from trustkeep.workspace.urls import urlpatterns as workspace

    for prefix, patterns in (("/console/", console), ("/app/", workspace)):
        for pattern in patterns:
            yield f"| `{prefix}{pattern.pattern}` | {who_may(pattern)} |"


def who_may(pattern: URLPattern) -> str:
    """Return whom a room lets in: a permission, roles of members, or whoever is asked for less."""
    known = vars(pattern.callback)
    if "staff_permission" in known:
        return str(known["staff_permission"] or SIGNED_IN)
    if "member_roles" in known:
        return ", ".join(known["member_roles"]) or "every member"
    return ANYBODY


def scope_rows() -> Iterator[str]:
    """Yield each scope of a program with who may give it, in whose name it acts, how long."""
    for scope in Scope:
        days = longest([scope]).days
        name = "who made it" if scope in IN_PERSON else "itself"
        yield f"| `{scope.value}` | {_givers(scope)} | {name} | {days} |"


def _givers(scope: Scope) -> str:
    if scope in STAFF:
        return str(STAFF[scope] or SIGNED_IN)
    if scope in MEMBERS:
        return ", ".join(one.value for one in MemberRole if one in MEMBERS[scope])
    return Permission.MANAGE_TOKENS.value


def operation_rows() -> Iterator[str]:
    """Yield each operation of the API: the scope it takes, fields it writes, fields it shows."""
    from trustkeep.api.urls import PARTS, PREFIX, description

    told = description()
    for part in PARTS:
        for path, view in part.router.path_operations.items():
            for operation in view.operations:
                given = operation.auth_param
                auth = part.router.auth if given is NOT_SET else given
                method = operation.methods[0].lower()
                shown = told["paths"][PREFIX.rstrip("/") + path][method]
                writes = _fields(told, shown.get("requestBody", {}))
                reads = _fields(told, _good(shown["responses"]))
                yield (
                    f"| {method.upper()} `{path}` | {_scope(auth)} | {', '.join(writes) or '–'} | "
                    f"{', '.join(reads) or '–'} |"
                )


def _scope(auth: Any) -> str:
    if auth is None:
        return ANYBODY
    scope = getattr(auth, "scope", None)
    return f"`{scope.value}`" if scope else "any token of the account"


def _good(responses: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((told for status, told in responses.items() if status.startswith("2")), {})


def _fields(described: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    content = told.get("content", {}).get("application/json", {})
    return sorted(_members(described, content.get("schema", {})))


def _members(described: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterable[str]:
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    listed = schema.get("properties", {}).get("items", {}).get("items")
    if listed:
        return _members(described, listed)
    return list(schema.get("properties", {}))


_RULES = """\
Nothing is open unless it is listed here: a page or an operation without a guard fails the tests,
and what is neither granted nor listed is refused. A role that is taken away is gone with the next
request.

## Objects

- What belongs to a customer’s account is reached by its members alone, while its gate is open. An
  id of another account answers as one that does not exist.
- The staff sees names, states and deadlines of accounts by role; files and records of a customer
  only within a look, with a reason that the customer can read.
- Acts of two people refuse the one who began: wordings, plans of deletion, reinstatements, lost
  factors, links of the staff.
- A token does what its owner may do this instant, within its scope.
- Each reading of a customer’s data by the staff leaves a line in the audit trail.

## Fields

- Forms and bodies take the fields that they declare ([limits.md](limits.md), and below). Any other
  is not looked at; who made something, when, and in which account never comes from a request.
- Secrets are shown once, to who makes them: tokens, recovery codes, keys of systems. Passwords,
  hashes and digests of links are shown to nobody.
- Letters whose link lets somebody in show the staff no text.
- Personal fields of who was erased, or whose time is over, are empty for everybody
  ([data.md](data.md)).
- The content of records is the staff’s; the public page shows what a promise declares.
- A contract that has ended changes by the acts of its end alone; a wording that was published, and
  an entry of the log, by nothing.
"""


def document(made: str) -> str:
    """Return the whole page of the manual."""
    powerful = ", ".join(sorted(POWERFUL))
    parts = [
        ("# Who may do what", [made]),
        ("", [_RULES.rstrip()]),
        ("## The staff", [f"Sessions of {powerful} are shorter. Reading takes a role only."]),
        ("", permission_rows()),
        ("", ["| kind of record | entered by |", "|---|---|", *record_rows()]),
        ("## Rooms", ["| address | needs |", "|---|---|", *room_rows()]),
        ("## Programs", [*_head("scope", "given by", "acts as", "days at most"), *scope_rows()]),
        (
            "## Operations of the API, and their fields",
            [*_head("operation", "scope", "takes", "shows"), *operation_rows()],
        ),
    ]
    lines = [line for title, told in parts for line in ([title, ""] if title else []) + [*told, ""]]
    return "\n".join(lines)


def _head(*names: str) -> list[str]:
    return [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
