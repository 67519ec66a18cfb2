"""Where the sealed values of this part rest, and the digests by which names are found."""

from __future__ import annotations

import unicodedata
import uuid
from typing import Any

from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.lines import is_line
from trustkeep.vault.fields import blind_indexes, seal_json, unseal_json
from trustkeep.vault.sealing import Place

type Token = bytes | memoryview

MOST_LETTERS = 255
"""How long the name of a file, folder or collection may be."""


class NameInvalid(TrustkeepError):
    """A name that no file, folder or collection can have."""

    sentence = (
        "“{name}” cannot be a name. A name has 1 to {most} characters, no slash, no control "
        "characters, and is not only dots."
    )


class NameTaken(TrustkeepError):
    """Two things of one name cannot lie in one place, whatever the case of their letters."""

    sentence = "There is something named “{name}” here already. Take another name."


def cleaned(name: str) -> str:
    """Return the name as it is kept (NFC, trimmed); raises NameInvalid."""
    kept = unicodedata.normalize("NFC", name).strip()
    is_name = kept.strip(".") and not set("/\\") & set(kept) and is_line(kept)
    if not is_name or len(kept) > MOST_LETTERS:
        raise NameInvalid(name=_shown(kept), most=MOST_LETTERS)
    return kept


def index_of(account_id: uuid.UUID, table: str, name: str) -> str:
    """Return the digest under which a new name is found."""
    return indexes_of(account_id, table, name)[0]


def indexes_of(account_id: uuid.UUID, table: str, name: str) -> list[str]:
    """Return every digest under which a name may be found."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return blind_indexes(account_id, table, "name_index", folded)


def seal(account_id: uuid.UUID, table: str, row_id: uuid.UUID, value: object) -> bytes:
    """Return the token for the ``sealed`` column of a row."""
    return seal_json(Place(account_id, table, "sealed", str(row_id)), value)


def unseal(account_id: uuid.UUID, table: str, row_id: uuid.UUID, token: Token) -> Any:
    """Return what was sealed for a row; raises KeyDestroyed once the account was erased."""
    return unseal_json(Place(account_id, table, "sealed", str(row_id)), token)


def _shown(name: str) -> str:
    told = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name
    )
    return told if len(told) <= 60 else f"{told[:60]}…"
