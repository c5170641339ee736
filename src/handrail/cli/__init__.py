"""The `handrail` command: one file a command, listed in `main`.

It reads the clock, the files and the arguments, calls one function below, and prints. Start with `main`.
"""
