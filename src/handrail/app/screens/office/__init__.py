"""Staff, log and workplace: who works here in which roles, who read or wrote what, and where one works now.

`signing.py` writes sign-ins, sign-outs, refused sign-ins and second factors into the log; `staff.py` makes and changes
memberships; `own.py` is about one's own account, and needs no organization.
"""
