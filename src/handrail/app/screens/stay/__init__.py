"""Reviews of the plan, continued stay, and discharge: what was judged by whom, and what the definition says of it.

`reviews.py` holds the reviews, `staying.py` asks for continued stay, `leaving.py` for discharge.
"""
