"""Measures: what is counted over which facts, declared in files, run over records or a payer's claims."""
