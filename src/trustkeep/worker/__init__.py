"""Floor 9: the timetable and the thread that keeps it; may import floor 8 and below."""
