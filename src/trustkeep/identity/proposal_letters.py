"""What somebody on the staff is told while a link of theirs waits for a second person."""

from __future__ import annotations

from trustkeep.identity.letters import change
from trustkeep.kernel.texts import Texts

LINK_ASKED = change(
    "link-asked",
    Texts(
        de="Ihr Konto bei {provider} soll verknüpft werden",
        en="Your account at {provider} is to be linked",
        fr="Votre compte {provider} doit être lié",
    ),
    Texts(
        de=(
            "am {at} wurde aus Ihrer Sitzung bei {company} darum gebeten, Ihren Zugang mit einem "
            "Konto bei {provider} zu verknüpfen. Eine andere Administratorin oder ein anderer "
            "Administrator muss zustimmen; dann wird Ihr Passwort bei uns gelöscht. Bis dahin "
            "können Sie es auf Ihrer Seite zurücknehmen."
        ),
        en=(
            "On {at} your session at {company} asked for your way in to be linked to an account at "
            "{provider}. Another administrator has to agree; then your password with us is "
            "deleted. Until then you can take it back on your page."
        ),
        fr=(
            "Le {at}, il a été demandé depuis votre session chez {company} de lier votre accès à "
            "un compte {provider}. Une autre personne de l’administration doit donner son accord ; "
            "votre mot de passe chez nous sera alors supprimé. Jusque-là, vous pouvez retirer la "
            "demande sur votre page."
        ),
    ),
)
UNLINK_ASKED = change(
    "unlink-asked",
    Texts(
        de="Ihr Konto bei {provider} soll getrennt werden",
        en="Your account at {provider} is to be parted",
        fr="Votre compte {provider} doit être dissocié",
    ),
    Texts(
        de=(
            "am {at} wurde aus Ihrer Sitzung bei {company} darum gebeten, Ihren Zugang von Ihrem "
            "Konto bei {provider} zu trennen. Eine andere Administratorin oder ein anderer "
            "Administrator muss zustimmen. Bis dahin können Sie es auf Ihrer Seite zurücknehmen."
        ),
        en=(
            "On {at} your session at {company} asked for your way in to be parted from your "
            "account at {provider}. Another administrator has to agree. Until then you can take it "
            "back on your page."
        ),
        fr=(
            "Le {at}, il a été demandé depuis votre session chez {company} de dissocier votre "
            "accès de votre compte {provider}. Une autre personne de l’administration doit donner "
            "son accord. Jusque-là, vous pouvez retirer la demande sur votre page."
        ),
    ),
)
LINK_STOPPED = change(
    "link-stopped",
    Texts(
        de="Ihr Konto bei {provider} wird nicht verknüpft",
        en="Your account at {provider} is not linked",
        fr="Votre compte {provider} n’est pas lié",
    ),
    Texts(
        de=(
            "am {at} wurde bei {company} abgelehnt oder zurückgenommen, dass Ihr Zugang mit einem "
            "Konto bei {provider} verknüpft wird. Sie melden sich an wie bisher."
        ),
        en=(
            "On {at} the link of your way in at {company} to an account at {provider} was refused "
            "or taken back. You sign in as before."
        ),
        fr=(
            "Le {at}, la liaison de votre accès chez {company} à un compte {provider} a été "
            "refusée ou retirée. Vous vous connectez comme avant."
        ),
    ),
)
UNLINK_STOPPED = change(
    "unlink-stopped",
    Texts(
        de="Ihr Konto bei {provider} bleibt verknüpft",
        en="Your account at {provider} stays linked",
        fr="Votre compte {provider} reste lié",
    ),
    Texts(
        de=(
            "am {at} wurde bei {company} abgelehnt oder zurückgenommen, dass Ihr Zugang von Ihrem "
            "Konto bei {provider} getrennt wird. Sie melden sich an wie bisher."
        ),
        en=(
            "On {at} parting your way in at {company} from your account at {provider} was refused "
            "or taken back. You sign in as before."
        ),
        fr=(
            "Le {at}, la dissociation de votre accès chez {company} et de votre compte {provider} "
            "a été refusée ou retirée. Vous vous connectez comme avant."
        ),
    ),
)
PROPOSAL_LETTERS = (LINK_ASKED, UNLINK_ASKED, LINK_STOPPED, UNLINK_STOPPED)
