"""Letters to the person about what a payer decided: made from the determination, read again, sent, kept as sent.

`making.py` is a letter's way; `content.py` gathers what it is about, `rights.py` counts its days, `letter.py` puts it
together in the dated words of `wordings.yaml`, and `reading.py` measures how hard it is to read.
"""

from handrail.app.authorizations.notices.making import (
    HOW,
    correct,
    in_language,
    is_as_sent,
    lacks,
    letters_of,
    look_again,
    make,
    pdf,
    send,
    write,
)
from handrail.app.authorizations.notices.reading import grade
from handrail.app.authorizations.notices.rights import Rights, rights
from handrail.app.authorizations.notices.wording import LANGUAGES

__all__ = [
    "HOW",
    "LANGUAGES",
    "Rights",
    "correct",
    "grade",
    "in_language",
    "is_as_sent",
    "lacks",
    "letters_of",
    "look_again",
    "make",
    "pdf",
    "rights",
    "send",
    "write",
]
