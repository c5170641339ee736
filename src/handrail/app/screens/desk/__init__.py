"""The payer's review desk: the queue by deadline, and one case with its clauses, its evidence and its decision.

It shows what was frozen with a request and nothing of the chart; what is done goes through `authorizations`.
"""
