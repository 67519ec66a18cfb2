"""Files at known places say what their standards ask for."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from django.test import Client

from tests.promises.world import NOW, PROFILE
from trustkeep.controls import catalogue
from trustkeep.kernel.texts import LANGUAGES

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def fields(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_security_txt__holds_what_rfc_9116_asks_for(reader: Client) -> None:
    answer = reader.get("/.well-known/security.txt")
    told = fields(answer.content.decode())

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert told["Contact"] == f"mailto:{PROFILE.security_email}"
    assert NOW < datetime.fromisoformat(told["Expires"]) < NOW + timedelta(days=365)
    assert told["Canonical"].endswith("/.well-known/security.txt")
    assert answer.content.decode().count("Expires:") == 1


def test_security_txt__is_found_at_its_old_place(reader: Client) -> None:
    answer = reader.get("/security.txt")

    assert (answer.status_code, answer["Location"]) == (301, "/.well-known/security.txt")


def test_robots__keep_indexes_out_of_the_rooms_behind_a_sign_in(reader: Client) -> None:
    told = reader.get("/robots.txt").content.decode()

    assert "Disallow: /console/" in told
    assert "Sitemap: https://" in told


def test_sitemap__lists_pages_that_exist_in_every_language(reader: Client) -> None:
    root = ET.fromstring(reader.get("/sitemap.xml").content)
    addresses = [found.text or "" for found in root.iter(f"{SITEMAP}loc")]

    assert len(addresses) == len(set(addresses)) == 3 * (4 + len(catalogue.CATALOGUE))
    for address in addresses[:: len(LANGUAGES)]:
        assert reader.get("/" + address.split("/", 3)[3]).status_code == 200


def test_icon__is_found_where_programs_guess_it(reader: Client) -> None:
    assert reader.get("/favicon.ico")["Location"].startswith("/static/ui/mark.")
