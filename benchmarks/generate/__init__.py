"""Invented members by the million: the record tables that admission is judged from, made with numpy.

The example of `handrail.example` tells the story of one clinic in depth; this one is wide and shallow, so that it is
quick to make. Nothing here is read by the product. Start with `benchmarks/members.py`.
"""
