"""Every module that lets a customer in, or asks the gate, is behind a door that the probe tries."""

from __future__ import annotations

import re

from tests.house.source import SOURCE, modules
from trustkeep.lifecycle.doors import DOORS

_LETS_IN = re.compile(
    r"(?<!def )\b(open_session|require_open)\(|\.may_enter\(|gate\.(is_open|passage)\("
)


def test_doors__stand_for_every_module_that_lets_a_customer_in() -> None:
    behind = {module for door in DOORS for module in door.modules}

    found = set()
    for path in modules():
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        if _LETS_IN.search(path.read_text("utf-8")) and not name.startswith(
            ("lifecycle.", "site.demo.")
        ):
            found.add(name)
    found -= {"accounts.gate"}

    assert found == behind
