"""The pages: one folder a screen, each with its addresses, views, forms and templates. Registered in `urls.py`.

A view's first line asks who is looking; then it reads or writes through `chart`, and renders. No rule stands here.
"""
