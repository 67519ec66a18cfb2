"""Founding a real installation, and what production refuses: each danger by its name."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import free_ports

OPTIONS = {
    "company": "Example GmbH",
    "domain": "trust.example.com",
    "languages": "de,en",
    "dpo-name": "Dora Muster",
    "dpo-email": "dpo@example.com",
    "admin-name": "Ada Lang",
    "admin-email": "ada@example.com",
}
PASSWORD = "Kelp-Orbit-7-Umbra"


def run(*arguments: str, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would; nothing of this process's installation is inherited."""
    return subprocess.run(
        [sys.executable, "-m", "trustkeep.cli.main", *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def init(data: Path, password: str = PASSWORD, **changes: str) -> subprocess.CompletedProcess[str]:
    options = OPTIONS | changes
    told = [part for name, value in options.items() for part in (f"--{name}", value)]
    password_file = ("--admin-password-file", "-")
    return run(
        "init", "--data", str(data), "--unattended", *password_file, *told, said=f"{password}\n"
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("real") / "data"
    founded = init(data)
    assert founded.returncode == 0, founded.stderr
    return data


def findings(data: Path, **environment: str) -> dict[str, bool | None]:
    told = json.loads(run("doctor", "--data", str(data), "--json", **environment).stdout)
    return {finding["name"]: finding["good"] for finding in told}


def test_init__keeps_the_root_key_beside_the_data(made: Path) -> None:
    root_key = made.with_name("data.root.key")

    assert root_key.stat().st_mode & 0o777 == 0o400
    assert not (made / "root.key").exists()
    assert made.stat().st_mode & 0o777 == 0o700


def test_init__leaves_nothing_for_doctor_to_object_to_but_what_the_server_does(made: Path) -> None:
    port, http_port = map(str, free_ports(2))
    found = findings(made, TRUSTKEEP_PORT=port, TRUSTKEEP_HTTP_PORT=http_port)
    wrong = {name for name, good in found.items() if good is False}

    assert wrong <= {"checks", "backups"}


@pytest.mark.asvs("6.3.2")
def test_init__lets_the_first_administrator_in_and_nobody_else(made: Path) -> None:
    told = run("staff", "list", "--json", TRUSTKEEP_DATA=str(made))

    staff = json.loads(told.stdout)
    assert [person["email"] for person in staff] == ["ada@example.com"]


def test_init__refuses_a_directory_that_is_not_empty(made: Path) -> None:
    before = (made / "keys.db").read_bytes()

    again = init(made)

    assert again.returncode == 1
    assert "is not empty" in again.stderr
    assert (made / "keys.db").read_bytes() == before


@pytest.mark.asvs("2.3.3")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "weak"}, "Use at least"),
        ({"languages": "de,it"}, "de, en, fr"),
        ({"domain": "not a domain"}, "base_url"),
        ({"dpo-email": "nobody"}, "dpo_email"),
    ],
)
def test_init__that_fails_leaves_nothing(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    failed = init(tmp_path / "data", **changes)

    assert failed.returncode == 1
    assert sentence in failed.stderr
    assert "Traceback" not in failed.stderr
    assert list(tmp_path.iterdir()) == []


def test_init__names_every_missing_option_when_nobody_can_be_asked(tmp_path: Path) -> None:
    failed = run("init", "--data", str(tmp_path / "data"), "--company", "Example GmbH")

    assert failed.returncode == 1
    assert "--domain" in failed.stderr
    assert "--company" not in failed.stderr


@pytest.mark.asvs("13.2.3", "13.4.2")
@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"TRUSTKEEP_BASE_URL": "http://trust.example.com"}, "base-url:"),
        ({"TRUSTKEEP_ALLOWED_HOSTS": "*"}, "allowed-hosts:"),
        ({"TRUSTKEEP_CERTIFICATE": "/nowhere.pem"}, "certificate:"),
        ({"TRUSTKEEP_PASSWORD_PROFILE": "weak"}, "password_profile"),
        ({"TRUSTKEEP_MODE": "careless"}, "TRUSTKEEP_MODE"),
        (
            {"TRUSTKEEP_SMTP_HOST": "mail.example.com", "TRUSTKEEP_SMTP_SECURITY": "none"},
            "mail-plain:",
        ),
        ({"TRUSTKEEP_SMTP_PASSWORD_FILE": __file__}, "mail-password:"),
        ({"TRUSTKEEP_SMTP_SECURITY": "ssl"}, "TRUSTKEEP_SMTP_SECURITY"),
        ({"TRUSTKEEP_SMTP_PORT": "0"}, "TRUSTKEEP_SMTP_PORT"),
        ({"TRUSTKEEP_MAIL_FROM": "Trust <trust@example.com>"}, "TRUSTKEEP_MAIL_FROM"),
    ],
)
def test_serve__refuses_what_is_unsafe_by_its_name(
    made: Path, environment: dict[str, str], name: str
) -> None:
    refused = run("serve", "--data", str(made), **environment)

    assert refused.returncode == 1
    assert name in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.asvs("13.3.2")
def test_serve__refuses_a_root_key_among_the_data(made: Path) -> None:
    inside = made / "root.key"
    inside.write_bytes(made.with_name("data.root.key").read_bytes())
    inside.chmod(0o400)

    refused = run("serve", "--data", str(made), TRUSTKEEP_ROOT_KEY_FILE=str(inside))
    inside.unlink()

    assert "root-key-beside-data:" in refused.stderr


def test_serve__refuses_a_root_key_that_others_may_read(made: Path) -> None:
    root_key = made.with_name("data.root.key")
    root_key.chmod(0o444)

    refused = run("serve", "--data", str(made))
    root_key.chmod(0o400)

    assert refused.returncode == 1
    assert "0400" in refused.stderr


def test_doctor__says_that_the_root_key_is_missing(made: Path) -> None:
    told = findings(made, TRUSTKEEP_ROOT_KEY_FILE=str(made / "elsewhere.key"))

    assert told["keys"] is False
    assert told["configuration"] is True


def test_doctor__says_that_there_is_no_installation(tmp_path: Path) -> None:
    told = run("doctor", "--data", str(tmp_path))

    assert told.returncode == 1
    assert "trustkeep init" in told.stdout


def test_manage__hands_on_to_django(made: Path) -> None:
    told = run("manage", "showmigrations", "--list", TRUSTKEEP_DATA=str(made))

    assert told.returncode == 0
    assert "[X]" in told.stdout
    assert "[ ]" not in told.stdout


def test_init__asks_again_at_once_where_an_answer_cannot_be(tmp_path: Path) -> None:
    answers = [
        ("company", "Example GmbH"),
        ("Domain", "not a domain"),
        ("Domain", "trust.example.com"),
        ("Languages", "de,it"),
        ("Languages", "de,en"),
        ("officer: name", "Dora Muster"),
        ("officer: e-mail", "nobody"),
        ("officer: e-mail", "dpo@example.com"),
        ("administrator: name", "Ada Lang"),
        ("administrator: e-mail", "ada@example.com"),
        ("administrator: password", "weak"),
        ("administrator: password", PASSWORD),
        ("again", "Another-7-Umbra"),
        ("administrator: password", PASSWORD),
        ("again", PASSWORD),
    ]

    said, code = talked("init", "--data", str(tmp_path / "data"), answers=answers)

    assert code == 0, said
    assert "“not a domain” is no domain" in said
    assert "We speak de, en, fr" in said
    assert "“nobody” is no e-mail address" in said
    assert "Use at least" in said
    assert "two different passwords" in said
    assert PASSWORD not in said
    assert (tmp_path / "data" / "keys.db").exists()


def talked(*arguments: str, answers: list[tuple[str, str]]) -> tuple[str, int]:
    """Run the command at a terminal, answering each question once it has been asked."""
    command = [sys.executable, "-m", "trustkeep.cli.main", *arguments]
    child, terminal = pty.fork()
    if not child:
        os.execvpe(command[0], command, {"PATH": os.environ["PATH"]})
    said = since = ""
    for question, answer in [*answers, ("", "")]:
        while not question or question not in since:
            try:
                heard = os.read(terminal, 4096).decode()
            except OSError:  # a terminal whose program has ended
                heard = ""
            if not heard:
                break
            said, since = said + heard, since + heard
        since = ""
        if answer:
            os.write(terminal, f"{answer}\n".encode())
    os.close(terminal)
    return said, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
