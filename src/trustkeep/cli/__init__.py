"""Floor 11: the trustkeep command: parse, call one action, print; may import all floors below."""
