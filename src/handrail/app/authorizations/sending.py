"""Sending: what was frozen goes to the payer, under a consent, and is kept as it was sent, under its seal."""

from __future__ import annotations

import datetime

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.freezing import Frozen, keep_text
from handrail.app.authorizations.models import Request, Submission
from handrail.app.authorizations.sealing import Kept
from handrail.app.authorizations.sharing import PAYMENT
from handrail.app.consent.disclosing import disclose


def send(looking: Viewer, request: Request, frozen: Frozen, now: datetime.datetime) -> Submission:
    """This will keep what was frozen as the next thing sent with a request, and enter it as a disclosure.

    It runs within the caller's transaction, after the act that it belongs to. Raises `NotCoveredError` where no consent
    or rule covers all of it; nothing is sent then.
    """
    keep_text(frozen.edition)
    count = sum(len(rows) for rows in frozen.content["records"].values())
    made = disclose(
        looking,
        request.person,
        recipient=request.addressed_to,
        purpose=PAYMENT,
        information=frozen.information,
        description=f"authorization request {request.number}: {len(frozen.content['verdicts'])} clauses, {count} record{'s' if count != 1 else ''}",
        request_id=request.pk,
        seal=frozen.seal,
    )
    kept = Submission.objects.create(
        holder_id=request.holder_id,
        payer_id=request.payer_id,
        request=request,
        place=request.submissions.count() + 1,
        at=now,
        by_id=looking.membership_id,
        as_of=frozen.as_of,
        definition=frozen.edition.definition,
        edition=frozen.edition.name,
        edition_seal=frozen.edition.hash,
        content=frozen.content,
        seal=frozen.seal,
        information=list(frozen.information),
        disclosure_id=made.pk,
    )
    note(looking, Act(Kept.SUBMISSION, "submission", kept.pk, request.person_id, kept.seal))
    return kept
