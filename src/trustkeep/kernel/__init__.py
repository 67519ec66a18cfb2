"""Floor 0: clock, errors, ids and other plain types; imports nothing of ours."""
