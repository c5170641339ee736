"""Privacy: a person's consents, the accounting of what was disclosed, emergencies, and the privacy officer's page.

`handing.py` is for any screen from which something leaves the organization: it asks to whom and why, and enters it.
"""
