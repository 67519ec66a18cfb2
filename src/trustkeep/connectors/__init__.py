"""Floor 8: one outside system a file; implements ports of lower floors."""
