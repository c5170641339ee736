"""Appeals, from both sides: the list by deadline, filing one, its page, the decision, and the fair hearing.

Who may do what is asked of `authorizations.appeals` and `acting`; the page only offers it.
"""
