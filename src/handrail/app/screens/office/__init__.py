"""Staff, log and workplace: who works here in which roles, who read or wrote what, and where one works now.

`signing.py` writes sign-ins, sign-outs and refused sign-ins into the log; `staff.py` makes and changes memberships.
"""
