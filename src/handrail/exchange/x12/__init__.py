"""837P files (professional claims as a provider sends them), read segment by segment with pyx12.

It brings them into the columns of a payer's extract and judges nothing; what an 837 does not say (eligibility, what was
paid) stays empty. Start with `importing.import_x12`. It needs the extra `oversight`.
"""
