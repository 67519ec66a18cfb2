"""Floor 2: keys, sealed fields and files, the encrypted database; may import evidence and below."""
