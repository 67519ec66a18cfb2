"""What trying a connection is told as: sentences in the reader's language."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from trustkeep.connectors.outgoing import NotAsked, Reply
from trustkeep.connectors.replies import refusal_of
from trustkeep.lifecycle.systems.ports import Trouble
from trustkeep.lifecycle.systems.words import trouble_word

type Told = tuple[list[str], list[str]]
"""Faults, and what was well."""


def fault_of(trouble: Trouble, detail: str = "") -> str:
    """Return a trouble as a sentence, with its technical detail in brackets."""
    return f"{trouble_word(trouble)} ({detail})" if detail else trouble_word(trouble)


def told_of(reply: Reply | NotAsked, now: datetime) -> Told:
    """Return what an answer to a harmless question says."""
    if isinstance(reply, NotAsked):
        return [fault_of(reply.trouble, reply.detail)], []
    refused = refusal_of(reply, now)
    if refused is not None and refused.trouble is not None:
        return [fault_of(refused.trouble, refused.detail)], []
    if reply.status == 404:
        return [fault_of(Trouble.SETTINGS, "HTTP 404")], []
    return [], [gettext("It answers: HTTP {status}.").format(status=reply.status)]
