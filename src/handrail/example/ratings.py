"""The six ratings of an assessment, as a clinician would enter them."""

from __future__ import annotations

from handrail.example.census import Course
from handrail.example.judgements import judge
from handrail.example.ledger import Ledger
from handrail.example.programs import Staff

_ABOVE = "rating_above_level_in_dimension_"
_LAPSES = (
    "rating_missing_in_dimension_2",
    *(f"{_ABOVE}{dimension}" for dimension in range(1, 7)),
    "ratings_by_fourth_edition",
    "no_need_in_dimensions_4_to_6",
    "problem_not_documented",
)


def rate(ledger: Ledger, course: Course, assessment_id: str, author: Staff) -> None:
    """This will write the ratings of an assessment that led to this level of care."""
    ratings: dict[int, int] = {
        1: ledger.one_of((0, 0, 0, 1)),
        2: ledger.one_of((0, 0, 1)),
        3: ledger.one_of((1, 2)) if course.program.is_enhanced else ledger.one_of((0, 0, 1)),
        4: ledger.between(1, 3),
        5: ledger.between(2, 3),
        6: ledger.between(1, 3),
    }
    lapse = ledger.lapses.pick(*_LAPSES)
    if lapse == "rating_missing_in_dimension_2":
        del ratings[2]
    if lapse is not None and lapse.startswith(_ABOVE):
        dimension = int(lapse.removeprefix(_ABOVE))
        ratings[dimension] = 3 if dimension < 4 else 4
    if lapse == "no_need_in_dimensions_4_to_6":
        ratings |= {1: 0, 2: 0, 3: 0, 4: 0, 5: 1, 6: 1}
        _override(ledger, course, author)
    write_ratings(ledger, assessment_id, ratings, open_dimension=3 if lapse == "problem_not_documented" else None)
    ledger.rows["assessment"][-1]["asam_edition"] = "4" if lapse == "ratings_by_fourth_edition" else "3"


def write_ratings(
    ledger: Ledger, assessment_id: str, ratings: dict[int, int], open_dimension: int | None = None
) -> None:
    """This will write ratings by dimension; in the open dimension neither problem nor rating is documented."""
    for dimension, rating in ratings.items():
        is_open = dimension == open_dimension
        ledger.add(
            "dimension_rating",
            assessment_id=assessment_id,
            dimension=dimension,
            has_problem=None if is_open else rating > 0,
            rating=None if is_open else rating,
        )


def _override(ledger: Ledger, course: Course, author: Staff) -> None:
    if ledger.lapses.happens("admitted_by_override"):
        judge(ledger, course.episode_id, author, course.assessed, {"override": True}, about="direct-need")
