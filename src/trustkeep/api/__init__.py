"""Floor 8: JSON for machines; may import ui and below."""
