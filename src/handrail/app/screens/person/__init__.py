"""One person: her episodes on a line, what the definitions say today, and the way to everything else about her."""
