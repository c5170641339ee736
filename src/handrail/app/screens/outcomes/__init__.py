"""The outcomes report for a board or a state: a page, PDF and CSV of one kept run, with small counts suppressed."""
