"""Lets `python -m handrail.cli` do what `handrail` does."""

from handrail.cli.main import main

main()
