"""The story of an account: what lies ahead and what has happened, in the reader's language."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trustkeep.accounts.models import Account
from trustkeep.evidence.kinds import Kind
from trustkeep.kernel.texts import Texts
from trustkeep.kernel.writing import moment, number
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.models import Deed, IssuedReceipt, Obligation, Step
from trustkeep.lifecycle.planning import plan_of
from trustkeep.lifecycle.planning import shown as plan_shown
from trustkeep.lifecycle.receipts import FollowUp
from trustkeep.lifecycle.schedule import NEAR
from trustkeep.lifecycle.stages import BEFORE_PURGING, ENDED, OPEN, Stage, StepKind, Trouble
from trustkeep.lifecycle.words import TROUBLES


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the story; ``good`` is None where nothing is to be judged."""

    at: datetime
    text: str
    fact: str = ""
    entry_index: int | None = None
    good: bool | None = None


def behind(account_id: uuid.UUID, language: str) -> list[Happening]:
    """Return what has happened, the newest first."""
    found = [
        told
        for deed in Deed.objects.filter(account=account_id).select_related("obligation")
        if (told := _deed(deed, language)) is not None
    ]
    for row in IssuedReceipt.objects.filter(obligation__account=account_id):
        text = _RECEIPT_AGAIN if row.why else _RECEIPT
        found.append(Happening(row.issued_at, text[language], "", row.entry_index, True))
    account = Account.objects.get(pk=account_id)
    found.append(Happening(account.opened_at, _OPENED[language]))
    return sorted(found, key=lambda one: (one.at, one.entry_index or 0), reverse=True)


def ahead(row: Obligation | None, now: datetime, language: str) -> list[Happening]:
    """Return what lies ahead, the farthest first."""
    if row is None or row.stage in ENDED:
        return []
    found = [
        Happening(step.next_at, text[language])
        for step in Step.objects.filter(obligation=row, state__in=OPEN)
        if (text := _coming(step)) is not None and step.next_at > now
    ]
    if row.stage == Stage.TERMINATING:
        found.append(Happening(row.trusted_at, _END_COMES[language]))
    if row.proved_at is None and row.lock_by and row.stage in BEFORE_PURGING:
        found.append(Happening(row.lock_by, _LOCK_BY[language]))
    if row.stage in BEFORE_PURGING:
        found.append(Happening(row.not_before, _STARTS[language], _planned(row, language)))
    if row.erased_at is None:
        found.append(Happening(row.done_by, _DONE_BY[language], _RECEIPT_GOES[language]))
    return sorted(found, key=lambda one: one.at, reverse=True)


def troubles(row: Obligation | None, language: str) -> list[str]:
    """Return what keeps the steps from going on, each once."""
    if row is None:
        return []
    open_ = Step.objects.filter(obligation=row, state__in=OPEN).exclude(trouble="")
    codes = dict.fromkeys(open_.order_by("phase").values_list("trouble", flat=True))
    return [TROUBLES[Trouble(code)][language] for code in codes]


def _planned(row: Obligation, language: str) -> str:
    plan = plan_of(row)
    if plan is None:
        return _NO_PLAN[language]
    shown = plan_shown(plan)
    values = {
        "files": number(shown.files, language),
        "records": number(shown.records, language),
        "systems": number(len(shown.systems), language),
    }
    return _PLAN[language].format(**values)


def _deed(deed: Deed, language: str) -> Happening | None:
    body = deed.body
    of_part = deed.obligation is not None and deed.obligation.scope != ACCOUNT
    text = _text_of_part(deed.kind, body) if of_part else _text(deed.kind, body)
    if text is None:
        return None
    values = {name: _value(value, language) for name, value in body.items()}
    told = text[language].format_map(_Values(values))
    fact, good = _fact(deed.kind, body, language)
    return Happening(deed.at, told, fact, deed.entry_index, good)


def _text(kind: str, body: Mapping[str, Any]) -> Texts | None:
    match kind:
        case Kind.CONTRACT_ENDED:
            return _ENDINGS.get(str(body.get("to") or body.get("what")))
        case Kind.ACCOUNT_LOCKED if body.get("state") == "done":
            return _LOCKED
        case Kind.DOORS_TRIED:
            return _DOORS if body.get("state") == "done" else _DOOR_OPEN
        case Kind.ERASURE_PLANNED:
            return _PLANNINGS.get(str(body.get("what") or "planned"))
        case Kind.ERASURE_MOVED:
            return _MOVES.get(str(body.get("to")))
        case Kind.HOLD_CHANGED:
            return _HOLDS.get(str(body.get("what")))
        case Kind.ERASURE_STEP:
            return _STEPS.get((str(body.get("step")), str(body.get("state"))))
    return None


def _text_of_part(kind: str, body: Mapping[str, Any]) -> Texts | None:
    if kind == Kind.ERASURE_PLANNED:
        return _PARTS.get(str(body.get("what")))
    return _PARTS.get(str(body.get("to"))) if kind == Kind.ERASURE_MOVED else None


def _fact(kind: str, body: Mapping[str, Any], language: str) -> tuple[str, bool | None]:
    if kind == Kind.DOORS_TRIED:
        doors: Sequence[str] = body.get("refused", ()) if body.get("state") == "done" else ()
        return ", ".join(doors or body.get("open", ())), body.get("state") == "done"
    if kind == Kind.CONTRACT_ENDED and body.get("ends_at"):
        at = moment(datetime.fromisoformat(str(body["ends_at"])), language)
        return _WITH_EFFECT[language].format(at=at), None
    if body.get("trouble"):
        return TROUBLES[Trouble(body["trouble"])][language], False
    good = True if kind in (Kind.ACCOUNT_LOCKED,) or body.get("state") == "done" else None
    return "", good


def _coming(step: Step) -> Texts | None:
    if step.kind == StepKind.WATCH:
        return _CLOSES
    if step.kind == StepKind.FOLLOW_UP and step.target == FollowUp.BACKUPS_EXPIRED:
        return _BACKUPS_END
    if step.kind == StepKind.NOTICE and step.target.startswith(NEAR):
        return _REMINDER
    return None


def _value(value: Any, language: str) -> str:
    if isinstance(value, bool | str):
        return str(value)
    return number(value, language) if isinstance(value, int) else str(value)


class _Values(dict[str, str]):
    """Values of a body; one that an older entry does not have is told as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


_WITH_EFFECT = Texts(de="Zum {at}", en="With effect from {at}", fr="Avec effet au {at}")
_BACKUPS_END = Texts(
    de="Letzte Sicherung mit diesen Daten wird gelöscht; danach geht ein weiterer Beleg hinaus",
    en="Last backup with this data is deleted; a further receipt goes out then",
    fr="Dernière sauvegarde contenant ces données supprimée ; un autre reçu part ensuite",
)
_OPENED = Texts(de="Konto eröffnet", en="Account opened", fr="Compte ouvert")
_RECEIPT = Texts(de="Löschbestätigung ausgestellt", en="Receipt issued", fr="Reçu délivré")
_RECEIPT_AGAIN = Texts(
    de="Ergänzende Löschbestätigung ausgestellt",
    en="Follow-up receipt issued",
    fr="Reçu complémentaire délivré",
)
_END_COMES = Texts(de="Der Vertrag endet", en="The contract ends", fr="Le contrat prend fin")
_LOCK_BY = Texts(
    de="Spätestens jetzt ist alles gesperrt",
    en="Everything must be locked",
    fr="Tout doit être verrouillé",
)
_STARTS = Texts(de="Die Löschung beginnt", en="Deletion starts", fr="La suppression commence")
_DONE_BY = Texts(
    de="Spätestens jetzt ist alles gelöscht",
    en="Everything must be deleted",
    fr="Tout doit être supprimé",
)
_RECEIPT_GOES = Texts(
    de="Die Löschbestätigung geht an den Kunden und ins Protokoll",
    en="The receipt goes to the customer and into the evidence log",
    fr="Le reçu va au client et au journal de preuves",
)
_CLOSES = Texts(
    de="Letzter Blick, dann schließt das Konto endgültig",
    en="A last look, then the account closes for good",
    fr="Un dernier regard, puis le compte est clos",
)
_REMINDER = Texts(
    de="Erinnerung an den Kunden", en="Reminder to the customer", fr="Rappel au client"
)
_NO_PLAN = Texts(de="noch nicht gezählt", en="not counted yet", fr="pas encore compté")
_PLAN = Texts(
    de="{files} Dateien, {records} Zeilen, {systems} angebundene Systeme",
    en="{files} files, {records} rows, {systems} connected systems",
    fr="{files} fichiers, {records} lignes, {systems} systèmes connectés",
)
_LOCKED = Texts(
    de="Gesperrt: {sessions} Sitzungen, {invitations} Einladungen und {links} geteilte Links beendet",
    en="Locked: {sessions} sessions, {invitations} invitations and {links} shared links ended",
    fr="Verrouillé : {sessions} sessions, {invitations} invitations et {links} liens partagés clos",
)
_DOORS = Texts(
    de="{matched} Türen als Kunde versucht, alle weigerten sich",
    en="{matched} doors tried as the customer, all refused",
    fr="{matched} portes essayées comme le client, toutes ont refusé",
)
_DOOR_OPEN = Texts(
    de="Eine Tür ließ sich als Kunde öffnen",
    en="A door opened for the customer",
    fr="Une porte s’est ouverte au client",
)
_ENDINGS: Mapping[str, Texts] = {
    "ended": Texts(de="Vertrag beendet", en="Contract ended", fr="Fin du contrat notée"),
    "cancelled": Texts(
        de="Vertragsende zurückgenommen",
        en="End of the contract called off",
        fr="Fin du contrat annulée",
    ),
    "reinstatement-asked": Texts(
        de="Eine Person will das Konto wieder öffnen; eine zweite muss zustimmen",
        en="One person wants to reinstate the account; a second has to agree",
        fr="Une personne veut rouvrir le compte ; une seconde doit accepter",
    ),
    "reinstated": Texts(
        de="Konto wieder geöffnet, von zwei Personen",
        en="Account reinstated by two people",
        fr="Compte rouvert par deux personnes",
    ),
}
_PLANNINGS: Mapping[str, Texts] = {
    "planned": Texts(de="Löschung geplant", en="Deletion planned", fr="Suppression planifiée"),
    "asked-for": Texts(
        de="Löschung vor der Frist verlangt; eine zweite Person muss den Plan freigeben",
        en="Early deletion asked for; a second person has to approve the plan",
        fr="Suppression anticipée demandée ; une seconde personne doit approuver le plan",
    ),
    "approved": Texts(de="Plan freigegeben", en="Plan approved", fr="Plan approuvé"),
}
_MOVES: Mapping[str, Texts] = {
    "purging": Texts(
        de="Löschung begonnen; kein Weg zurück",
        en="Deletion started; no way back",
        fr="Suppression commencée ; plus de retour",
    ),
    "purged": Texts(de="Alles gelöscht", en="Everything deleted", fr="Tout est supprimé"),
    "closed": Texts(de="Endgültig geschlossen", en="Closed for good", fr="Clos définitivement"),
}
_PARTS: Mapping[str, Texts] = {
    "planned": Texts(
        de="Löschung eines Teils auf Verlangen geplant",
        en="Deletion of a part on request planned",
        fr="Suppression d’une partie sur demande planifiée",
    ),
    "approved": Texts(
        de="Löschung eines Teils freigegeben",
        en="Deletion of a part approved",
        fr="Suppression d’une partie approuvée",
    ),
    "cancelled": Texts(
        de="Löschung eines Teils abgesagt",
        en="Deletion of a part called off",
        fr="Suppression d’une partie annulée",
    ),
    "purging": Texts(
        de="Löschung eines Teils begonnen",
        en="Deletion of a part started",
        fr="Suppression d’une partie commencée",
    ),
    "purged": Texts(
        de="Teil auf Verlangen gelöscht",
        en="Part deleted on request",
        fr="Partie supprimée sur demande",
    ),
}
_HOLDS: Mapping[str, Texts] = {
    "placed": Texts(de="Löschsperre verhängt", en="Legal hold placed", fr="Gel des données posé"),
    "reviewed": Texts(
        de="Löschsperre geprüft", en="Legal hold reviewed", fr="Gel des données revu"
    ),
    "released": Texts(
        de="Löschsperre aufgehoben", en="Legal hold lifted", fr="Gel des données levé"
    ),
}
_STEPS: Mapping[tuple[str, str], Texts] = {
    ("verify", "done"): Texts(
        de="Ein zweiter Leser hat {matched} Speicher geprüft und nichts gefunden",
        en="A second reader looked at {matched} stores and found nothing",
        fr="Un second lecteur a vérifié {matched} emplacements et n’a rien trouvé",
    ),
    ("verify", "due"): Texts(
        de="Ein zweiter Leser hat noch etwas gefunden",
        en="A second reader found something left",
        fr="Un second lecteur a trouvé un reste",
    ),
    ("key", "done"): Texts(
        de="Schlüssel des Kontos zerstört", en="Account key destroyed", fr="Clé du compte détruite"
    ),
    ("ceiling", "done"): Texts(
        de="Kurz vor der Frist durch den Schlüssel gelöscht; die Daten folgen",
        en="Erased by key shortly before the end; the bytes follow",
        fr="Effacé par la clé juste avant l’échéance ; les données suivent",
    ),
    ("begin", "due"): Texts(
        de="Die Löschung wartet", en="The deletion waits", fr="La suppression attend"
    ),
    ("system-lock", "done"): Texts(
        de="Angebundenes System hat die Sperre bestätigt",
        en="Connected system confirmed the lock",
        fr="Un système connecté a confirmé le verrouillage",
    ),
    ("system-erase", "done"): Texts(
        de="Angebundenes System hat die Löschung bestätigt",
        en="Connected system confirmed the deletion",
        fr="Un système connecté a confirmé la suppression",
    ),
}
