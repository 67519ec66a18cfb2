"""The root of all errors, with one sentence for the person and one for the log."""

from __future__ import annotations


class TrustkeepError(Exception):
    """A situation that a person can act on.

    ``sentence`` is English, says what was wrong, where, and what to do, and names its values in
    braces; entrances translate it (it is also the message id) and fill in ``values``. ``log`` is
    for operators and must hold no personal data and no secret; it defaults to the error's name.
    """

    sentence = "Something went wrong."

    def __init__(self, sentence: str | None = None, *, log: str = "", **values: object) -> None:
        self.sentence = sentence or type(self).sentence
        self.values = values
        self.log = log or type(self).__name__
        super().__init__(self.sentence.format(**values))


class OutOfOrder(TrustkeepError):
    """The machine is at fault, not who asks: a file is missing, damaged, full or locked.

    Its sentence names places and is for who operates the machine; entrances show it to nobody else.
    """
