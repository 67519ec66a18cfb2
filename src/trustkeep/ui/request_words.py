"""What requests of data subjects are called: their states, their story, and what is to be done."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from trustkeep.lifecycle.requests.queries import Next
from trustkeep.lifecycle.requests.states import State
from trustkeep.lifecycle.requests.story import What

STATES = {
    State.RECEIVED: gettext_noop("received"),
    State.IDENTITY_CHECK: gettext_noop("identity checked"),
    State.ASSESSED: gettext_noop("to be passed on"),
    State.IN_PROGRESS: gettext_noop("in progress"),
    State.WAITING: gettext_noop("waiting for an answer"),
    State.FULFILLED: gettext_noop("fulfilled"),
    State.PARTLY_REFUSED: gettext_noop("fulfilled in part"),
    State.REFUSED: gettext_noop("refused"),
    State.FORWARDED: gettext_noop("passed on to the controller"),
    State.WITHDRAWN: gettext_noop("taken back"),
    State.CLOSED: gettext_noop("closed"),
}
STORY = {
    What.RECEIVED: gettext_noop("The request came in"),
    What.VERIFIED: gettext_noop("Identity checked"),
    What.ASSESSED: gettext_noop("Responsibility and scope settled"),
    What.ASKED: gettext_noop("A question was asked"),
    What.REPLIED: gettext_noop("An answer came"),
    What.EXTENDED: gettext_noop("Time extended"),
    What.DECIDED: gettext_noop("Decided about a category"),
    What.APPROVED: gettext_noop("Refusal approved by a second person"),
    What.FORWARDED: gettext_noop("Passed on to the controller"),
    What.CONFIRMED: gettext_noop("The customer confirmed that everything goes"),
    What.PLANNED: gettext_noop("Counted what is to be deleted"),
    What.CALLED_OFF: gettext_noop("Plan dropped"),
    What.BY_HAND: gettext_noop("Deleted by hand"),
    What.EXECUTING: gettext_noop("Plan approved, deletion begun"),
    What.EXECUTED: gettext_noop("Deletion done"),
    What.COLLECTED: gettext_noop("Data collected"),
    What.REVIEWED: gettext_noop("Data read for what is about others"),
    What.FETCHED: gettext_noop("Data fetched"),
    What.RESENT: gettext_noop("A new link to the data was sent"),
    What.RESTRICTED: gettext_noop("Data restricted"),
    What.NOTICED: gettext_noop("Notice given that the restriction ends"),
    What.LIFTED: gettext_noop("Restriction lifted"),
    What.ANSWERED: gettext_noop("Answered"),
    What.WITHDRAWN: gettext_noop("Taken back"),
    What.CLOSED: gettext_noop("Closed"),
}
PUBLIC = frozenset(
    {
        What.RECEIVED,
        What.VERIFIED,
        What.ASKED,
        What.REPLIED,
        What.EXTENDED,
        What.CONFIRMED,
        What.EXECUTING,
        What.EXECUTED,
        What.FORWARDED,
        What.RESTRICTED,
        What.NOTICED,
        What.LIFTED,
        What.FETCHED,
        What.ANSWERED,
        What.WITHDRAWN,
    }
)
"""What of the story is told to who asked; the rest is how the staff works."""
NEXT = {
    Next.CHECK_IDENTITY: gettext_noop("Check who asks."),
    Next.ASSESS: gettext_noop("Say whose decision it is, and what it is about."),
    Next.FORWARD: gettext_noop("Pass it on to the customer; we may not answer it."),
    Next.DECIDE: gettext_noop("Decide about each category of data."),
    Next.APPROVE: gettext_noop("A second person has to approve the refusal."),
    Next.CONFIRM: gettext_noop(
        "The customer has to type, on the page of the request, that everything goes."
    ),
    Next.PLAN: gettext_noop("Count what is to be deleted."),
    Next.EXECUTE: gettext_noop("Look at the plan, and approve it."),
    Next.WAIT_FOR_LOCK: gettext_noop("Wait until nobody gets into the account any more."),
    Next.DELETE_BY_HAND: gettext_noop("Delete by hand what no program deletes, and say how."),
    Next.WAIT_FOR_SYSTEMS: gettext_noop("Wait until everything is confirmed as gone."),
    Next.COLLECT: gettext_noop("Collect the data."),
    Next.REVIEW: gettext_noop("Read the data, and leave out what is about others."),
    Next.RESTRICT: gettext_noop("Restrict the data."),
    Next.CONCLUDE: gettext_noop("Write the answer."),
    Next.WAIT: gettext_noop("Wait for the answer to our question; the clock goes on."),
    Next.CLOSE: gettext_noop("Put it away."),
    Next.NOTHING: gettext_noop("Nothing is left to do."),
}


def state_word(state: State | str) -> str:
    """Return what a state is called."""
    return gettext(STATES[State(state)])


def story_word(what: What | str) -> str:
    """Return what happened, as the head of a line."""
    return gettext(STORY[What(what)])


def next_word(following: Next | str) -> str:
    """Return what is to be done next."""
    return gettext(NEXT[Next(following)])
