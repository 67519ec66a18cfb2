"""The demo as a person runs it: a real process, real TLS, real signals, data that stays."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import READY_WITHIN_S, Demo, free_ports, sign_ins
from trustkeep.site.headers import SECURITY_HEADERS
from trustkeep.site.lanes import THREADS

WARM_START_WITHIN_S = 10
SLOW_SENDERS_COST_AT_MOST_S = 5


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    port, http_port = free_ports(2)
    demo = Demo(tmp_path_factory.mktemp("demo") / "data", port, http_port)
    demo.start()
    yield demo
    demo.stop()


def test_demo__tells_address_and_sign_ins_to_its_owner_only(demo: Demo) -> None:
    told = sign_ins(demo)

    assert (demo.data / "demo.json").stat().st_mode & 0o777 == 0o600
    tokens = {"api_token", "account_token", "dpo_token"}
    others = {"base_url", "ca_certificate", "staff", "members", "shared_path"}
    assert set(told) == others | tokens
    assert told["base_url"] == f"https://localhost:{demo.port}"
    assert told["ca_certificate"] == str(demo.data / "tls" / "ca.pem")
    factor = {"totp_secret", "asks_for_code", "recovery_codes"}
    assert {"role", "email", "password"} | factor == set(told["staff"][0])
    assert [one["role"] for one in told["staff"] if one["asks_for_code"]] == ["programme-manager"]
    assert {"administrator", "security-lead"} <= {one["role"] for one in told["staff"]}
    assert told["api_token"]


def test_demo__keeps_its_files_to_its_owner(demo: Demo) -> None:
    assert demo.data.stat().st_mode & 0o777 == 0o700
    assert (demo.data / "root.key").stat().st_mode & 0o777 == 0o400
    assert not (demo.data / "trustkeep.db").read_bytes().startswith(b"SQLite format 3")


@pytest.mark.asvs("3.4.1", "3.4.3", "3.4.4", "3.4.5", "3.4.6", "3.4.8")
@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/nowhere/", "GET", 404),
        ("/%ff%00/", "GET", 404),
        ("/static/nothing.css", "GET", 404),
        ("/en/nowhere/?a=%ff", "GET", 404),
        ("/", "TRACE", 405),
    ],
)
def test_demo__puts_the_security_headers_on_errors_too(
    demo: Demo, path: str, method: str, status: int
) -> None:
    answer = demo.get(path, method)

    assert answer.status == status
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.asvs("16.5.1")
@pytest.mark.parametrize(
    ("language", "word"), [("de", "Adresse"), ("fr", "adresse"), ("en", "address")]
)
def test_demo__words_errors_without_their_insides(demo: Demo, language: str, word: str) -> None:
    answer = demo.get("/nowhere/", **{"Accept-Language": language})

    assert f'lang="{language}"' in answer.text  # type: ignore[attr-defined]
    assert "Traceback" not in answer.text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "x" * 5000},
        {"Accept-Language": "de;q=nonsense,,;,*-*"},
        {"Accept-Language": "de-" + "a-" * 200},
        {"Accept-Encoding": ";;q=,br;q=x"},
        {"If-None-Match": "W/,\"'"},
        {"Cookie": "__Host-session=../../etc/passwd; =;;"},
        {"Forwarded": 'for="_x"', "X-Forwarded-For": "a,b,,c"},
    ],
)
def test_demo__answers_malformed_headers_without_failing(
    demo: Demo, headers: dict[str, str]
) -> None:
    assert demo.get("/en/", **headers).status < 500


def test_demo__refuses_a_host_that_is_not_its_own(demo: Demo) -> None:
    assert demo.get("/", Host="evil.example").status == 400


def test_demo__refuses_a_body_without_a_length(demo: Demo) -> None:
    answer = demo.get("/en/", "POST", **{"Transfer-Encoding": "chunked"})

    assert answer.status == 411


def test_demo__refuses_a_body_that_is_too_large(demo: Demo) -> None:
    answer = demo.get("/en/", "POST", **{"Content-Length": str(2**40)})

    assert answer.status == 413


@pytest.mark.parametrize(
    "command", [["keys", "rotate-root"], ["log", "audit"], ["doctor"], ["check", "https-only"]]
)
def test_demo__goes_on_while_commands_work_on_its_data(demo: Demo, command: list[str]) -> None:
    environment = {"PATH": os.environ["PATH"], "TRUSTKEEP_DATA": str(demo.data)}
    run = [sys.executable, "-m", "trustkeep.cli.main", *command]

    subprocess.run(run, env=environment, check=True, capture_output=True)

    # The server has the database open: nobody else is its last user, and its log stays.
    assert (demo.data / "trustkeep.db-wal").exists()
    assert demo.get("/sign-in/?fresh").status == 200
    assert demo.get("/en/?fresh").status == 200


def test_demo__leaves_nothing_in_the_clear(demo: Demo) -> None:
    environment = {"PATH": os.environ["PATH"], "TRUSTKEEP_DATA": str(demo.data)}
    run = [sys.executable, "-m", "trustkeep.cli.main", "check", "encrypted-at-rest", "--json"]

    told = subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout

    assert [one["outcome"] for one in json.loads(told)] == ["holds"]


def test_demo__reads_what_a_form_sends(demo: Demo) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = demo.send("/en/verify/", "POST", b"pasted=no-receipt", form)

    assert answer.status == 422
    assert "This is not a readable receipt" in answer.text  # type: ignore[attr-defined]


@pytest.mark.asvs("15.2.2")
def test_demo__lets_no_slow_sender_hold_up_others(demo: Demo) -> None:
    head = b"POST /en/verify/ HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 999\r\n\r\nx"
    slow = [demo.connected() for _ in range(THREADS * 3)]
    for one in slow:
        one.sendall(head % demo.port)
    started = time.monotonic()

    assert demo.get("/en/").status == 200
    assert demo.get("/sign-in/?fresh").status == 200
    assert time.monotonic() - started < SLOW_SENDERS_COST_AT_MOST_S
    for one in slow:
        one.close()


@pytest.mark.asvs("12.2.1")
def test_redirect__leads_to_the_configured_host_and_gives_nothing(demo: Demo) -> None:
    answer = demo.get_plainly("/de/?a=b", Host="evil.example")

    assert answer.status == 308
    assert answer.headers["Location"] == f"https://localhost:{demo.port}/de/?a=b"
    assert answer.text == ""
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", ["//evil.example/", "http://evil.example/"])
def test_redirect__cannot_be_led_elsewhere(demo: Demo, path: str) -> None:
    location = demo.get_plainly(path).headers["Location"]

    assert location.startswith(f"https://localhost:{demo.port}/")


@pytest.mark.rule("N15")
@pytest.mark.asvs("4.1.2")
@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/api/v1/promises", "GET", 403),
        ("/de/", "POST", 405),
        ("/de/", "TRACE", 405),
        ("/sign-in/", "POST", 405),
    ],
)
def test_redirect__refuses_machines_and_whatever_carries_content(
    demo: Demo, path: str, method: str, status: int
) -> None:
    answer = demo.get_plainly(path, method)

    assert answer.status == status
    assert "Location" not in answer.headers


def test_demo__ends_cleanly_and_keeps_its_data(demo: Demo) -> None:
    before = sign_ins(demo)

    said = demo.stop()
    took = demo.start()

    assert "Traceback" not in said
    assert "refused to gracefully stop" not in said
    assert demo.process.poll() is None
    assert sign_ins(demo) == before
    assert took < WARM_START_WITHIN_S


def test_demo__exits_with_zero_after_ctrl_c(demo: Demo) -> None:
    demo.stop()

    assert demo.process.returncode == 0
    demo.start()


def test_demo__survives_being_killed(demo: Demo) -> None:
    before = sign_ins(demo)

    os.kill(demo.process.pid, signal.SIGKILL)
    demo.process.communicate(timeout=20)
    time.sleep(2)

    assert demo.start() < READY_WITHIN_S
    assert sign_ins(demo) == before


def test_demo__says_in_one_sentence_that_its_port_is_taken(demo: Demo) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "TRUSTKEEP_DATA": str(demo.data),
        "TRUSTKEEP_PORT": str(demo.port),
        "TRUSTKEEP_HTTP_PORT": "0",
    }

    second = subprocess.run(
        [sys.executable, "-m", "trustkeep.cli.main", "demo"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert second.returncode == 1
    assert f"Port {demo.port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_demo__answers_the_program_of_the_manual(demo: Demo) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    [program] = re.findall(r"^```python\n(.*?)^```", manual, re.MULTILINE | re.DOTALL)
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={
            "PATH": os.environ["PATH"],
            "BASE": f"https://localhost:{demo.port}",
            "CA": str(demo.data / "tls" / "ca.pem"),
            "TOKEN": sign_ins(demo)["api_token"],
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert told.returncode == 1, told.stderr
    assert "Security policies: 9 of 10 policies in order" in told.stdout
