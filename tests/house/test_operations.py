"""What operators read about calls, logs and components is what the code does."""

from __future__ import annotations

import ast
import json
import logging
import re
from typing import Any

import pytest
import structlog
from django.urls import resolve

from tests.house.source import ROOT, SOURCE, modules
from trustkeep.cli.main import build_parser
from trustkeep.identity.limits import PERSONAL_KEPT
from trustkeep.programme.severity import REMEDIATE_EXPLOITED_WITHIN, REMEDIATE_WITHIN, Severity
from trustkeep.site.logs import dict_config

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
OUTWARDS = {"socket", "httpx", "boto3", "psycopg", "smtplib", "http.client", "urllib.request"}
LISTENING = {"site/redirect.py", "site/server.py"}
"""Modules that use sockets to be asked and not to ask."""


def section(title: str) -> str:
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def importers(names: set[str]) -> set[str]:
    return {
        path.relative_to(SOURCE).as_posix()
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
        if name in names
    }


@pytest.mark.asvs("13.1.1", "13.2.4")
def test_calls__of_the_server_are_all_told() -> None:
    told = set(re.findall(r"`([\w/]+\.py)`", section("Whom the server calls")))

    assert told == importers(OUTWARDS) - LISTENING


@pytest.mark.asvs("16.1.1")
def test_events__of_the_log_are_all_told() -> None:
    written = {
        call.args[0].value
        for path in modules()
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and re.fullmatch(r"log\.(info|warning|error|exception)", ast.unparse(call.func))
        and isinstance(call.args[0], ast.Constant)
    } | {"request", "request-refused"}
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|", section("What is logged"), re.M)

    assert {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)} == written
    assert f"{PERSONAL_KEPT.days} days" in section("What is logged")


@pytest.mark.asvs("16.2.2", "16.2.4", "16.4.1")
def test_line__is_one_json_object_with_its_instant_in_utc() -> None:
    settings: dict[str, Any] = dict_config()["formatters"]["json"]
    made = structlog.stdlib.ProcessorFormatter(
        **{name: value for name, value in settings.items() if name != "()"}
    )
    record = logging.LogRecord("a.b", logging.ERROR, "", 1, "two\nlines\x1b[31m\u2028", (), None)

    line = made.format(record)

    assert line.isascii()
    assert line.isprintable()
    told = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", told["at"])
    assert (told["level"], told["source"]) == ("error", "a.b")


@pytest.mark.asvs("16.4.3")
def test_logs__are_led_to_another_system_by_what_exists() -> None:
    for told in ("standard error", "audit export --since", "/.well-known/trust-log/checkpoint"):
        assert told in section("What is logged")
    assert [one["class"] for one in dict_config()["handlers"].values()] == ["logging.StreamHandler"]
    build_parser()[0].parse_args(["audit", "export", "--since", "2026-11-23"])
    assert resolve("/.well-known/trust-log/checkpoint").url_name == "checkpoint"


@pytest.mark.asvs("15.1.1")
def test_components__are_brought_up_to_date_in_the_published_times() -> None:
    told = dict(re.findall(r"^\| ([a-z ]+) \| (\d+) days \|$", PAGE, re.M))

    assert told == {
        "exploited in the wild": str(REMEDIATE_EXPLOITED_WITHIN.days),
        "critical": str(REMEDIATE_WITHIN[Severity.CRITICAL].days),
        "high": str(REMEDIATE_WITHIN[Severity.HIGH].days),
        "medium": str(REMEDIATE_WITHIN[Severity.MEDIUM].days),
        "low or none": str(REMEDIATE_WITHIN[Severity.LOW].days),
    }
    assert REMEDIATE_WITHIN[Severity.LOW] == REMEDIATE_WITHIN[Severity.NONE]
