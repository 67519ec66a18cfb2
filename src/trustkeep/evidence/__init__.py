"""Floor 1: the append-only evidence log, its checkpoints and proofs; may import kernel."""
