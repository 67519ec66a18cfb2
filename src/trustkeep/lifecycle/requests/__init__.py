"""Requests of data subjects: from the door they come in by to the letter that answers them.

`kinds` says what may be asked, decided and refused; `states` which way a request may go;
`receiving` and `confirming` are the doors, `handling` and `deciding` what the staff does, `letters`
what is written about it. The person and the words rest sealed; the dates, which the promise is
judged by, do not.
"""
