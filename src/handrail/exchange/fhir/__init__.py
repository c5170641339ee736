"""FHIR R4 resources, from bundles and NDJSON, as records.

It maps what FHIR says and invents nothing; it judges nothing and writes no files.
Start with `read` in `importing.py`; the code maps are the CSV files in `maps/`, and docs/fhir.md says what goes where.
"""

from handrail.exchange.fhir.importing import Imported, read
from handrail.exchange.fhir.notes import Unmapped

__all__ = ["Imported", "Unmapped", "read"]
