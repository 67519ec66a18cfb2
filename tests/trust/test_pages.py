"""The public page, as readers and their programs get it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from django.test import Client

from tests.promises.world import NOW
from trustkeep.accounts.models import Company
from trustkeep.controls import catalogue, publication, queries
from trustkeep.controls.promise import State
from trustkeep.kernel.clock import frozen
from trustkeep.kernel.texts import LANGUAGES, Texts
from trustkeep.lifecycle.deadlines import LOCK_WITHIN
from trustkeep.trust.twin import page_json
from trustkeep.ui.preparing import PREPARED_UNTIL

SVG = "{http://www.w3.org/2000/svg}"
PROMISE = catalogue.promise("locked-after-contract-end")


def parsed(html: bytes) -> Any:
    """Return the page as a tree; fail on anything that is no HTML."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def text_of(tree: Any) -> str:
    return " ".join(" ".join(tree.itertext()).split())


def test_root__leads_to_the_readers_language(reader: Client) -> None:
    answer = reader.get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/fr/")
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize(
    ("asked", "given"),
    [("de-AT", "/de/"), ("xx", "/en/"), ("", "/en/"), ("é;;q=,*", "/en/"), ("a" * 9000, "/en/")],
)
def test_root__bears_any_wish_for_a_language(published: None, asked: str, given: str) -> None:
    assert Client().get("/", headers={"accept-language": asked})["Location"] == given


@pytest.mark.parametrize("language", LANGUAGES)
def test_page__tells_every_promise_with_its_state_and_figure(reader: Client, language: str) -> None:
    tree = parsed(reader.get(f"/{language}/").content)

    assert tree.get("lang") == language
    for statement in queries.page(language, NOW).statements:
        article = tree.find(f".//article[@id='{statement.slug}']")
        assert statement.sentence in text_of(article)
        assert statement.figure in text_of(article)
        assert article.find(f".//span[@class='state {statement.state}']") is not None
        assert article.find(f".//{SVG}svg[@role='img']").get("aria-label")
    assert len(tree.findall(".//article")) == len(catalogue.CATALOGUE)
    assert "{" not in text_of(tree.find(".//main"))


def test_page__fills_its_numbers_from_the_constant_that_enforces_them(reader: Client) -> None:
    hours = LOCK_WITHIN // timedelta(hours=1)

    assert f"within {hours} hours" in text_of(parsed(reader.get("/en/").content))


def test_page__counts_its_states(reader: Client) -> None:
    ledger = parsed(reader.get("/en/").content).find(".//dl[@class='ledger']")
    told = [int(figure.text) for figure in ledger.iter("dd")]

    counts = queries.page("en", NOW).counts
    order = (State.KEPT, State.AT_RISK, State.NOT_KEPT, State.NOT_MEASURED)
    assert told == [counts[state] for state in order]
    assert sum(told) == len(catalogue.CATALOGUE)
    assert counts[State.NOT_KEPT] >= 1


def test_page__says_so_when_the_checks_have_stopped(reader: Client) -> None:
    assert "The checks have stopped" not in reader.get("/en/").content.decode()

    with frozen(NOW + queries.SCHEDULER_SILENCE):
        told = text_of(parsed(reader.get("/en/").content))

    assert "The checks have stopped" in told


def test_page__may_be_kept_only_while_its_states_hold_by_age(reader: Client) -> None:
    until = reader.get("/en/")[PREPARED_UNTIL]
    page = queries.page("en", NOW)

    assert page.valid_until is not None
    assert until == page.valid_until.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_page__names_its_translations_in_head_and_header(reader: Client) -> None:
    answer = reader.get("/de/")
    links = parsed(answer.content).findall(".//link[@rel='alternate'][@hreflang]")

    assert {link.get("hreflang") for link in links} == {*LANGUAGES, "x-default"}
    for language in LANGUAGES:
        assert f'/{language}/>; rel="alternate"; hreflang="{language}"' in answer["Link"]
    assert answer["Content-Language"] == "de"


def test_twin__is_what_the_page_is_made_from(reader: Client) -> None:
    for language in LANGUAGES:
        told = json.loads(reader.get(f"/{language}/trust.json").content)

        assert told == json.loads(json.dumps(page_json(queries.page(language, NOW))))
        tree = parsed(reader.get(f"/{language}/").content)
        for section in told["sections"]:
            for statement in section["statements"]:
                shown = text_of(tree.find(f".//article[@id='{statement['slug']}']"))
                assert statement["sentence"] in shown
                assert statement["figure"] in shown


def test_twin__speaks_the_installations_language_at_the_short_address(reader: Client) -> None:
    assert json.loads(reader.get("/trust.json").content)["language"] == "en"


@pytest.mark.asvs("1.2.3")
def test_linked_data__is_json_that_cannot_leave_its_element(published: None) -> None:
    from trustkeep.trust.linked_data import page_data

    contact = queries.contact()
    told = page_data(
        url="https://a/", language="en", title="</script><b>&", contact=contact, modified=NOW
    )

    assert "<" not in told
    assert json.loads(told)["name"] == "</script><b>&"
    assert json.loads(told)["dateModified"] == "2026-11-23T12:00:00.000Z"


def test_promise__tells_its_story_and_links_its_evidence(reader: Client) -> None:
    tree = parsed(reader.get("/en/promises/security-policies/").content)
    story = text_of(tree.find(".//section[@id='history']"))
    evidence = tree.find(".//section[@id='evidence']")

    assert "Wording 1" in story
    assert "Not kept" in story or "Not measured" in story
    assert [a.get("href") for a in evidence.iter("a") if "tlog-proof" in a.get("href")]


@pytest.mark.parametrize("slug", ["nothing", "x" * 300])
def test_promise__unknown_is_not_found(reader: Client, slug: str) -> None:
    assert reader.get(f"/en/promises/{slug}/").status_code == 404


def test_day__shows_the_wording_of_that_day(reader: Client) -> None:
    old = queries.page("en", NOW).statements
    sentence = next(one.sentence for one in old if one.slug == PROMISE.slug)
    texts = Texts(
        **{
            language: f"{PROMISE.sentence[language]} (+)".replace("(+)", "– neu")
            for language in LANGUAGES
        }
    )
    later = NOW + timedelta(days=3)
    draft = publication.draft(promise=PROMISE, texts=texts, reason="clearer", by="a", now=later)
    publication.approve(wording_id=draft, by="b", now=later)

    with frozen(later + timedelta(days=2)):
        then = text_of(parsed(reader.get(f"/en/on/{NOW.date()}/").content))
        today = text_of(parsed(reader.get(f"/en/on/{later.date()}/").content))

    assert sentence in then
    assert "– neu" not in then
    assert "– neu" in today


def test_day__before_the_first_statement_says_so(reader: Client) -> None:
    answer = reader.get("/en/on/2020-02-29/")

    assert answer.status_code == 200
    assert "Nothing had been published yet" in text_of(parsed(answer.content))


@pytest.mark.parametrize("day", ["2026-11-24", "2026-02-30", "tomorrow", "20261123", "9999-12-31"])
def test_day__that_is_none_or_ahead_is_not_found(reader: Client, day: str) -> None:
    assert reader.get(f"/en/on/{day}/").status_code == 404


def test_day__is_chosen_by_a_form(reader: Client) -> None:
    assert reader.get("/de/on/?day=2026-11-01")["Location"] == "/de/on/2026-11-01/"
    wrong = reader.get("/en/on/?day=<b>")
    assert wrong.status_code == 400
    assert "“<b>” is not a day in the past" in text_of(parsed(wrong.content))


def test_changes__come_as_page_and_as_feed(reader: Client) -> None:
    import feedparser

    publication.publish_note(promise=PROMISE, texts=Texts("a", "b", "c"), by="a", now=NOW)
    told = queries.changes("fr", NOW)
    feed = feedparser.parse(reader.get("/fr/changes.atom").content)

    assert feed.bozo == 0
    assert feed.feed.language == "fr"
    assert len(feed.entries) == len(told) > 0
    assert len({entry.id for entry in feed.entries}) == len(told)
    assert all(re.match(r"tag:[^,]+,\d{4}:", entry.id) for entry in feed.entries)
    assert feed.entries[0].link.startswith("https://localhost")
    assert reader.get("/fr/changes/").content.decode().count("<li><time") == len(told)


def test_feed__is_the_same_until_something_changes(reader: Client) -> None:
    before = reader.get("/en/changes.atom").content
    with frozen(NOW + timedelta(minutes=5)):
        assert reader.get("/en/changes.atom").content == before


def test_pages__name_no_one_of_the_staff(reader: Client) -> None:
    for path in ("/en/", "/trust.json", "/en/evidence/", "/en/promises/security-lead/"):
        told = reader.get(path).content.decode()
        assert "alice" not in told.casefold()


def test_pages__set_no_cookie_and_run_no_script(reader: Client) -> None:
    for path in ("/en/", "/en/verify/", "/en/evidence/", "/en/changes/", "/en/on/"):
        answer = reader.get(path)
        assert not answer.cookies
        scripts = parsed(answer.content).findall(".//script")
        assert {script.get("type") for script in scripts} <= {"application/ld+json"}
        assert b"style=" not in answer.content


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/en/", "/trust.json", "/en/evidence/", "/robots.txt"])
def test_pages__refuse_what_only_writers_do(reader: Client, method: str, path: str) -> None:
    answer = getattr(reader, method)(path)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"


def test_pages__in_an_unknown_language_are_not_found(reader: Client) -> None:
    assert reader.get("/es/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize(
    "path", ["/de/", "/trust.json", "/fr/evidence/", "/.well-known/trust-log/checkpoint"]
)
def test_pages__are_only_read_and_say_so(published: None, method: str, path: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"


def test_page__bears_the_published_title(reader: Client) -> None:
    titles = {
        language: parsed(reader.get(f"/{language}/").content).findtext(".//title")
        for language in LANGUAGES
    }

    assert titles["en"].startswith("Trust Center – Security and Compliance")
    assert titles["de"].startswith("Trust Center – Sicherheit und Compliance")
    assert titles["fr"].startswith("Trust Center – Sécurité et conformité")


def test_page__names_in_its_first_lines_whatever_is_not_kept_or_not_measured(
    reader: Client,
) -> None:
    attention = parsed(reader.get("/en/").content).find(".//ul[@class='attention plain']")
    named = {link.get("href").removeprefix("#") for link in attention.iter("a")}

    assert named == {
        statement.slug
        for statement in queries.page("en", NOW).statements
        if statement.state is not State.KEPT
    }


@pytest.mark.parametrize(
    "path", ["/fr/", "/fr/evidence/", "/fr/verify/", "/fr/trust.json", "/fr/changes.atom"]
)
def test_page__leads_away_from_languages_that_the_company_does_not_speak(
    reader: Client, path: str
) -> None:
    assert reader.get(path).status_code == 200
    Company.objects.update(languages=["en", "de"])

    led = reader.get(path)
    assert led.status_code == 302
    assert led["Location"].endswith(path.replace("/fr/", "/en/"))
    assert reader.get(path.replace("/fr/", "/en/")).status_code == 200


def test_page__leads_to_a_language_that_the_company_speaks(reader: Client) -> None:
    Company.objects.update(languages=["de"])
    tree = parsed(reader.get("/de/").content)
    alternates = {
        link.get("hreflang"): link.get("href") for link in tree.iter("link") if link.get("hreflang")
    }

    assert reader.get("/")["Location"] == "/de/"
    assert set(alternates) == {"de", "x-default"}
    assert alternates["x-default"] == alternates["de"]
    assert "Preferred-Languages: de\n" in reader.get("/.well-known/security.txt").content.decode()
    assert "/en/" not in reader.get("/sitemap.xml").content.decode()
    assert reader.get("/trust.json").json()["language"] == "de"
