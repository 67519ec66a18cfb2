"""Floor 8: the staff's rooms; may import ui and below."""
