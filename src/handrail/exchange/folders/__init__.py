"""A folder of CSV and Parquet files, read and checked into records.

It finds everything that is wrong and says it at once, with file, line and column; it repairs nothing and judges
no care. Start with `reading.read_folder`.
"""

from handrail.exchange.folders.reading import read_folder

__all__ = ["read_folder"]
