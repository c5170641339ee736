"""The tables of the payer's side: `terms`, what is asked for (`asking`), and what became of it (`outcome`)."""

from handrail.app.authorizations.models.asking import Question, Request, Shared, Step, Submission
from handrail.app.authorizations.models.outcome import Appeal, Authorization, Determination, Notice, PeerToPeer
from handrail.app.authorizations.models.terms import EditionText, Qualification, Series, Terms

__all__ = [
    "Appeal",
    "Authorization",
    "Determination",
    "EditionText",
    "Notice",
    "PeerToPeer",
    "Qualification",
    "Question",
    "Request",
    "Series",
    "Shared",
    "Step",
    "Submission",
    "Terms",
]
