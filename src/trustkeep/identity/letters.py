"""What people are told about their way in: invitations, new passwords, and every change of it.

A change that somebody else made is noticed by whoever it concerns only if a letter says so at once
(ASVS 6.3.7); so each of these goes out with the change, in its transaction.
"""

from __future__ import annotations

from trustkeep.kernel.texts import Texts
from trustkeep.letters.kinds import LetterKind

_NOT_YOU = Texts(
    de=(
        "Waren Sie das nicht, dann ändern Sie bitte sofort Ihr Passwort, beenden Sie alle "
        "Sitzungen und schreiben Sie an {security_email}."
    ),
    en=(
        "If this was not you, change your password now, end all sessions, and write to "
        "{security_email}."
    ),
    fr=(
        "Si ce n’était pas vous, changez immédiatement votre mot de passe, mettez fin à toutes "
        "les sessions et écrivez à {security_email}."
    ),
)
_LOOK = Texts(
    de="Ihre Zugänge und Sitzungen ansehen",
    en="Look at your ways in and your sessions",
    fr="Consulter vos accès et vos sessions",
)


def change(slug: str, subject: Texts, happened: Texts) -> LetterKind:
    """Return a letter about a change: what happened when, and what to do if it was not you."""
    text = Texts(*(f"{happened[one]}\n\n{_NOT_YOU[one]}" for one in ("de", "en", "fr")))
    return LetterKind(slug=slug, subject=subject, text=text, act=_LOOK)


INVITATION = LetterKind(
    slug="invitation",
    subject=Texts(
        de="{inviter} lädt Sie zu {organisation} ein",
        en="{inviter} invites you to {organisation}",
        fr="{inviter} vous invite à rejoindre {organisation}",
    ),
    text=Texts(
        de=(
            "{inviter} hat Sie eingeladen, bei {company} mit dem Konto von {organisation} zu "
            "arbeiten.\n\n"
            "Der Link gilt bis {until} und für Sie allein. Kennen Sie {inviter} nicht, dann "
            "lassen Sie ihn verfallen; es entsteht kein Konto."
        ),
        en=(
            "{inviter} has invited you to work with the account of {organisation} at {company}.\n\n"
            "The link is good until {until}, and for you alone. If you do not know {inviter}, let "
            "it lapse; no account comes into being."
        ),
        fr=(
            "{inviter} vous a invité à travailler avec le compte de {organisation} chez "
            "{company}.\n\n"
            "Le lien est valable jusqu’au {until} et pour vous seulement. Si vous ne connaissez "
            "pas {inviter}, laissez-le expirer ; aucun compte ne sera créé."
        ),
    ),
    act=Texts(de="Einladung annehmen", en="Accept the invitation", fr="Accepter l’invitation"),
    secret_link=True,
    good_until="until",
)
PASSWORD_RESET = LetterKind(
    slug="password-reset",
    subject=Texts(
        de="Ein neues Passwort wählen",
        en="Choose a new password",
        fr="Choisir un nouveau mot de passe",
    ),
    text=Texts(
        de=(
            "für diese Adresse wurde bei {company} ein neues Passwort erbeten.\n\n"
            "Der Link gilt einmal, bis {until}. Haben Sie nicht darum gebeten, dann müssen Sie "
            "nichts tun: Ihr Passwort bleibt, wie es ist."
        ),
        en=(
            "Somebody asked {company} for a new password for this address.\n\n"
            "The link works once, until {until}. If you did not ask for it, you need not do "
            "anything: your password stays as it is."
        ),
        fr=(
            "Un nouveau mot de passe a été demandé à {company} pour cette adresse.\n\n"
            "Le lien fonctionne une fois, jusqu’au {until}. Si vous n’avez rien demandé, vous "
            "n’avez rien à faire : votre mot de passe reste inchangé."
        ),
    ),
    act=Texts(de="Neues Passwort wählen", en="Choose a new password", fr="Choisir un mot de passe"),
    secret_link=True,
    good_until="until",
)
PASSWORD_RESET_WITH_PROVIDER = LetterKind(
    slug="password-reset-with-provider",
    subject=Texts(
        de="Sie melden sich ohne Passwort an",
        en="You sign in without a password",
        fr="Vous vous connectez sans mot de passe",
    ),
    text=Texts(
        de=(
            "für diese Adresse wurde bei {company} ein neues Passwort erbeten. Sie melden sich hier "
            "mit {provider} an und haben deshalb kein Passwort bei uns.\n\n"
            "Ihr Passwort ändern Sie bei {provider}."
        ),
        en=(
            "Somebody asked {company} for a new password for this address. You sign in here with "
            "{provider}, so you have no password with us.\n\n"
            "You change your password at {provider}."
        ),
        fr=(
            "Un nouveau mot de passe a été demandé à {company} pour cette adresse. Vous vous "
            "connectez ici avec {provider} et n’avez donc pas de mot de passe chez nous.\n\n"
            "Vous changez votre mot de passe chez {provider}."
        ),
    ),
    act=Texts(de="Anmelden", en="Sign in", fr="Se connecter"),
)
PASSWORD_CHANGED = change(
    "password-changed",
    Texts(
        de="Ihr Passwort wurde geändert",
        en="Your password was changed",
        fr="Votre mot de passe a été modifié",
    ),
    Texts(
        de="am {at} wurde Ihr Passwort bei {company} geändert. Ältere Sitzungen sind beendet.",
        en="Your password at {company} was changed on {at}. Older sessions have ended.",
        fr=(
            "Votre mot de passe chez {company} a été modifié le {at}. Les sessions plus anciennes "
            "ont pris fin."
        ),
    ),
)
FACTOR_ADDED = change(
    "factor-added",
    Texts(de="Neuer zweiter Faktor", en="New second factor", fr="Nouveau second facteur"),
    Texts(
        de="am {at} wurde Ihrem Zugang bei {company} ein zweiter Faktor hinzugefügt: {factor}.",
        en="On {at} a second factor was added to your way in at {company}: {factor}.",
        fr="Le {at}, un second facteur a été ajouté à votre accès chez {company} : {factor}.",
    ),
)
FACTOR_REMOVED = change(
    "factor-removed",
    Texts(de="Zweiter Faktor entfernt", en="Second factor removed", fr="Second facteur supprimé"),
    Texts(
        de="am {at} wurde ein zweiter Faktor Ihres Zugangs bei {company} entfernt: {factor}.",
        en="On {at} a second factor of your way in at {company} was removed: {factor}.",
        fr="Le {at}, un second facteur de votre accès chez {company} a été supprimé : {factor}.",
    ),
)
RECOVERY_CODES_MADE = change(
    "recovery-codes-made",
    Texts(
        de="Neue Wiederherstellungscodes",
        en="New recovery codes",
        fr="Nouveaux codes de récupération",
    ),
    Texts(
        de=(
            "am {at} wurden für Ihren Zugang bei {company} neue Wiederherstellungscodes erzeugt. "
            "Die alten gelten nicht mehr."
        ),
        en=(
            "On {at} new recovery codes were made for your way in at {company}. The old ones no "
            "longer work."
        ),
        fr=(
            "Le {at}, de nouveaux codes de récupération ont été créés pour votre accès chez "
            "{company}. Les anciens ne fonctionnent plus."
        ),
    ),
)
RECOVERY_CODE_USED = change(
    "recovery-code-used",
    Texts(
        de="Ein Wiederherstellungscode wurde benutzt",
        en="A recovery code was used",
        fr="Un code de récupération a été utilisé",
    ),
    Texts(
        de=(
            "am {at} hat sich jemand bei {company} mit einem Ihrer Wiederherstellungscodes "
            "angemeldet. {left:Code ist|Codes sind} noch übrig."
        ),
        en=(
            "On {at} somebody signed in at {company} with one of your recovery codes. "
            "{left:code is|codes are} left."
        ),
        fr=(
            "Le {at}, quelqu’un s’est connecté chez {company} avec l’un de vos codes de "
            "récupération. Il en reste {left:code|codes}."
        ),
    ),
)
IDENTITY_LINKED = change(
    "identity-linked",
    Texts(
        de="Sie melden sich jetzt mit {provider} an",
        en="You sign in with {provider} now",
        fr="Vous vous connectez maintenant avec {provider}",
    ),
    Texts(
        de=(
            "am {at} wurde Ihr Zugang bei {company} mit Ihrem Konto bei {provider} verbunden. Ein "
            "Passwort bei uns haben Sie nicht mehr."
        ),
        en=(
            "On {at} your way in at {company} was linked to your account at {provider}. You no "
            "longer have a password with us."
        ),
        fr=(
            "Le {at}, votre accès chez {company} a été lié à votre compte {provider}. Vous n’avez "
            "plus de mot de passe chez nous."
        ),
    ),
)
IDENTITY_UNLINKED = change(
    "identity-unlinked",
    Texts(
        de="Die Anmeldung mit {provider} ist getrennt",
        en="Signing in with {provider} has ended",
        fr="La connexion avec {provider} a pris fin",
    ),
    Texts(
        de="am {at} wurde Ihr Zugang bei {company} von Ihrem Konto bei {provider} getrennt.",
        en="On {at} your way in at {company} was parted from your account at {provider}.",
        fr="Le {at}, votre accès chez {company} a été dissocié de votre compte {provider}.",
    ),
)
SIGNED_IN_ELSEWHERE = change(
    "signed-in-elsewhere",
    Texts(
        de="Anmeldung von einem neuen Ort",
        en="Sign-in from a new place",
        fr="Connexion depuis un nouvel endroit",
    ),
    Texts(
        de="am {at} hat sich jemand mit Ihrem Zugang bei {company} angemeldet: {place}.",
        en="On {at} somebody signed in at {company} with your way in: {place}.",
        fr="Le {at}, quelqu’un s’est connecté chez {company} avec votre accès : {place}.",
    ),
)
LETTERS = (
    INVITATION,
    PASSWORD_RESET,
    PASSWORD_RESET_WITH_PROVIDER,
    PASSWORD_CHANGED,
    FACTOR_ADDED,
    FACTOR_REMOVED,
    RECOVERY_CODES_MADE,
    RECOVERY_CODE_USED,
    IDENTITY_LINKED,
    IDENTITY_UNLINKED,
    SIGNED_IN_ELSEWHERE,
)
