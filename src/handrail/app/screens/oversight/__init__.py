"""Oversight: what changed, what stands out, what is unknown; a measure, a program or clinician, and the cases behind."""
