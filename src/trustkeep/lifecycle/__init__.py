"""Floor 5: what is kept of whom, for how long, and how it ends; may import floor 4 and below."""
