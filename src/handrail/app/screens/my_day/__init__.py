"""My day: the groups now and next, what is due, what is not signed, and who may miss the hours of this week."""
