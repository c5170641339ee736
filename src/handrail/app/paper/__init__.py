"""Papers: PDF made in the process from Typst templates, tagged for screen readers, the same bytes from the same data.

`pdf.py` makes one; `templates/parts/page.typ` is what all of them share. It knows no screen, no record and no rule: the words
come from whoever calls, and no word that somebody typed is ever read as Typst.
"""
