"""`trustkeep audit`: the trail for people and machines at a terminal."""

from __future__ import annotations

import json

from tests.cli.conftest import Type


def test_list__shows_what_the_command_line_did(type_: Type) -> None:
    type_("token", "make", "reporting")
    said = type_("audit", "list", "--what", "token-made")

    assert "token-made" in said.out
    assert type_("audit", "list", "--json").json[0]["actor"]["user"]["uid"] == "command-line"


def test_export__prints_one_object_a_line(type_: Type) -> None:
    type_("token", "make", "reporting")
    lines = type_("audit", "export").out.splitlines()

    assert [json.loads(line)["message"] for line in lines] == ["token-made", "read"]
