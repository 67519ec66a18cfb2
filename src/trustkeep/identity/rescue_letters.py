"""What somebody is told while others take their second factors away, at every step of it."""

from __future__ import annotations

from trustkeep.identity.letters import change
from trustkeep.kernel.texts import Texts

RESCUE_ASKED = change(
    "rescue-asked",
    Texts(
        de="Ihre zweiten Faktoren sollen entfernt werden",
        en="Your second factors are to be taken away",
        fr="Vos seconds facteurs doivent être supprimés",
    ),
    Texts(
        de=(
            "am {at} hat {asker} bei {company} darum gebeten, Ihre zweiten Faktoren zu entfernen, "
            "weil Sie keinen mehr haben sollen. Noch muss eine zweite Person zustimmen. Haben Sie "
            "nichts verloren, dann halten Sie es auf Ihrer Seite auf."
        ),
        en=(
            "On {at} {asker} at {company} asked for your second factors to be taken away, because "
            "you are said to have lost them. A second person still has to agree. If you have lost "
            "nothing, stop it on your page."
        ),
        fr=(
            "Le {at}, {asker} chez {company} a demandé la suppression de vos seconds facteurs, "
            "parce que vous les auriez perdus. Une seconde personne doit encore donner son accord. "
            "Si vous n’avez rien perdu, arrêtez la procédure sur votre page."
        ),
    ),
)
RESCUE_AGREED = change(
    "rescue-agreed",
    Texts(
        de="Ihre zweiten Faktoren werden am {due_at} entfernt",
        en="Your second factors will be taken away on {due_at}",
        fr="Vos seconds facteurs seront supprimés le {due_at}",
    ),
    Texts(
        de=(
            "am {at} haben {asker} und {second} bei {company} vereinbart, Ihre zweiten Faktoren am "
            "{due_at} zu entfernen. Bis dahin können Sie es auf Ihrer Seite aufhalten."
        ),
        en=(
            "On {at} {asker} and {second} at {company} agreed to take your second factors away on "
            "{due_at}. Until then you can stop it on your page."
        ),
        fr=(
            "Le {at}, {asker} et {second} chez {company} ont convenu de supprimer vos seconds "
            "facteurs le {due_at}. Jusque-là, vous pouvez arrêter la procédure sur votre page."
        ),
    ),
)
RESCUE_STOPPED = change(
    "rescue-stopped",
    Texts(
        de="Ihre zweiten Faktoren bleiben",
        en="Your second factors stay",
        fr="Vos seconds facteurs restent en place",
    ),
    Texts(
        de="am {at} wurde bei {company} aufgehalten, dass Ihre zweiten Faktoren entfernt werden.",
        en="On {at} the removal of your second factors at {company} was stopped.",
        fr="Le {at}, la suppression de vos seconds facteurs chez {company} a été arrêtée.",
    ),
)
FACTORS_RESET = change(
    "factors-reset",
    Texts(
        de="Ihre zweiten Faktoren sind entfernt",
        en="Your second factors are gone",
        fr="Vos seconds facteurs sont supprimés",
    ),
    Texts(
        de=(
            "am {at} wurden Ihre zweiten Faktoren bei {company} entfernt. Alle Sitzungen sind "
            "beendet. Bei der nächsten Anmeldung richten Sie einen neuen ein."
        ),
        en=(
            "On {at} your second factors at {company} were taken away. All sessions have ended. At "
            "the next sign-in you add a new one."
        ),
        fr=(
            "Le {at}, vos seconds facteurs chez {company} ont été supprimés. Toutes les sessions "
            "ont pris fin. Vous en ajouterez un nouveau à la prochaine connexion."
        ),
    ),
)
RESCUE_LETTERS = (RESCUE_ASKED, RESCUE_AGREED, RESCUE_STOPPED, FACTORS_RESET)
