"""Why a receipt proves nothing, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from trustkeep.evidence.verify import (
    NotAReceipt,
    NotIncluded,
    NotOurEntry,
    NotSigned,
    OtherContent,
    VerificationFailed,
)
from trustkeep.lifecycle.receipt_verify import NotWhole, OtherSeal

_WHY: dict[type[VerificationFailed], str] = {
    NotAReceipt: gettext_noop("This is not a readable receipt."),
    NotSigned: gettext_noop("The checkpoint in it is not signed by our log’s key."),
    NotIncluded: gettext_noop(
        "The proof does not lead from the entry to the signed root: one of the two was changed."
    ),
    NotOurEntry: gettext_noop("The entry in it is not one of this log, or claims another place."),
    NotWhole: gettext_noop("The PDF was changed after it was sealed, or was never sealed."),
    OtherSeal: gettext_noop("The PDF is sealed, but not with the certificate that it names."),
    OtherContent: gettext_noop("The content in it is not what the entry commits to."),
}


def why(error: VerificationFailed) -> str:
    """Return the reason as a sentence."""
    return gettext(_WHY[type(error)])
