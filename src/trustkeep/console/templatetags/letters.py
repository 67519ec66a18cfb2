"""Words about letters: ``{% load letters %}``."""

from __future__ import annotations

from django import template

from trustkeep.console import letter_words

register = template.Library()


@register.filter
def letter_state(state: str) -> str:
    """Return what a letter's state is called."""
    return letter_words.state_word(state)


@register.filter
def letter_problem(problem: str) -> str:
    """Return why a letter did not get further."""
    return letter_words.problem_words(problem)


@register.filter
def letter_mark(state: str) -> str:
    """Return the state of a promise whose shape and colour a letter's state shares."""
    marks = {"delivered": "kept", "failed": "not-kept", "waiting": "at-risk"}
    return marks.get(state, "not-measured")
