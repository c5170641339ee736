"""How the tables of kept runs came to be."""
