"""Measures: what is looked at over many people, each in one file, and the facts that it counts, on any engine.

A measure (`library/`) says who counts, what is counted, which way is better, and who chose it and why. Facts
(`facts/`) are one SELECT for each source: a clinic's records, or a payer's extract. `running` brings them together;
the statistics are `handrail.oversight`.
"""
