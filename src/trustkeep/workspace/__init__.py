"""Floor 8: the customers' rooms; may import ui and below."""
