"""How long one case takes: in this process, with one thread, the records in memory already.

Each call hands over the records anew, as an office does that looks at one person after another, judges, and works out
what is missing and which clauses decide. People and records are those of the built-in example.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.case_records import of_people
from handrail.definitions.rulebook import InForce, packaged
from handrail.engine.desk import Desk
from handrail.engine.evaluate import compiled, evaluate, judge
from handrail.example import as_of as AS_OF
from handrail.example import example
from handrail.records.holding import Records

ROUNDS = 50
WARM_UP = 5
QUEUE = 100


@dataclass(frozen=True)
class Latency:
    """How long one kind of call takes, in milliseconds by the clock and of the processor, and how long it may take."""

    what: str
    definition: str
    median: float
    slowest: float
    cpu: float
    target: float


def latencies(rounds: int = ROUNDS) -> Iterator[Latency]:
    """This will time each kind of call by each definition."""
    records = example(seed=1, people=200)
    rulebook = packaged()
    with closing(Desk()) as engine:
        for definition in rulebook.files:
            editions = rulebook.in_force(definition)
            people = _served(records, definition)
            one, queue = of_people(records, people[:1]), of_people(records, people[:QUEUE])
            calls: tuple[tuple[str, Records, Callable[[], object], float], ...] = (
                ("one person, the admission decision", one, lambda: _admission(engine, editions), 20),
                ("one person, everything asked of her", one, lambda: _everything(engine, editions), 100),
                (
                    f"{len(people[:QUEUE])} people, the admission decision",
                    queue,
                    lambda: _admission(engine, editions),
                    300,
                ),
                (f"{len(people[:QUEUE])} people, everything", queue, lambda: _everything(engine, editions), 300),
            )
            for what, held, call, target in calls:
                taken = _timed(engine, held, call, rounds)
                clock, cpu = zip(*taken, strict=True)
                yield Latency(what, definition, statistics.median(clock), max(clock), statistics.median(cpu), target)


def _timed(engine: Desk, held: Records, call: Callable[[], object], rounds: int) -> list[tuple[float, float]]:
    """Milliseconds by the clock and of the processor of each call, those to warm up left out."""
    taken = []
    for _ in range(WARM_UP + rounds):
        clock, cpu = time.perf_counter(), time.process_time()
        engine.hold(held)
        call()
        taken.append(((time.perf_counter() - clock) * 1000, (time.process_time() - cpu) * 1000))
    return taken[WARM_UP:]


def _admission(engine: Desk, editions: Sequence[InForce]) -> None:
    for in_force in editions:
        judge(engine, compiled(in_force, "admission", only="admission"), as_of=AS_OF)


def _everything(engine: Desk, editions: Sequence[InForce]) -> None:
    for _ in evaluate(engine, editions, as_of=AS_OF, personal=True):
        pass


def _served(records: Records, definition: str) -> list[str]:
    """Whom the definition is about: first those with an episode of it, the one with most attendances first."""
    programs, episodes, attendances = (records.in_memory(name) for name in ("program", "episode", "attendance"))
    own = programs.filter(pc.equal(programs["service"], definition))["program_id"].combine_chunks()
    is_own = pc.is_in(episodes["program_id"], value_set=own)
    busy = episodes.filter(is_own).join(attendances.group_by("episode_id").aggregate([([], "count_all")]), "episode_id")
    ordered = busy.set_column(
        busy.column_names.index("count_all"), "count_all", pc.fill_null(busy["count_all"], pa.scalar(0, pa.int64()))
    ).sort_by([("count_all", "descending"), ("episode_id", "ascending")])
    others = sorted(records.in_memory("person")["person_id"].to_pylist())
    return list(dict.fromkeys([*ordered["person_id"].to_pylist(), *others]))
