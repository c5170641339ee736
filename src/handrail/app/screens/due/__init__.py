"""Due: what is late, due today, due soon, open this week or repaired late in the whole program, and as CSV."""
