"""Floor 10: settings, addresses and wiring: starts everything, decides nothing."""
