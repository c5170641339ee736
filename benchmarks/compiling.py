"""How long a definition takes from its file to SELECTs that can run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from handrail.definitions.rulebook import packaged
from handrail.engine.compiling import compile_subject
from handrail.subjects.catalog import subject


@dataclass(frozen=True)
class Compiling:
    """What one definition takes, in milliseconds: to read, to compile for admission, and to compile whole."""

    definition: str
    reading: float
    admission: float
    whole: float
    subjects: int


def compile_times() -> Iterator[Compiling]:
    """This will read and compile each definition once, each subject's own SQL read beforehand."""
    rulebook = packaged()
    for definition in rulebook.files:
        started = time.perf_counter()
        (in_force, *_) = rulebook.in_force(definition)
        reading = time.perf_counter() - started
        taken: dict[str, float] = {}
        for name in in_force.edition.subjects:
            subject(name)
            started = time.perf_counter()
            compile_subject(in_force, name, values=in_force.edition.values({})).sql.sql(dialect="duckdb")
            taken[name] = time.perf_counter() - started
        yield Compiling(definition, reading * 1000, taken["admission"] * 1000, sum(taken.values()) * 1000, len(taken))
