"""Facts for measures: what a row is and its columns (YAML), and how each source gives it (SQL)."""
