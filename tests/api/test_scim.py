"""SCIM: Entra's and Okta's ways of saying it, and what a leaver loses at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.promises.world import NOW, person
from tests.published import published
from trustkeep.accounts import queries
from trustkeep.accounts.roles import Role
from trustkeep.api.scim.schemas import MOST_RESULTS
from trustkeep.identity.actions import admit
from trustkeep.identity.models import User
from trustkeep.identity.scopes import Scope
from trustkeep.identity.tokens import make_token
from trustkeep.kernel.clock import frozen

__all__ = ["published"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
LENA = {
    "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "userName": "lena@example.com",
    "externalId": "00u1",
    "name": {"givenName": "Lena", "familyName": "Ott"},
    "emails": [{"primary": True, "type": "work", "value": "lena@example.com"}],
    "active": True,
}


class Provider:
    """An identity provider with a token."""

    def __init__(self, scope: Scope = Scope.SCIM) -> None:
        _, self.secret = make_token(name="scim", scopes=[scope], by="alice", now=NOW)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        with frozen(NOW):
            return Client().generic(
                method,
                f"/scim/v2{path}",
                "" if body is None else json.dumps(body),
                content_type="application/scim+json",
                headers={"Authorization": f"Bearer {self.secret}", **headers},
            )

    def tells(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        answer = self.send(method, path, body, **headers)
        assert answer["Content-Type"] == "application/scim+json"
        return json.loads(answer.content)


@pytest.fixture
def provider() -> Provider:
    return Provider()


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": list(operations)}


def way_in(person_id: str) -> User:
    user_id = admit(
        person_id=queries.person_by_email("lena@example.com").id,
        password="Kastanie-7-Fluss",
        now=NOW,
    )
    assert person_id
    return User.objects.get(pk=user_id)


def test_newcomer__is_entered_without_a_role_and_found_again(provider: Provider) -> None:
    made = provider.send("POST", "/Users", LENA)
    told = json.loads(made.content)

    assert made.status_code == 201
    assert made["Location"].endswith(f"/scim/v2/Users/{told['id']}")
    assert (told["displayName"], told["active"], told["externalId"]) == ("Lena Ott", True, "00u1")
    assert queries.person_by_email("lena@example.com").roles == ()
    for wanted in (
        'userName eq "LENA@example.com"',
        'externalId eq "00u1"',
        'emails[type eq "work"].value eq "lena@example.com"',
        'userName eq "lena@example.com" and active eq true',
    ):
        found = provider.tells("GET", f"/Users?filter={wanted}")
        assert [one["id"] for one in found["Resources"]] == [told["id"]], wanted
    assert provider.tells("GET", '/Users?filter=userName eq "no@example.com"')["totalResults"] == 0


@pytest.mark.asvs("7.4.2")
@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "value": {"active": False}},
        {"op": "Replace", "path": f"{USER}:active", "value": False},
    ],
    ids=["entra", "okta", "with-schema"],
)
def test_leaver__has_no_access_from_that_answer_on(
    provider: Provider, operation: dict[str, Any]
) -> None:
    told = provider.tells("POST", "/Users", LENA)
    user = way_in(told["id"])
    assert user.may_enter(NOW)

    after = provider.tells("PATCH", f"/Users/{told['id']}", patch(operation))

    assert after["active"] is False
    assert not User.objects.get(pk=user.pk).may_enter(NOW)
    assert User.objects.get(pk=user.pk).epoch > user.epoch, "every session ends"


def test_whoever_comes_back__is_let_in_by_an_administrator_only(provider: Provider) -> None:
    told = provider.tells("POST", "/Users", LENA)
    user = way_in(told["id"])
    address = f"/Users/{told['id']}"
    provider.tells("PATCH", address, patch({"op": "replace", "value": {"active": False}}))

    after = provider.tells("PATCH", address, patch({"op": "replace", "value": {"active": True}}))

    assert after["active"] is True
    assert not User.objects.get(pk=user.pk).may_enter(NOW)


def test_names_and_addresses__are_changed_in_both_dialects(provider: Provider) -> None:
    told = provider.tells("POST", "/Users", LENA)
    user = way_in(told["id"])
    operations = [
        {"op": "Replace", "path": "name.familyName", "value": "Ott-Meier"},
        {"op": "Replace", "path": "name.givenName", "value": "Lena"},
        {"op": "Replace", "path": "userName", "value": "lena.meier@example.com"},
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "x@example.com"},
        {"op": "Add", "path": "urn:x:department", "value": "Legal"},
    ]

    after = provider.tells("PATCH", f"/Users/{told['id']}", patch(*operations))

    assert (after["displayName"], after["userName"]) == ("Lena Ott-Meier", "lena.meier@example.com")
    assert User.objects.get(pk=user.pk).handle != user.handle, "the way in follows the address"
    put = provider.tells("PUT", f"/Users/{told['id']}", {**LENA, "displayName": "L. Ott"})
    assert (put["displayName"], put["userName"]) == ("L. Ott", "lena@example.com")


def test_roles__are_never_taken_over(provider: Provider) -> None:
    told = provider.tells("POST", "/Users", {**LENA, "roles": [{"value": Role.ADMINISTRATOR}]})
    operation = {"op": "Add", "path": "roles", "value": [{"value": "administrator"}]}
    provider.tells("PATCH", f"/Users/{told['id']}", patch(operation))

    assert queries.person_by_email("lena@example.com").roles == ()
    assert provider.send("POST", "/Groups", {"displayName": "x"}).status_code == 501
    assert provider.tells("GET", "/Groups")["totalResults"] == 0


def test_removal__lets_the_person_leave_and_keeps_the_entry(provider: Provider) -> None:
    told = provider.tells("POST", "/Users", LENA)
    user = way_in(told["id"])

    assert provider.send("DELETE", f"/Users/{told['id']}").status_code == 204
    assert not User.objects.get(pk=user.pk).may_enter(NOW)
    assert queries.person_by_email("lena@example.com").external_id == ""


def test_versions__keep_two_providers_from_overwriting_each_other(provider: Provider) -> None:
    made = provider.send("POST", "/Users", LENA)
    address = f"/Users/{json.loads(made.content)['id']}"
    operation = patch({"op": "replace", "value": {"displayName": "Lena"}})

    assert provider.send("GET", address, **{"If-None-Match": made["ETag"]}).status_code == 304
    assert (
        provider.send("PATCH", address, operation, **{"If-Match": made["ETag"]}).status_code == 200
    )
    assert (
        provider.send("PATCH", address, operation, **{"If-Match": made["ETag"]}).status_code == 412
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("POST", "/Users", {**LENA, "userName": "alice@example.com"}, 409, "uniqueness"),
        ("POST", "/Users", {"displayName": "nobody"}, 400, "invalidValue"),
        ("POST", "/Users", {**LENA, "userName": "no address"}, 400, "invalidValue"),
        ("POST", "/Users", {**LENA, "active": "perhaps"}, 400, "invalidValue"),
        ("POST", "/Users", {**LENA, "name": "Lena"}, 400, "invalidValue"),
        ("POST", "/Users", ["a list"], 400, "invalidSyntax"),
        ("GET", '/Users?filter=userName co "a"', None, 400, "invalidFilter"),
        ("GET", "/Users?filter=password eq true", None, 400, "invalidFilter"),
        ("GET", "/Users?startIndex=one", None, 400, "invalidValue"),
        ("GET", "/Users/nobody", None, 404, None),
        ("DELETE", "/Users", None, 405, None),
        ("POST", "/ServiceProviderConfig", {}, 405, None),
    ],
)
def test_fault__is_worded_as_scim_does(
    provider: Provider, method: str, path: str, body: object, status: int, kind: str | None
) -> None:
    told = provider.tells(method, path, body)

    assert told["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert (told["status"], told.get("scimType")) == (str(status), kind)


@pytest.mark.parametrize(
    "operations",
    [
        [],
        ["replace"],
        [{"op": "move", "path": "active", "value": True}],
        [{"op": "remove"}],
        [{"op": "remove", "path": "userName"}],
        [{"op": "replace", "value": "False"}],
        [{"op": "replace", "path": 7, "value": True}],
        [{"op": "replace", "path": "active", "value": True}] * 101,
    ],
)
def test_patch__that_cannot_be_done_changes_nothing(
    provider: Provider, operations: list[Any]
) -> None:
    told = provider.tells("POST", "/Users", LENA)

    answer = provider.send("PATCH", f"/Users/{told['id']}", {"Operations": operations})

    assert answer.status_code == 400
    assert provider.tells("GET", f"/Users/{told['id']}") == told


@pytest.mark.asvs("8.2.1")
def test_token__of_another_scope_or_none_is_refused() -> None:
    foreign = Provider(Scope.READ)

    assert foreign.send("GET", "/Users").status_code == 403
    foreign.secret = "tk_wrong"
    answer = foreign.send("GET", "/Users")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="trustkeep"')


def test_service__tells_what_it_understands(provider: Provider) -> None:
    assert provider.tells("GET", "/ServiceProviderConfig")["patch"] == {"supported": True}
    assert provider.tells("GET", "/ResourceTypes")["Resources"][0]["schema"] == USER
    assert provider.tells("GET", "/Schemas")["Resources"][0]["id"] == USER


def test_list__comes_in_parts(provider: Provider) -> None:
    for number in range(3):
        person(f"P{number}")

    part = provider.tells("GET", "/Users?startIndex=2&count=1")

    assert (part["totalResults"], part["startIndex"], part["itemsPerPage"]) == (4, 2, 1)
    assert provider.tells("GET", "/Users?count=9999")["itemsPerPage"] == 4 <= MOST_RESULTS
