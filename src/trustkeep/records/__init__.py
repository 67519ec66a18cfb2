"""Floor 3: dated records a person enters and an entry proves; may import vault and below."""
