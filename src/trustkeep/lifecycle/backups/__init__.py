"""Backups: made, verified, listed and deleted at their end; restored, reconciled and drilled.

`making` writes one sealed file and reads it back wholly, `restoring` puts one into an empty data
directory beside the newest key store, `facts` says what a restored copy has to catch up with and
`reconciling` re-applies it. Keys and the ledger are never in a backup (ADR 15).
"""
