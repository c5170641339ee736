"""Focused reviews: the list, a new one, its work list and cases, the clinician's answers, the exposure, the parity export.

Who may do what and when is asked of `handrail.app.reviewing`; the pages only offer it.
"""
