"""The payer's side: requests, what was frozen with them, clocks, determinations, authorizations, notices, appeals.

The engine's answer is shown and never decides: an adverse determination is a named, qualified person's. What a request
may go through, and who may do it, stands in `ways.yaml`; every act passes `acting.py`. Start with `models.py`.
"""
