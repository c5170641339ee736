"""Organizations, the people who work in them, their roles, and what a role may do.

Every screen's first line asks `access.viewer`; whoever is not told yes there is refused. Start at `access.py`; what each
role may do is in `roles.yaml`. `sessions.py` limits sessions and asks for a second factor, `proof.py` asks again before
something is signed, `sending.py` lets a form be sent once.
"""
