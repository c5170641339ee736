"""Data of other houses brought into tables that Handrail's oversight can use: examples, no part of the product."""
