"""Groups: the sessions of a day or a week, making new ones, and the group room with its roll call and notes."""
