"""The provider's requests for authorization: drafted in four steps, sent with what they rest on, followed until decided.

Nothing is decided here. What the payer does with a request is the review desk's; what may be done when, ways.yaml's.
"""
