"""The worked examples of the packaged definitions, for the engines on which they must come out."""

from __future__ import annotations

from handrail.definitions.cases import load_cases
from handrail.definitions.rulebook import packaged

EDITIONS = [told for definition in packaged().files for told in packaged().in_force(definition)]
CASES = {told.edition.definition: load_cases(told.edition) for told in EDITIONS}
NAMED = [told.edition.definition[:5] for told in EDITIONS]
"""What pytest calls each edition."""
TOLD = [
    (told, name)
    for told in EDITIONS
    for name in told.edition.subjects
    if any(story.about == name for story in CASES[told.edition.definition].stories)
]
"""Each edition with each subject that stories are told about."""
TOLD_NAMED = [f"{told.edition.definition[:5]} {name}" for told, name in TOLD]
