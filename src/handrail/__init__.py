"""Handrail runs the service definitions of substance-use treatment.

It reads records, judges them by definition files, and says why; it decides no care and denies nothing.
Start with `handrail.engine.evaluate`, or with `handrail --help`.
"""

__version__ = "0.1.0"
