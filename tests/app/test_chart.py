"""The chart keeps what is written, exactly, with its history; the database refuses what may not be."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.app.chart_world import DAY, first_value, kept

from handrail.app.audit.models import Entry
from handrail.app.chart import writing
from handrail.app.chart.arrow import records_of
from handrail.app.chart.declared import IN_ORDER, Recorded, attribute
from handrail.app.chart.fields import WallTimeField
from handrail.app.chart.forms import form_of, keep
from handrail.app.chart.models import RECORDS, Change
from handrail.app.chart.owners import OF_THE_PROGRAM
from handrail.app.worklists import judging
from handrail.records.dates import EARLIEST, LATEST, intervals
from handrail.records.schema import RECORDED_ON, Column, Table, in_order_of_reference, tables

pytestmark = pytest.mark.django_db

TYPES = {
    "id": models.CharField,
    "text": models.CharField,
    "code": models.CharField,
    "level": models.CharField,
    "credential": models.CharField,
    "date": models.DateField,
    "time": WallTimeField,
    "integer": models.BigIntegerField,
    "decimal": models.DecimalField,
    "boolean": models.BooleanField,
}
COLUMNS = [(table.name, column.name) for table in tables().values() for column in table.columns.values()]
CODES = [(table, name) for table, name in COLUMNS if tables()[table].columns[name].type == "code"]
BOUNDS = [
    (table.name, column.name, outside)
    for table in tables().values()
    for column in table.columns.values()
    for outside in (
        *(() if column.least is None else (column.least - 1,)),
        *(() if column.most is None else (column.most + 1,)),
    )
]
PAIRS = [(table.name, *pair) for table in tables().values() for pair in intervals(table)]


# --- the same tables ---------------------------------------------------------------------------------------------


def test_there_is_a_model_for_every_declared_table_and_for_no_other() -> None:
    assert list(RECORDS) == list(tables())


def test_every_column_is_of_its_declared_type() -> None:
    for table, name in COLUMNS:
        column = tables()[table].columns[name]
        field = RECORDS[table]._meta.get_field(attribute(column))
        assert (field.column, field.null) == (name, not column.required), (table, name)
        if column.references:
            assert isinstance(field, models.ForeignKey), (table, name)
            assert field.related_model is RECORDS[column.references], (table, name)
        else:
            assert type(field) is TYPES[column.type], (table, name)
            assert field.primary_key is (name == tables()[table].key), (table, name)


def test_no_table_has_a_column_that_nobody_declared() -> None:
    beside = {field.column for field in Recorded._meta.get_fields()} | {"holder_id", "entered_by_id"}
    for table, model in RECORDS.items():
        assert {field.column for field in model._meta.concrete_fields} - beside == set(tables()[table].columns)


def test_the_database_has_the_columns_that_the_models_have(db: None) -> None:
    with connection.cursor() as cursor:
        for model in RECORDS.values():
            held = {row.name for row in connection.introspection.get_table_description(cursor, model._meta.db_table)}
            assert held == {field.column for field in model._meta.concrete_fields}


def test_days_that_may_not_be_before_another_are_those_of_the_records() -> None:
    assert set(PAIRS) <= set(IN_ORDER)


# --- the same values ---------------------------------------------------------------------------------------------


def test_a_full_row_comes_back_as_it_was_written(world: dict[str, Any]) -> None:
    back = records_of("prairie")
    for name, table in tables().items():
        full = {column.name: first_value(table, column) for column in table.columns.values()}
        assert back.in_memory(name).to_pylist() == [full]


def test_a_row_of_only_what_is_needed_keeps_its_silences(world: dict[str, Any], write: Any) -> None:
    needed = {
        name: {c.name: first_value(table, c) for c in table.columns.values() if c.required} | {table.key: "bare"}
        for name, table in tables().items()
    }
    needed["episode"]["requested_on"] = DAY
    for name in in_order_of_reference():
        write(name, **{**needed[name], RECORDED_ON: None})
    back = records_of("prairie")
    for name, table in tables().items():
        told = next(row for row in back.in_memory(name).to_pylist() if row[table.key] == "bare")
        assert {column: value for column, value in told.items() if value is not None} == needed[name]


def values_of(table: Table, column: Column) -> st.SearchStrategy[Any]:
    """This will give any value that a column may hold."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": st.text(letters, min_size=1, max_size=500),
        "date": st.dates(EARLIEST, LATEST),
        "time": st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2200, 12, 31)),
        "integer": st.integers(
            -(2**63) if column.least is None else column.least, 2**63 - 1 if column.most is None else column.most
        ),
        "decimal": st.decimals(column.least if column.least is not None else -(10**11) + 1, 10**11 - 1, places=4),
        "boolean": st.booleans(),
    }
    told = st.sampled_from(column.values) if column.values else kinds.get(column.type)
    if told is None:
        told = st.just(first_value(table, column))
    return told if column.required else st.none() | told


@st.composite
def rows(draw: Any, name: str) -> dict[str, Any]:
    """This will give any row of a table, its days in order."""
    table = tables()[name]
    row = {c.name: draw(values_of(table, c)) for c in table.columns.values() if c.name != table.key}
    for owner, first, last in IN_ORDER * 2:
        if owner == name and row[first] is not None and row[last] is not None:
            row[first], row[last] = sorted((row[first], row[last]))
    if name == "episode" and row["requested_on"] is None and row["admitted_on"] is None:
        row["requested_on"] = EARLIEST
    return row


def test_any_row_comes_back_as_it_was_written(world: dict[str, Any], write: Any) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.sampled_from(sorted(tables())).flatmap(lambda name: st.tuples(st.just(name), rows(name))))
    def comes_back(told: tuple[str, dict[str, Any]]) -> None:
        name, row = told
        with transaction.atomic():
            made = write(name, **row)
            assert kept(name, made.pk) == {**row, tables()[name].key: made.pk}
            transaction.set_rollback(True)

    comes_back()


@pytest.mark.parametrize("day", [datetime.date(2026, 3, 8), datetime.date(2026, 11, 1)])
@pytest.mark.parametrize("zone", ["America/Chicago", "America/New_York", "UTC"])
def test_the_clock_on_the_wall_is_kept_on_the_days_it_is_turned(
    cast: Any, world: dict[str, Any], write: Any, day: datetime.date, zone: str
) -> None:
    cast.prairie.time_zone = zone
    cast.prairie.save()
    starts, ends = (datetime.datetime.combine(day, datetime.time(hour, 30)) for hour in (1, 2))
    made = write("session", program_id="a-program", type="group", status="held", held_on=day, starts_at=starts,
                 ends_at=ends)  # fmt: skip
    told = kept("session", made.pk)
    assert (told["starts_at"], told["ends_at"]) == (starts, ends)
    read = RECORDS["session"].objects.get(pk=made.pk)
    assert (read.starts_at, read.ends_at) == (starts, ends)


def test_a_time_with_a_zone_is_refused(world: dict[str, Any], write: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        write("session", program_id="a-program", type="group", status="held", held_on=DAY,
              starts_at=datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC))  # fmt: skip
    assert "starts_at" in refused.value.message_dict


def test_a_time_typed_into_a_form_is_kept_as_typed(cast: Any, world: dict[str, Any], rf: Any) -> None:
    looking = cast.viewer("clinical_supervisor")
    typed = {"program": "a-program", "type": "group", "status": "held", "held_on": "2026-03-08",
             "starts_at": "2026-03-08T02:30"}  # fmt: skip
    form = form_of(looking, "session", ["program_id", "type", "status", "held_on", "starts_at"], rf.post("/", typed))
    with judging.wait():
        made = keep(form, lambda told: writing.create(looking, "session", told))
    assert made is not None, form.errors
    assert kept("session", made.pk)["starts_at"] == datetime.datetime(2026, 3, 8, 2, 30)


# --- what is refused ---------------------------------------------------------------------------------------------


def is_refused(write: Any, table: str, name: str, value: Any) -> bool:
    """This will say whether the chart and, asked directly, the database refuse one value of a row."""
    try:
        with transaction.atomic():
            writing_again(write, table, name, value)
    except ValidationError as error:
        assert name in error.message_dict
    else:
        return False
    try:
        with transaction.atomic():
            RECORDS[table].objects.filter(pk=f"a-{table}").update(**{name: value})
    except IntegrityError:
        return True
    return False


def test_codes_that_are_not_listed_are_refused(world: dict[str, Any], write: Any) -> None:
    assert [told for told in CODES if not is_refused(write, *told, "made up")] == []


def test_numbers_outside_their_bounds_are_refused(world: dict[str, Any], write: Any) -> None:
    assert [told for told in BOUNDS if not is_refused(write, *told)] == []


def test_days_before_the_one_they_follow_are_refused(world: dict[str, Any], write: Any) -> None:
    early = {"date": DAY - datetime.timedelta(days=1), "time": datetime.datetime(2026, 3, 2, 8, 59)}
    told = [(table, last, early[tables()[table].columns[last].type]) for table, _first, last in IN_ORDER]
    assert [one for one in told if not is_refused(write, *one)] == []


def test_rows_without_what_is_needed_are_refused(world: dict[str, Any], write: Any) -> None:
    for table, name in COLUMNS:
        column = tables()[table].columns[name]
        if column.required and name != tables()[table].key:
            with pytest.raises(ValidationError) as refused, transaction.atomic():
                writing_again(write, table, name, None)
            assert attribute(column) in refused.value.message_dict


@pytest.mark.parametrize(
    ("table", "name", "value"),
    [
        ("person", "birth_date", datetime.date(1850, 1, 1)),
        ("person", "birth_date", datetime.date(9999, 1, 1)),
        ("use_event", "substance", "a\x00b"),
        ("use_event", "substance", "long " * 101),
        ("use_event", "person_id", "nobody"),
        ("use_event", "occurred_on", "the first"),
        ("claim_line", "paid_amount", Decimal("1.23456")),
        ("claim_line", "paid_amount", Decimal(10**11)),
        ("session", "head_count", 2**63),
        ("session", "made_up", 1),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_field(
    world: dict[str, Any], write: Any, table: str, name: str, value: Any
) -> None:
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        writing_again(write, table, name, value)
    assert name.removesuffix("_id") in refused.value.message_dict


def test_an_episode_without_any_day_is_refused(world: dict[str, Any], write: Any) -> None:
    with pytest.raises(ValidationError):
        write("episode", person_id="a-person", program_id="a-program")


def test_an_id_that_is_taken_is_refused(world: dict[str, Any], write: Any) -> None:
    with pytest.raises(ValidationError):
        write("person", person_id="a-person")
    assert Change.objects.filter(table="person").count() == 1


def test_several_rows_are_written_all_or_none(cast: Any, world: dict[str, Any], write: Any) -> None:
    good = {"person_id": "a-person", "occurred_on": DAY}
    before = Entry.objects.count()
    with pytest.raises(ValidationError):
        writing.create_all(cast.viewer("counselor"), "use_event", [good, {**good, "source": "made up"}])
    assert RECORDS["use_event"].objects.count() == 1
    assert Entry.objects.count() == before


def writing_again(write: Any, table: str, name: str, value: Any) -> Any:
    """This will write the table's full row once more under another id, with one value changed."""
    declared = tables()[table]
    row = {c.name: first_value(declared, c) for c in declared.columns.values()}
    return write(table, **{**row, declared.key: "again", name: value})


def test_references_to_another_organizations_rows_are_refused(cast: Any, world: dict[str, Any]) -> None:
    others = {False: cast.viewer("counselor", "lakeside"), True: cast.viewer("administrator", "lakeside")}
    for name, table in tables().items():
        if not any(column.references for column in table.columns.values()):
            continue
        row = {c.name: first_value(table, c) for c in table.columns.values() if c.name != table.key}
        with pytest.raises(ValidationError, match="There is no such"):
            writing.create(others[name in OF_THE_PROGRAM], name, row)
