"""Admission and assessment."""
