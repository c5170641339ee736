"""A payer's extract of claims and eligibility, and 837P files, turned into records and coded service lines.

It says which service a line is billed as and never whether it should have been given; it repairs nothing. Start with
`importing.import_claims`; docs/claims.md says which columns are read and what is written.
"""

from handrail.exchange.claims.importing import Imported, import_claims

__all__ = ["Imported", "import_claims"]
