"""Floor 9: the trustkeep command: parse, call one action, print; may import floor 8 and below."""
