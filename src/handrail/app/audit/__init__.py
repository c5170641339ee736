"""The tamper-evident log: who read or wrote what, when, about whom. Each entry seals the one before it.

It holds ids and acts, never a clinical value. Start at `log.py`.
"""
