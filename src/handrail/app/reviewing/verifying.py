"""Whether anybody changed behind the app's back what was done in a review: held against the log, as `audit verify` does."""

from __future__ import annotations

from handrail.app.accounts.walls import everybody
from handrail.app.audit.models import Entry
from handrail.app.reviewing.models import FocusedReview, ReviewStep
from handrail.app.reviewing.recording import KEPT, seal_of_step


def faults() -> list[str]:
    """This will say every step that is not what was kept, and every review that stands elsewhere; ids and numbers only."""
    with everybody():
        told = dict(Entry.objects.filter(act=KEPT).order_by("number").values_list("row_id", "detail"))
        found, left = [], {}
        for step in ReviewStep.objects.order_by("review_id", "place").iterator(chunk_size=500):
            kept = told.pop(str(step.pk), None)
            left[step.review_id] = step.status_after
            if kept is None:
                found.append(f"Review step {step.pk} was not written by the app.")
            elif kept != seal_of_step(step):
                found.append(f"Review step {step.pk} was changed.")
        found += [f"Review step {key} is gone." for key in sorted(told)]
        stands = FocusedReview.objects.order_by("number").values_list("pk", "number", "status")
        found += [
            f"Review {number} does not stand where its last step left it."
            for pk, number, status in stands
            if left.get(pk) != status
        ]
    return found
