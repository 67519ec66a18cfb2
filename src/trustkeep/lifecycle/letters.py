"""What customers and staff are told between the notice of a contract's end and the last trace.

Every number comes from `trustkeep.lifecycle.deadlines`. Letters to the customer go to the owners,
the administrators and the contact for data protection, in the account's language and time zone.
"""

from __future__ import annotations

from trustkeep.kernel.texts import Texts
from trustkeep.letters.kinds import LetterKind
from trustkeep.lifecycle.deadlines import DELETE_AFTER, DELETE_MARGIN, LOCK_WITHIN

HOUR_S = 3600
LOCK_HOURS = int(LOCK_WITHIN.total_seconds()) // HOUR_S
MARGIN_HOURS = int(DELETE_MARGIN.total_seconds()) // HOUR_S

CONTRACT_ENDING = LetterKind(
    slug="contract-ending",
    subject=Texts(
        de="Ihr Vertrag endet am {ends_at}",
        en="Your contract ends on {ends_at}",
        fr="Votre contrat prend fin le {ends_at}",
    ),
    text=Texts(
        de=(
            "der Vertrag von {customer} mit {company} ({reference}) endet am {ends_at}.\n\n"
            "Was dann geschieht:\n"
            "- Ab diesem Augenblick kommt von Ihrer Seite niemand mehr hinein. Spätestens "
            "{lock_hours:Stunde|Stunden} danach sind alle Zugänge geschlossen, und wir prüfen das an "
            "jedem einzelnen.\n"
            "- {delete_days:Tag|Tage} danach, ab {delete_at}, löschen wir alles, was im Konto liegt; "
            "spätestens am {delete_by} ist es gelöscht.\n"
            "- Danach erhalten Sie eine Löschbestätigung, die Sie ohne uns nachprüfen können.\n\n"
            "Holen Sie vorher ab, was Sie behalten wollen. Möchten Sie, dass früher gelöscht wird, dann "
            "schreiben Sie Ihrer Kundenbetreuung oder an {dpo_email}."
        ),
        en=(
            "The contract of {customer} with {company} ({reference}) ends on {ends_at}.\n\n"
            "What happens then:\n"
            "- From that instant on nobody of yours gets in. No later than {lock_hours:hour|hours} "
            "after it, every way in is shut, and we try each one to make sure.\n"
            "- {delete_days:day|days} after it, from {delete_at} on, we delete everything in the "
            "account; by {delete_by} it is gone.\n"
            "- Then you receive a deletion certificate that you can verify without us.\n\n"
            "Fetch before then what you want to keep. If you want it deleted earlier, write to your "
            "account manager or to {dpo_email}."
        ),
        fr=(
            "Le contrat de {customer} avec {company} ({reference}) prend fin le {ends_at}.\n\n"
            "Ce qui se passera alors :\n"
            "- À partir de cet instant, plus personne de votre côté n’entre. Au plus tard "
            "{lock_hours:heure|heures} après, tous les accès sont fermés, et nous le vérifions sur "
            "chacun d’eux.\n"
            "- {delete_days:jour|jours} après, à partir du {delete_at}, nous supprimons tout ce que "
            "contient le compte ; au plus tard le {delete_by}, tout est supprimé.\n"
            "- Vous recevez ensuite un certificat de suppression que vous pouvez vérifier sans nous.\n\n"
            "Récupérez d’ici là ce que vous voulez conserver. Si vous souhaitez une suppression plus "
            "tôt, écrivez à votre responsable de compte ou à {dpo_email}."
        ),
    ),
    act=Texts(de="Daten abholen", en="Fetch your data", fr="Récupérer vos données"),
    constants={"lock_hours": LOCK_HOURS, "delete_days": DELETE_AFTER.days},
    about_closing=True,
)
ACCOUNT_LOCKED = LetterKind(
    slug="account-locked",
    subject=Texts(
        de="Ihr Konto ist geschlossen",
        en="Your account is locked",
        fr="Votre compte est fermé",
    ),
    text=Texts(
        de=(
            "der Vertrag von {customer} ({reference}) endete am {ends_at}. Seit {at} ist jeder Zugang "
            "geschlossen; das haben wir an jedem einzelnen geprüft.\n\n"
            "Gelöscht wird ab {delete_at}, spätestens bis {delete_by}. Fehlt Ihnen noch etwas, dann "
            "schreiben Sie vorher Ihrer Kundenbetreuung oder an {dpo_email}: Eine Ausfuhr ist noch "
            "möglich, früheres Löschen auch."
        ),
        en=(
            "The contract of {customer} ({reference}) ended on {ends_at}. Every way in has been shut "
            "since {at}; we tried each one to make sure.\n\n"
            "We delete from {delete_at} on, and by {delete_by} at the latest. If you still need "
            "something, write to your account manager or to {dpo_email} before then: one export is "
            "still possible, and so is deleting earlier."
        ),
        fr=(
            "Le contrat de {customer} ({reference}) a pris fin le {ends_at}. Tous les accès sont fermés "
            "depuis le {at} ; nous l’avons vérifié sur chacun d’eux.\n\n"
            "La suppression aura lieu à partir du {delete_at}, au plus tard le {delete_by}. S’il vous "
            "manque quelque chose, écrivez d’ici là à votre responsable de compte ou à {dpo_email} : un "
            "export est encore possible, une suppression anticipée aussi."
        ),
    ),
    about_closing=True,
)
DELETION_NEAR = LetterKind(
    slug="deletion-near",
    subject=Texts(
        de="In {days:Tag|Tagen} wird gelöscht: {customer}",
        en="Deletion in {days:day|days}: {customer}",
        fr="Suppression dans {days:jour|jours} : {customer}",
    ),
    text=Texts(
        de=(
            "in {days:Tag|Tagen}, ab {delete_at}, löschen wir alles, was im Konto von {customer} "
            "({reference}) liegt. Das lässt sich danach nicht mehr zurücknehmen.\n\n"
            "Fehlt Ihnen noch etwas, dann schreiben Sie jetzt Ihrer Kundenbetreuung oder an {dpo_email}."
        ),
        en=(
            "In {days:day|days}, from {delete_at} on, we delete everything in the account of {customer} "
            "({reference}). It cannot be taken back afterwards.\n\n"
            "If you still need something, write to your account manager or to {dpo_email} now."
        ),
        fr=(
            "Dans {days:jour|jours}, à partir du {delete_at}, nous supprimons tout ce que contient le "
            "compte de {customer} ({reference}). Ce sera irréversible.\n\n"
            "S’il vous manque quelque chose, écrivez dès maintenant à votre responsable de compte ou à "
            "{dpo_email}."
        ),
    ),
    about_closing=True,
    good_until="delete_at",
)
ACCOUNT_REINSTATED = LetterKind(
    slug="account-reinstated",
    subject=Texts(
        de="Ihr Konto ist wieder offen",
        en="Your account is open again",
        fr="Votre compte est de nouveau ouvert",
    ),
    text=Texts(
        de=(
            "das Konto von {customer} ({reference}) ist seit {at} wieder offen; gelöscht wurde nichts.\n\n"
            "Alte Sitzungen, Zugangsschlüssel und geteilte Links bleiben beendet. Melden Sie sich neu an."
        ),
        en=(
            "The account of {customer} ({reference}) has been open again since {at}; nothing was "
            "deleted.\n\n"
            "Old sessions, tokens and shared links stay ended. Sign in anew."
        ),
        fr=(
            "Le compte de {customer} ({reference}) est de nouveau ouvert depuis le {at} ; rien n’a été "
            "supprimé.\n\n"
            "Les anciennes sessions, clés d’accès et liens partagés restent clos. Connectez-vous à "
            "nouveau."
        ),
    ),
    act=Texts(de="Anmelden", en="Sign in", fr="Se connecter"),
)
ACCOUNT_DELETED = LetterKind(
    slug="account-deleted",
    subject=Texts(
        de="Alles gelöscht: {customer}",
        en="Everything is deleted: {customer}",
        fr="Tout est supprimé : {customer}",
    ),
    text=Texts(
        de=(
            "am {at} war alles gelöscht, was im Konto von {customer} ({reference}) lag.\n\n"
            "Die Löschbestätigung {certificate} liegt bei: als PDF zum Lesen und Ablegen, als JSON für "
            "Programme, und als Nachweis aus unserem Transparenzprotokoll. Sie sagt, was wo und wie "
            "gelöscht wurde, wann die letzte Sicherung abläuft und was das Gesetz uns behalten lässt.\n\n"
            "Alle drei lassen sich ohne uns nachprüfen. Bewahren Sie sie auf: Auch diese Adresse "
            "löschen wir bald und können sie dann kein zweites Mal schicken."
        ),
        en=(
            "On {at} everything in the account of {customer} ({reference}) was deleted.\n\n"
            "The deletion certificate {certificate} is enclosed: a PDF to read and to file, JSON for "
            "programs, and its proof from our evidence log. It says what was deleted where and how, when "
            "the last backup expires, and what the law makes us keep.\n\n"
            "All three can be verified without us. Keep them: this address will soon be deleted "
            "here too, and then we cannot send them a second time."
        ),
        fr=(
            "Le {at}, tout ce que contenait le compte de {customer} ({reference}) était supprimé.\n\n"
            "Le certificat de suppression {certificate} est joint : un PDF à lire et à classer, un JSON "
            "pour les programmes, et sa preuve tirée de notre journal de transparence. Il indique ce qui "
            "a été supprimé, où et comment, quand la dernière sauvegarde expire, et ce que la loi nous "
            "fait conserver.\n\n"
            "Les trois se vérifient sans nous. Conservez-les : cette adresse sera bientôt "
            "supprimée chez nous aussi, et nous ne pourrons plus les renvoyer."
        ),
    ),
    act=Texts(de="Nachprüfen", en="Verify", fr="Vérifier"),
    about_closing=True,
)
PART_DELETED = LetterKind(
    slug="part-deleted",
    subject=Texts(
        de="Auf Verlangen gelöscht: {customer}",
        en="Deleted on request: {customer}",
        fr="Supprimé sur demande : {customer}",
    ),
    text=Texts(
        de=(
            "am {at} war im Konto von {customer} ({reference}) gelöscht, was auf Verlangen zu löschen "
            "war. Alles andere im Konto ist, wie es war.\n\n"
            "Die Löschbestätigung {certificate} liegt bei: als PDF zum Lesen und Ablegen, als JSON für "
            "Programme, und als Nachweis aus unserem Transparenzprotokoll. Sie sagt, was wo und wie "
            "gelöscht wurde und was aus welchem Grund nicht. Alle drei lassen sich ohne uns nachprüfen."
        ),
        en=(
            "On {at} what had to be deleted on request was deleted in the account of {customer} "
            "({reference}). Everything else in the account is as it was.\n\n"
            "The deletion certificate {certificate} is enclosed: a PDF to read and to file, JSON for "
            "programs, and its proof from our evidence log. It says what was deleted where and how, and "
            "what was not, and why. All three can be verified without us."
        ),
        fr=(
            "Le {at}, ce qui devait être supprimé sur demande l’était dans le compte de {customer} "
            "({reference}). Tout le reste du compte est inchangé.\n\n"
            "Le certificat de suppression {certificate} est joint : un PDF à lire et à classer, un JSON "
            "pour les programmes, et sa preuve tirée de notre journal de transparence. Il indique ce qui "
            "a été supprimé, où et comment, ce qui ne l’a pas été, et pourquoi. Les trois se vérifient "
            "sans nous."
        ),
    ),
    act=Texts(de="Nachprüfen", en="Verify", fr="Vérifier"),
    about_closing=True,
)
RECEIPT_FOLLOWED = LetterKind(
    slug="receipt-followed",
    subject=Texts(
        de="Ergänzung zur Löschbestätigung {certificate}",
        en="Addition to deletion certificate {certificate}",
        fr="Complément au certificat de suppression {certificate}",
    ),
    text=Texts(
        de=(
            "zur Löschbestätigung {certificate} für {customer} ({reference}) gibt es Neues: {why}.\n\n"
            "Die neue Bestätigung liegt bei und verweist auf die erste."
        ),
        en=(
            "There is news about deletion certificate {certificate} for {customer} ({reference}): "
            "{why}.\n\n"
            "The new certificate is enclosed and refers to the first."
        ),
        fr=(
            "Il y a du nouveau sur le certificat de suppression {certificate} pour {customer} "
            "({reference}) : {why}.\n\n"
            "Le nouveau certificat est joint et renvoie au premier."
        ),
    ),
    act=Texts(de="Nachprüfen", en="Verify", fr="Vérifier"),
    about_closing=True,
)
HOLD_PLACED = LetterKind(
    slug="hold-placed",
    subject=Texts(
        de="Löschsperre: {customer}", en="Legal hold: {customer}", fr="Gel des données : {customer}"
    ),
    text=Texts(
        de=(
            "Daten im Konto von {customer} ({reference}) dürfen seit {at} nicht gelöscht werden: "
            "{reason}.\n\n"
            "Geschlossen bleibt das Konto trotzdem. Am {review_date} prüfen wir, ob die Sperre noch nötig "
            "ist; endet sie, dann holen wir das Löschen sofort nach. Was nicht unter die Sperre fällt, "
            "wird wie zugesagt gelöscht."
        ),
        en=(
            "Data in the account of {customer} ({reference}) may not be deleted since {at}: {reason}.\n\n"
            "The account stays locked all the same. On {review_date} we look whether the hold is still "
            "needed; when it ends, we delete at once. What the hold does not cover is deleted as "
            "promised."
        ),
        fr=(
            "Des données du compte de {customer} ({reference}) ne peuvent pas être supprimées depuis le "
            "{at} : {reason}.\n\n"
            "Le compte reste fermé malgré tout. Le {review_date}, nous vérifierons si ce gel est encore "
            "nécessaire ; dès qu’il prend fin, nous supprimons aussitôt. Ce qu’il ne couvre pas est "
            "supprimé comme nous nous y sommes engagés."
        ),
    ),
    about_closing=True,
)
HOLD_PLACED_EARLY = LetterKind(
    slug="hold-placed-early",
    subject=HOLD_PLACED.subject,
    text=Texts(
        de=(
            "Daten im Konto von {customer} ({reference}) dürfen seit {at} nicht von uns gelöscht werden, "
            "auch nicht auf Verlangen oder nach dem Ende des Vertrags: {reason}.\n\n"
            "An Ihrem Zugang ändert das nichts. Am {review_date} prüfen wir, ob die Sperre noch nötig ist."
        ),
        en=(
            "Since {at} we may not delete data in the account of {customer} ({reference}), neither on "
            "request nor after the contract’s end: {reason}.\n\n"
            "Your access does not change. On {review_date} we look whether the hold is still needed."
        ),
        fr=(
            "Depuis le {at}, nous ne pouvons pas supprimer de données du compte de {customer} "
            "({reference}), ni sur demande ni après la fin du contrat : {reason}.\n\n"
            "Votre accès ne change pas. Le {review_date}, nous vérifierons si ce gel est encore "
            "nécessaire."
        ),
    ),
    about_closing=True,
)
DELETION_ASKED = LetterKind(
    slug="deletion-asked",
    subject=Texts(
        de="Alles soll vor der Frist gelöscht werden: {customer}",
        en="Everything is to be deleted before its time: {customer}",
        fr="Tout doit être supprimé avant terme : {customer}",
    ),
    text=Texts(
        de=(
            "am {at} wurde über {door} verlangt, alles im Konto von {customer} ({reference}) schon vor "
            "dem {delete_at} zu löschen. Sobald ein Zweiter von uns zugestimmt hat, beginnt das; dann "
            "kommt nichts zurück.\n\n"
            "Wussten Sie davon nichts, oder fehlt Ihnen noch etwas, dann rufen Sie sofort Ihre "
            "Kundenbetreuung an oder schreiben Sie an {dpo_email}."
        ),
        en=(
            "On {at} it was asked through {door} that everything in the account of {customer} "
            "({reference}) be deleted already before {delete_at}. Once a second person of ours has "
            "agreed, this begins; nothing comes back then.\n\n"
            "If you did not know of it, or still need something, call your account manager at once or "
            "write to {dpo_email}."
        ),
        fr=(
            "Le {at}, il a été demandé par {door} de supprimer tout le contenu du compte de {customer} "
            "({reference}) dès avant le {delete_at}. Dès qu’une seconde personne de chez nous aura "
            "accepté, cela commence ; rien ne reviendra alors.\n\n"
            "Si vous l’ignoriez, ou s’il vous manque quelque chose, appelez tout de suite votre "
            "responsable de compte ou écrivez à {dpo_email}."
        ),
    ),
    about_closing=True,
)
HOLD_RELEASED = LetterKind(
    slug="hold-released",
    subject=Texts(
        de="Löschsperre aufgehoben: {customer}",
        en="Legal hold lifted: {customer}",
        fr="Gel des données levé : {customer}",
    ),
    text=Texts(
        de=(
            "die Löschsperre für Daten im Konto von {customer} ({reference}) ist seit {at} aufgehoben. "
            "Gelöscht wird ab {delete_at}, spätestens bis {delete_by}."
        ),
        en=(
            "The legal hold on data in the account of {customer} ({reference}) was lifted on {at}. We "
            "delete from {delete_at} on, and by {delete_by} at the latest."
        ),
        fr=(
            "Le gel des données du compte de {customer} ({reference}) a été levé le {at}. La suppression "
            "aura lieu à partir du {delete_at}, au plus tard le {delete_by}."
        ),
    ),
    about_closing=True,
)
TO_CUSTOMERS = (
    CONTRACT_ENDING,
    ACCOUNT_LOCKED,
    DELETION_NEAR,
    ACCOUNT_REINSTATED,
    ACCOUNT_DELETED,
    PART_DELETED,
    RECEIPT_FOLLOWED,
    HOLD_PLACED,
    HOLD_PLACED_EARLY,
    DELETION_ASKED,
    HOLD_RELEASED,
)
