"""Judging: definitions compiled to SQL and run over records, on DuckDB or on Spark.

It reads no files and prints nothing, and holds no rule of its own. Start with `evaluate.evaluate`;
`compiling` shows how a clause becomes a verdict.
"""
