"""Letters wait in the outbox, leave once, and are forgotten."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.letters.conftest import (
    ACCOUNT,
    ALICE,
    CLOSED,
    ENDING,
    NOON,
    RESET,
    Postbox,
    written,
)
from trustkeep.kernel.texts import LANGUAGES, Texts
from trustkeep.letters import actions, queries
from trustkeep.letters.actions import queue
from trustkeep.letters.composing import LINE
from trustkeep.letters.kinds import Value
from trustkeep.letters.limits import (
    FIRST_PAUSE,
    GIVE_UP_AFTER,
    LEASE,
    LONGEST_PAUSE,
    ROUND,
    ROUND_TIME,
    WIPE_AFTER,
)
from trustkeep.letters.mail import Enclosure, Recipient
from trustkeep.letters.models import Act, Letter
from trustkeep.letters.models import Enclosure as EnclosureRow
from trustkeep.letters.ports import LetterPostponed, LetterRefused, PostUnreachable, joined
from trustkeep.letters.sending import Round, pause, send_due
from trustkeep.vault.keys import installed

A_DAY = timedelta(days=1)


def state(letter: uuid.UUID) -> tuple[str, str]:
    row = Letter.objects.get(pk=letter)
    return row.state, row.problem


def test_queue__writes_the_letter_in_the_readers_language(house: None) -> None:
    read = queries.letter(written())

    assert read.shown.subject == "Ihr Vertrag endet am 24. November 2026"
    assert read.text.startswith("Guten Tag Alice Ärmel,\n\nDer Vertrag von Käfer & Söhne endet.\n")
    assert "Alles wird nach 30 Tagen gelöscht." in read.text
    assert "Lindenau Software GmbH\nhttps://trust.example.com" in read.text


def test_queue__seals_recipient_and_words_under_the_accounts_key(house: None) -> None:
    row = Letter.objects.get(pk=written())

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM letters_letter")
        raw = repr([bytes(c) if isinstance(c, memoryview) else c for c in cursor.fetchone()])
    assert row.sealed_for == ACCOUNT
    assert "alice" not in raw
    assert "Käfer" not in raw


def test_queue__writes_the_same_letter_about_the_same_thing_once(house: None) -> None:
    values: dict[str, Value] = {"day": NOON.date(), "customer": "K"}

    first = queue(letter=ENDING, to=ALICE, language="de", values=values, about="a", now=NOON)
    loud = replace(ALICE, email=ALICE.email.upper())
    again = queue(letter=ENDING, to=loud, language="en", values=values, about="a", now=NOON)
    other = queue(letter=ENDING, to=ALICE, language="de", values=values, about="b", now=NOON)

    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert again.id == first.id


def test_queue__writes_the_same_letter_once_across_a_change_of_keys(house: None) -> None:
    first = written()

    installed().rotate_account_key(ACCOUNT, now=NOON)

    assert written() == first


def test_queue__without_a_subject_writes_every_time(house: None) -> None:
    for _ in range(2):
        queue(letter=CLOSED, to=ALICE, language="fr", values={}, now=NOON)

    assert Letter.objects.count() == 2


def test_queue__names_a_value_that_is_missing(house: None) -> None:
    with pytest.raises(KeyError, match="customer"):
        queue(letter=ENDING, to=ALICE, language="de", values={"day": NOON.date()}, now=NOON)

    assert not Letter.objects.exists()


@pytest.mark.asvs("2.3.3")
def test_queue__goes_with_the_callers_transaction(house: None) -> None:
    with transaction.atomic():
        written()
        transaction.set_rollback(True)

    assert not Letter.objects.exists()


def test_queue__needs_somebody_who_writes(house: None) -> None:
    joined.house = None

    with pytest.raises(actions.HouseUnknown):
        written()


@pytest.mark.asvs("1.3.11")
def test_queue__lets_no_name_start_a_line_of_its_own(house: None) -> None:
    villain = Recipient("m@x.example", "Mallory\nBcc: all@x.example\u2028\x00")

    read = queries.letter(written(to=villain))

    assert read.text.startswith("Guten Tag Mallory Bcc: all@x.example,")


@pytest.mark.parametrize("language", LANGUAGES)
def test_text__fits_a_terminal_and_never_breaks_a_link(house: None, language: str) -> None:
    link = "https://trust.example.com/" + "a" * 90
    letter = queue(
        letter=RESET,
        to=Recipient("a@b.example"),
        language=language,
        values={"link": link, "until": NOON},
        now=NOON,
    )
    joined.post = Postbox(stays_here=True)

    lines = queries.letter(letter.id).text.splitlines()

    joined.post = None
    assert link in lines
    assert all(len(line) <= LINE for line in lines if line != link)


@pytest.mark.asvs("8.2.2")
def test_letter__withholds_a_link_that_lets_somebody_in(house: None) -> None:
    letter = queue(
        letter=RESET, to=ALICE, language="en", values={"link": "https://s", "until": NOON}, now=NOON
    )

    read = queries.letter(letter.id)

    assert read.link_withheld
    assert "https://s" not in read.text


def test_send__hands_over_what_was_written_and_leaves_an_entry(post: Postbox) -> None:
    letter = written()

    assert send_due(now=NOON, post=post) == Round(delivered=1)

    [mail] = post.taken
    assert (mail.id, mail.to, mail.language, mail.sender) == (letter, ALICE, "de", "Lindenau")
    assert state(letter) == ("delivered", "")
    act = Act.objects.get(letter=letter)
    assert act.body["what"] == "delivered"
    assert "alice" not in str(act.body)
    assert send_due(now=NOON + A_DAY, post=post) == Round()


def test_send__carries_enclosures(post: Postbox) -> None:
    files = (Enclosure("r.json", "application/json", b"{}"), Enclosure("r.pdf", "a/b", b"\xff"))
    queue(letter=CLOSED, to=ALICE, language="en", values={}, enclosures=files, now=NOON)

    send_due(now=NOON, post=post)

    assert post.taken[0].enclosures == files


def test_send__without_a_post_lets_letters_wait(house: None) -> None:
    letter = written()

    assert send_due(now=NOON + A_DAY, post=None) == Round()
    assert state(letter) == ("waiting", "")


@pytest.mark.asvs("16.5.2")
@pytest.mark.when("mail-server-down")
def test_send__loses_nothing_while_the_server_is_down_for_weeks(post: Postbox) -> None:
    letter, at = written(), NOON
    down = GIVE_UP_AFTER * 2
    while at < NOON + down:
        post.answers = [PostUnreachable("connection")]
        send_due(now=at, post=post)
        at += LONGEST_PAUSE
    assert state(letter) == ("waiting", "connection")

    send_due(now=at, post=post)

    assert [mail.id for mail in post.taken] == [letter]


@pytest.mark.when("mail-server-down")
def test_send__asks_a_dead_server_once_a_round_however_many_wait(post: Postbox) -> None:
    for number in range(5):
        written(about=str(number))
    post.answers = [PostUnreachable("timeout")] * 5

    assert send_due(now=NOON, post=post) == Round(postponed=1)
    assert post.tried == 1


def test_send__gives_up_on_a_letter_that_is_put_off_for_too_long(post: Postbox) -> None:
    letter = written()
    post.answers = [LetterPostponed("451"), LetterPostponed("451 4.7.1")]

    assert send_due(now=NOON, post=post) == Round(postponed=1)
    assert send_due(now=NOON + GIVE_UP_AFTER, post=post) == Round(failed=1)
    assert state(letter) == ("failed", "451 4.7.1")


def test_send__one_letter_that_is_refused_holds_up_no_other(post: Postbox) -> None:
    refused, other = written(about="a"), written(about="b", at=NOON + timedelta(seconds=1))
    post.answers = [LetterRefused("550 5.1.1")]

    assert send_due(now=NOON + A_DAY, post=post) == Round(delivered=1, failed=1)
    assert state(refused) == ("failed", "550 5.1.1")
    assert state(other) == ("delivered", "")


def test_send__does_not_send_late_what_is_good_for_a_time_only(post: Postbox) -> None:
    values: dict[str, Value] = {"link": "x", "until": NOON + A_DAY}
    letter = queue(letter=RESET, to=ALICE, language="en", values=values, now=NOON).id

    assert send_due(now=NOON + A_DAY, post=post) == Round(expired=1)
    assert state(letter) == ("cancelled", "too-late")


def test_send__after_a_kill_brings_the_letter_again_when_the_lease_ends(post: Postbox) -> None:
    letter = written()

    def killed() -> None:
        raise SystemExit

    post.answers = [killed]
    with pytest.raises(SystemExit):
        send_due(now=NOON, post=post)
    assert send_due(now=NOON + LEASE - A_DAY / 10**5, post=post) == Round()

    assert send_due(now=NOON + LEASE, post=post) == Round(delivered=1)
    assert [mail.id for mail in post.taken] == [letter, letter]


@pytest.mark.asvs("2.3.4")
@pytest.mark.when("two-workers")
def test_send__two_at_once_take_a_letter_once(post: Postbox) -> None:
    written()
    other = Postbox()

    def meanwhile() -> None:
        send_due(now=NOON, post=other)

    post.answers = [meanwhile]

    send_due(now=NOON, post=post)

    assert (len(post.taken), len(other.taken)) == (1, 0)


def test_send__ends_a_round_before_a_lease_can_end(post: Postbox) -> None:
    for number in range(3):
        written(about=str(number))
    ticks = iter([0.0, 1.0, ROUND_TIME.total_seconds() + 1])

    assert send_due(now=NOON, post=post, ticks=lambda: next(ticks)) == Round(delivered=1)


def test_send__takes_only_so_many_in_a_round(post: Postbox) -> None:
    for number in range(ROUND + 1):
        written(about=str(number))

    assert send_due(now=NOON, post=post) == Round(delivered=ROUND)


def test_send__calls_off_what_nobody_can_read_any_more(post: Postbox) -> None:
    account = uuid.uuid4()
    installed().create_account_key(account, now=NOON)
    values: dict[str, Value] = {"day": NOON.date(), "customer": "K"}
    letter = queue(
        letter=ENDING, to=ALICE, language="de", values=values, account=account, now=NOON
    ).id
    installed().destroy_account_key(account, now=NOON)

    send_due(now=NOON, post=post)

    assert state(letter) == ("cancelled", "account-erased")
    assert queries.letter(letter).text == ""


def test_pause__doubles_to_a_cap_and_is_spread() -> None:
    letter = uuid.uuid4()
    pauses = [pause(letter, attempts) for attempts in range(1, 40)]

    assert FIRST_PAUSE * 0.75 <= pauses[0] <= FIRST_PAUSE
    assert all(one <= LONGEST_PAUSE for one in pauses)
    assert pauses[-1] >= LONGEST_PAUSE * 0.75
    assert len({pause(uuid.uuid4(), 9) for _ in range(20)}) > 1


def test_cancel__calls_a_waiting_letter_off_and_no_other(post: Postbox) -> None:
    letter = written()

    actions.cancel(letter_id=letter, now=NOON)

    assert state(letter) == ("cancelled", "by-staff")
    with pytest.raises(actions.LetterNotWaiting):
        actions.cancel(letter_id=letter, now=NOON)
    with pytest.raises(queries.NoSuchLetter):
        actions.cancel(letter_id=uuid.uuid4(), now=NOON)
    assert send_due(now=NOON, post=post) == Round()


def test_closing__calls_off_what_waits_except_what_is_about_it(post: Postbox) -> None:
    ordinary = written()
    closing = queue(letter=CLOSED, to=ALICE, language="en", values={}, account=ACCOUNT, now=NOON).id

    assert actions.cancel_of_account(account=ACCOUNT, now=NOON) == 1
    assert state(ordinary) == ("cancelled", "account-closed")
    assert send_due(now=NOON, post=post) == Round(delivered=1)
    assert post.taken[0].id == closing


def test_closing__leaves_letters_that_do_not_need_the_accounts_key(house: None) -> None:
    letter = queue(letter=CLOSED, to=ALICE, language="en", values={}, account=ACCOUNT, now=NOON).id

    assert Letter.objects.get(pk=letter).sealed_for != ACCOUNT


def test_try_again__brings_a_failed_letter_at_once(post: Postbox) -> None:
    letter = written()
    post.answers = [LetterRefused("550")]
    send_due(now=NOON, post=post)

    actions.try_again(letter_id=letter, now=NOON)

    assert send_due(now=NOON, post=post) == Round(delivered=1)
    with pytest.raises(actions.LetterNotFailed):
        actions.try_again(letter_id=letter, now=NOON)


def test_wipe__forgets_to_whom_and_what_after_the_published_time(post: Postbox) -> None:
    files = [Enclosure("r.json", "application/json", b"{}")]
    letter = queue(letter=CLOSED, to=ALICE, language="en", values={}, enclosures=files, now=NOON).id
    waiting = written(at=NOON + 3 * WIPE_AFTER)
    send_due(now=NOON, post=post)

    assert actions.wipe_ended(now=NOON + WIPE_AFTER - A_DAY) == 0
    assert actions.wipe_ended(now=NOON + WIPE_AFTER) == 1

    read = queries.letter(letter)
    assert (read.shown.to, read.shown.subject, read.text) == ("", "", "")
    assert read.shown.state == "delivered"
    assert not EnclosureRow.objects.exists()
    assert queries.letter(waiting).text


def test_database__refuses_a_waiting_letter_without_words(house: None) -> None:
    letter = written()

    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter).update(sealed=None, wiped_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter).update(state="delivered")


def test_letters__are_listed_newest_first_and_found_by_state_kind_and_account(
    post: Postbox,
) -> None:
    first, second = written(about="a"), written(about="b")
    third = queue(letter=CLOSED, to=ALICE, language="en", values={}, now=NOON + A_DAY).id
    send_due(now=NOON, post=post)

    def ids(**wanted: object) -> list[uuid.UUID]:
        return [one.id for one in queries.letters(**wanted)]  # type: ignore[arg-type]

    everything = ids()
    assert everything[0] == third
    assert set(everything) == {first, second, third}
    assert ids(before=everything[1]) == everything[2:]
    assert ids(state="waiting") == [third]
    assert set(ids(kind="test-ending")) == set(ids(account=ACCOUNT)) == {first, second}
    assert queries.counts() == {"waiting": 1, "delivered": 2}
    assert queries.kinds() == ["test-closed", "test-ending"]


def test_kind__tells_which_values_it_wants() -> None:
    assert ENDING.wanted == {"day", "customer"}
    assert RESET.wanted == {"link", "until"}
    assert replace(
        CLOSED, subject=Texts(de="{company}", en="{company}", fr="{company}")
    ).wanted == (frozenset())


@pytest.mark.when("clock-behind", "mail-server-down")
def test_letter__put_off_by_a_clock_that_was_ahead_leaves_once_the_clock_is_right(
    house: None,
) -> None:
    letter = written()
    later, post = NOON + 3000 * A_DAY, Postbox(answers=[PostUnreachable("down")])
    assert send_due(now=later, post=post) == Round(postponed=1)

    assert send_due(now=NOON, post=Postbox()) == Round(delivered=1)
    assert state(letter) == ("delivered", "")


@pytest.mark.when("clock-behind")
def test_lease__that_only_a_wrong_clock_can_have_taken_binds_nobody(house: None) -> None:
    letter = written()
    Letter.objects.filter(pk=letter).update(leased_until=NOON + 3000 * A_DAY)

    assert send_due(now=NOON, post=Postbox()) == Round(delivered=1)
