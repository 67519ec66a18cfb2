"""Floor 8: the public page in every form it is read in; may import ui and below."""
