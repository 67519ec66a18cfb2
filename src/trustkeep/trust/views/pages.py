"""The trust page now and on any day, and the page of one promise."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, gettext

from trustkeep.controls import queries
from trustkeep.controls.catalogue import UnknownPromise
from trustkeep.controls.promise import State
from trustkeep.controls.statements import PageShown
from trustkeep.kernel.clock import now
from trustkeep.trust import addresses, linked_data
from trustkeep.trust.answers import framed, prepared
from trustkeep.trust.reading import read_only
from trustkeep.trust.story import story_of

_LEDGER = (State.KEPT, State.AT_RISK, State.NOT_KEPT, State.NOT_MEASURED)
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@read_only
def home(_request: HttpRequest) -> HttpResponse:
    """Lead to the page in the language that the reader's browser asks for."""
    language = addresses.spoken(get_language())
    response = redirect(addresses.path_of(language, "page"))
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    return response


@read_only
def page(request: HttpRequest) -> HttpResponse:
    """Show all promises with their states."""
    at = now()
    shown = queries.page(get_language(), at)
    context = _context(shown, "page")
    return prepared(
        framed(request, "page.html", context, place=("page",)), now=at, until=shown.valid_until
    )


@read_only
def choose_day(request: HttpRequest) -> HttpResponse:
    """Lead to the page of the day typed into the form; say what is wrong with another text."""
    typed = request.GET.get("day", "")
    today = now().date()
    if _day(typed) is not None:
        return redirect("trust:on-day", day=typed)
    context = {"typed": typed, "today": today}
    status = 400 if typed else 200
    return framed(request, "choose_day.html", context, place=("choose-day",), status=status)


@read_only
def on_day(request: HttpRequest, day: str) -> HttpResponse:
    """Show what the page said at the end of a day (UTC); today's at this instant."""
    asked = _day(day)
    if asked is None:
        raise Http404(day)
    at = now()
    end = datetime.combine(asked, time(), tzinfo=UTC) + _DAY - _INSTANT
    shown = queries.page_as_of(get_language(), min(end, at))
    context = {**_context(shown, "on-day", day), "day": asked, "is_today": end > at}
    answer = framed(request, "on_day.html", context, place=("on-day", day))
    return prepared(answer, now=at, until=shown.valid_until if end > at else None)


@read_only
def promise(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one promise with its story and its evidence."""
    at = now()
    try:
        history = queries.history(slug, get_language(), at)
    except (UnknownPromise, LookupError) as error:
        raise Http404(slug) from error
    context = {
        "history": history,
        "statement": history.statement,
        "story": story_of(history),
        "data": _data(history.statement.title, history.statement.worded_at, "promise", slug),
    }
    answer = framed(request, "promise.html", context, place=("promise", slug))
    return prepared(answer, now=at, until=history.valid_until)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if text == day.isoformat() and day <= now().date() else None


def _context(shown: PageShown, *place: str) -> dict[str, object]:
    attention = [one for one in shown.statements if one.state in (State.NOT_KEPT, State.AT_RISK)]
    # Where the checks have stopped nothing is measured, and the page says so once.
    unmeasured = [one for one in shown.statements if one.state is State.NOT_MEASURED]
    return {
        "page": shown,
        "counts": [(state, shown.counts[state]) for state in _LEDGER],
        "attention": sorted(attention, key=lambda one: -one.state.severity),
        "unmeasured": [] if shown.silent_since else unmeasured,
        "data": _data(gettext("Trust Center – Security and Compliance"), shown.stated_at, *place),
    }


def _data(title: str, modified: datetime | None, name: str, *parts: str) -> str:
    language = get_language()
    return linked_data.page_data(
        url=addresses.page_url(language, name, *parts),
        language=language,
        title=title,
        contact=queries.contact(),
        modified=modified,
    )
