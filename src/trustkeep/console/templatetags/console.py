"""Who did it, and what a value of a record is called: ``{% load console %}``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.translation import get_language, gettext, gettext_noop

from trustkeep.accounts.roles import GRANTS
from trustkeep.accounts.states import AccountState
from trustkeep.console import account_words
from trustkeep.controls.publication import CATALOGUE_AUTHOR
from trustkeep.identity.queries import names
from trustkeep.identity.roster import Change, Row
from trustkeep.identity.tokens import BY_TOKEN
from trustkeep.kernel import writing
from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.systems.keeping import kind_of
from trustkeep.lifecycle.systems.words import trouble_word
from trustkeep.lifecycle.words import BASES
from trustkeep.records.kinds import Field, RecordKind
from trustkeep.ui.systems import act_word, delivery_word, outcome_word, reason_word, scope_of
from trustkeep.ui.words import role_word

register = template.Library()

WITHOUT_A_NAME = {
    CATALOGUE_AUTHOR: gettext_noop("the software"),
    "command-line": gettext_noop("the command line"),
}

ROSTER = {
    Change.JOINS: gettext_noop("joins"),
    Change.CHANGES: gettext_noop("changes"),
    Change.LEAVES: gettext_noop("leaves"),
    Change.SAME: gettext_noop("stays"),
}
ROSTER_FAULTS = {
    "administrator": gettext_noop("an administrator leaves by hand only"),
    "day": gettext_noop("a day cannot be read: write 2026-11-24"),
    "email": gettext_noop("no e-mail address"),
    "kind": gettext_noop("kind is employee or contractor"),
    "name": gettext_noop("no name"),
    "order": gettext_noop("last day before the first"),
    "twice": gettext_noop("named twice"),
}


@register.filter
def staff_name(actor: str) -> str:
    """Return the name behind the id of an actor, or what acted in the place of a person."""
    if actor.startswith(BY_TOKEN):
        return gettext("a program")
    try:
        uuid.UUID(actor)
    except ValueError:
        return gettext(WITHOUT_A_NAME[actor]) if actor in WITHOUT_A_NAME else actor
    return names().get(actor) or gettext("somebody who has left")


@register.filter
def roster_word(row: Row) -> str:
    """Return what a row of a table comes to, or what is wrong with it."""
    return gettext(ROSTER_FAULTS[row.fault] if row.fault else ROSTER[row.change])


@register.filter
def kind_word(kind: str) -> str:
    """Return what a kind of connected system is called."""
    return kind_of(kind).title[get_language()]


for _word in (act_word, delivery_word, outcome_word, reason_word, scope_of, trouble_word):
    register.filter(_word)


@register.filter
def in_language(texts: Texts) -> str:
    """Return a text of a declaration in the reader's language."""
    return texts[get_language()]


@register.simple_tag
def who_may(permission: str) -> str:
    """Return the roles that `permission` is granted to, as a list in the reader's language."""
    granted = [role for role, permissions in GRANTS.items() if permission in permissions]
    return ", ".join(role_word(role) for role in granted)


@register.simple_tag
def value_of(kind: RecordKind, values: Mapping[str, Any], name: str) -> str:
    """Return one value of a record as the reader writes it."""
    return written(kind.field(name), values.get(name))


def written(field: Field, value: Any) -> str:
    """Return a value of `field` as text; a dash where it was left empty."""
    language = get_language()
    match value:
        case None | "" | ():
            return "–"
        case bool():
            return gettext("yes") if value else gettext("no")
        case datetime():
            return writing.moment(value, language)
        case date():
            return writing.day(value, language)
        case int():
            return writing.number(value, language)
        case tuple() | list():
            return ", ".join(_label(field, str(one), language) for one in value)
    return _label(field, str(value), language)


def _label(field: Field, value: str, language: str) -> str:
    labels = {choice.value: choice.label[language] for choice in field.choices}
    return labels.get(value, value)


@register.filter
def account_state(value: str) -> str:
    """Return what a state of an account is called."""
    return gettext(account_words.STATES[AccountState(value)])


@register.filter
def system_act(value: str) -> str:
    """Return what a connected system was told to do."""
    return gettext(account_words.ACTS[value])


@register.filter
def system_answer(value: str) -> str:
    """Return how far a connected system is."""
    return gettext(account_words.ANSWERS[value])


@register.filter
def basis_word(value: str) -> str:
    """Return what the basis of a legal hold is called."""
    return BASES[value][get_language() or "en"]
