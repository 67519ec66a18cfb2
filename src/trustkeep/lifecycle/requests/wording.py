"""The words of the letters about requests, in three languages."""

from __future__ import annotations

from datetime import date

from trustkeep.kernel import writing
from trustkeep.kernel.texts import Texts
from trustkeep.letters.kinds import LetterKind
from trustkeep.lifecycle.deadlines import FORWARD_WORKING_DAYS

FOLLOW = Texts(
    de="Hier sehen Sie den Stand und können antworten oder Ihre Anfrage zurücknehmen",
    en="See where it stands, answer us, or take it back",
    fr="Suivre votre demande, nous répondre ou la retirer",
)
FETCH = Texts(
    de="Hier holen Sie Ihre Daten ab, einmal",
    en="Fetch your data here, once",
    fr="Récupérer vos données ici, une seule fois",
)
QUESTION = LetterKind(
    slug="request-question",
    subject=Texts(
        de="Eine Frage zu Ihrer Anfrage {reference}",
        en="A question about your request {reference}",
        fr="Une question sur votre demande {reference}",
    ),
    text=Texts(
        de="damit wir Ihre Anfrage ({kinds}) bearbeiten können, bitten wir Sie um eine Antwort:\n\n{question}\n\nDie Frist läuft weiter, damit Sie nicht länger warten als nötig.",
        en="So that we can go on with your request ({kinds}), please answer this:\n\n{question}\n\nThe time for our answer goes on running, so that you do not wait longer than needed.",
        fr="Pour poursuivre votre demande ({kinds}), merci de répondre à ceci\u00a0:\n\n{question}\n\nLe délai de notre réponse continue de courir, afin que vous n’attendiez pas plus que nécessaire.",
    ),
    act=FOLLOW,
    secret_link=True,
    about_closing=True,
)
TO_CONTROLLER = LetterKind(
    slug="request-to-controller",
    subject=Texts(
        de="Eine Anfrage zu Daten, die Sie verantworten ({reference})",
        en="A request about data that you are responsible for ({reference})",
        fr="Une demande sur des données dont vous êtes responsable ({reference})",
    ),
    text=Texts(
        de="bei uns ist am {received} eine Anfrage eingegangen, die Daten in Ihrem Konto betrifft: {kinds}. Als Auftragsverarbeiter leiten wir sie binnen {days:Arbeitstag|Arbeitstagen} an Sie weiter und antworten nicht selbst. Ihre Frist von einem Monat läuft.\n\nName: {name}\nAdresse: {email}\n\n{text}\n\nBrauchen Sie unsere Hilfe, etwa um Daten zu finden, auszugeben oder zu löschen, so schreiben Sie Ihrer Kundenbetreuung.",
        en="On {received} we received a request about data in your account: {kinds}. As your processor we pass it on within {days:working day|working days} and do not answer it ourselves. Your time of one month is running.\n\nName: {name}\nAddress: {email}\n\n{text}\n\nIf you need our help to find, hand over or delete data, write to your account manager.",
        fr="Le {received}, nous avons reçu une demande sur des données de votre compte\u00a0: {kinds}. En tant que sous-traitant, nous vous la transmettons dans les {days:jour ouvrable|jours ouvrables} et n’y répondons pas nous-mêmes. Votre délai d’un mois court.\n\nNom\u00a0: {name}\nAdresse\u00a0: {email}\n\n{text}\n\nSi vous avez besoin de notre aide pour trouver, remettre ou supprimer des données, écrivez à votre responsable de compte.",
    ),
    constants={"days": FORWARD_WORKING_DAYS},
    about_closing=True,
)
TO_OTHERS = LetterKind(
    slug="request-told-to-others",
    subject=Texts(
        de="Alles von {customer} soll gelöscht werden ({reference})",
        en="Everything of {customer} is to be deleted ({reference})",
        fr="Tout ce qui appartient à {customer} doit être supprimé ({reference})",
    ),
    text=Texts(
        de="am {received} hat jemand, der für {customer} spricht, verlangt, alles in Ihrem Konto zu löschen, und das eben bestätigt. Der Vertrag endet damit, niemand meldet sich mehr an, und sobald zwei von uns zugestimmt haben, beginnt die Löschung; dann kommt nichts zurück.\n\nWussten Sie davon nichts, so rufen Sie sofort Ihre Kundenbetreuung an. Wollen Sie etwas behalten, so holen Sie es jetzt ab.",
        en="On {received} somebody who speaks for {customer} asked us to delete everything in your account, and has just confirmed it. The contract ends with that, nobody signs in any more, and once two of us have agreed the deletion starts; nothing comes back then.\n\nIf you did not know of this, call your account manager at once. If you want to keep anything, fetch it now.",
        fr="Le {received}, une personne parlant au nom de {customer} nous a demandé de supprimer tout le contenu de votre compte, et vient de le confirmer. Le contrat prend fin, plus personne ne se connecte, et dès que deux d’entre nous auront accepté, la suppression commence ; rien ne reviendra alors.\n\nSi vous l’ignoriez, appelez tout de suite votre responsable de compte. Si vous voulez garder quelque chose, récupérez-le maintenant.",
    ),
    about_closing=True,
)
NEW_LINK = LetterKind(
    slug="request-new-link",
    subject=Texts(
        de="Ein neuer Link zu Ihren Daten ({reference})",
        en="A new link to your data ({reference})",
        fr="Un nouveau lien vers vos données ({reference})",
    ),
    text=Texts(
        de="hier ist ein neuer Link zu den Daten, die Sie mit Ihrer Anfrage vom {received} verlangt haben. Er gilt {days:Tag|Tage} und einmal; der frühere gilt nicht mehr.",
        en="Here is a new link to the data that you asked for on {received}. It works for {days:day|days} and once; the earlier one does not work any more.",
        fr="Voici un nouveau lien vers les données que vous avez demandées le {received}. Il vaut {days:jour|jours}, une seule fois ; l’ancien ne vaut plus.",
    ),
    act=FETCH,
    secret_link=True,
    about_closing=True,
)
WITHDRAWN = LetterKind(
    slug="request-withdrawn",
    subject=Texts(
        de="Ihre Anfrage {reference} ist zurückgenommen",
        en="Your request {reference} was taken back",
        fr="Votre demande {reference} est retirée",
    ),
    text=Texts(
        de="Sie haben Ihre Anfrage ({kinds}) zurückgenommen. Wir tun nichts weiter. Sie können jederzeit eine neue stellen.",
        en="You have taken your request ({kinds}) back. We do nothing further. You may make a new one at any time.",
        fr="Vous avez retiré votre demande ({kinds}). Nous n’y donnons pas suite. Vous pouvez en faire une nouvelle à tout moment.",
    ),
    act=FOLLOW,
    secret_link=True,
    about_closing=True,
)
LIFTING = LetterKind(
    slug="request-restriction-ends",
    subject=Texts(
        de="Die Einschränkung zu {reference} endet",
        en="The restriction of {reference} ends",
        fr="La limitation de {reference} prend fin",
    ),
    text=Texts(
        de="Ihre Daten sind auf Ihr Verlangen eingeschränkt. Wir unterrichten Sie, bevor das endet: frühestens am {lifted}. Sind Sie nicht einverstanden, so antworten Sie uns vorher.",
        en="Your data is restricted, as you asked. We tell you before that ends: not before {lifted}. If you do not agree, answer us before then.",
        fr="Vos données font l’objet d’une limitation, à votre demande. Nous vous informons avant qu’elle prenne fin\u00a0: pas avant le {lifted}. Si vous n’êtes pas d’accord, répondez-nous avant.",
    ),
    act=FOLLOW,
    secret_link=True,
    about_closing=True,
)
WAITS_FOR = Texts(
    de="Die Anfrage ist noch nicht beantwortet.",
    en="The request has not been answered yet.",
    fr="La demande n’a pas encore reçu de réponse.",
)
AUTHORITY = Texts(
    de="die Behörde, in deren Gebiet Sie wohnen oder arbeiten, oder die für unseren Sitz zuständige",
    en="the one where you live, where you work, or where we have our seat",
    fr="celle du lieu où vous habitez, où vous travaillez, ou de notre siège",
)
"""Article 77(1) GDPR: any of these."""
DONE = Texts(de="wie verlangt", en="as you asked", fr="comme demandé")
NOT_DONE = Texts(de="abgelehnt", en="refused", fr="refusé")
DELETED = Texts(de="Gelöscht ist:", en="Deleted is:", fr="Est supprimé :")
PROVED = Texts(
    de="Die Löschbestätigung {numbers} liegt bei: zum Lesen, für Programme, und als Nachweis aus unserem Transparenzprotokoll. Sie lässt sich ohne uns nachprüfen.",
    en="The deletion certificate {numbers} is enclosed: to read, for programs, and as its proof from our evidence log. It can be verified without us.",
    fr="Le certificat de suppression {numbers} est joint : à lire, pour les programmes, et comme preuve tirée de notre journal de transparence. Il se vérifie sans nous.",
)
_UNTIL = Texts(de=", bis {day}", en=", until {day}", fr=", jusqu’au {day}")


def until(day: date, language: str) -> str:
    """Return until when something is kept, as the end of a line."""
    return _UNTIL[language].format(day=writing.day(day, language))
