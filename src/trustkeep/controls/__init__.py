"""Floor 6: promises, their checks, results, wording and history; may import lifecycle and below."""
