"""Words for backups and drills."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.lifecycle.backups.ports import Stage
from trustkeep.lifecycle.backups.queries import WorkShown
from trustkeep.ui.pages import told

register = template.Library()

_WORKS: dict[str, str | Lazy] = {"backup": _("The backup"), "drill": _("The drill")}
_STAGES: dict[str, str | Lazy] = {
    "": _("begins within seconds."),
    Stage.COPY: _("copies the database."),
    Stage.PACK: _("seals database and files."),
    Stage.VERIFY: _("is read back."),
    Stage.PUBLISH: _("is entered."),
    Stage.RESTORE: _("restores a backup elsewhere."),
    Stage.RECONCILE: _("re-applies what has happened since."),
    Stage.PROVE: _("looks for everything that was erased."),
}
_GONE: dict[str, str | Lazy] = {
    "expired": _("deleted at its end"),
    "missing": _("was not in its place"),
}


@register.filter
def work_word(work: WorkShown) -> str:
    """Return what is under way."""
    return str(_WORKS[work.kind])


@register.filter
def stage_word(stage: str) -> str:
    """Return how far it is."""
    return str(_STAGES[stage])


@register.filter
def gone_word(why: str) -> str:
    """Return why a backup is gone."""
    return str(_GONE[why])


@register.filter
def sentence_of(error: TrustkeepError) -> str:
    """Return what went wrong and what to do, in the reader's language."""
    return told(error)
