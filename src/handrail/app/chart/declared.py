"""From a declared table to a Django model: the same columns, and constraints for what must hold.

The declarations of `handrail.records` are the only place where a column is described; forms take their labels there.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from handrail.app.accounts.models import Membership, Organization
from handrail.app.chart.fields import WallTimeField
from handrail.records.dates import alternatives, intervals
from handrail.records.schema import Column, Table, codes, tables

IN_ORDER: tuple[tuple[str, str, str], ...] = (
    ("episode", "requested_on", "admitted_on"),
    ("goal", "set_on", "met_on"),
    *((table.name, *pair) for table in tables().values() for pair in intervals(table)),
)
"""Table, a day, and a day that may not be before it."""

MOST_DIGITS = 15
"""SQLite keeps no more digits of a number exactly."""


class Recorded(models.Model):
    """What every table has beside its declared columns: whose it is, who entered it when, and its state."""

    holder = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        """Only a part of other tables."""

        abstract = True

    table: str
    """The declared table that the row belongs to."""

    def __str__(self) -> str:
        """Its table and id, nothing clinical."""
        return f"{self._meta.model_name} {self.pk}"


def new_id() -> str:
    """This will give an id that nobody else has."""
    return uuid.uuid4().hex


def model_of(table: Table, module: str) -> type[models.Model]:
    """This will make the model of one declared table."""
    fields: dict[str, Any] = {
        attribute(column): _field(column) for column in table.columns.values() if column.name != table.key
    }
    fields[table.key] = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    meta = type(
        "Meta", (), {"app_label": "chart", "constraints": list(_constraints(table)), "indexes": _indexes(table)}
    )
    named = {"__module__": module, "__doc__": table.says, "Meta": meta, "table": table.name, **fields}
    return type(class_name(table.name), (Recorded,), named)


def class_name(table: str) -> str:
    """This will name the model of a table: `plan_review` is `PlanReview`."""
    return "".join(part.capitalize() for part in table.split("_"))


def attribute(column: Column) -> str:
    """This will name the model's field of a column; a reference to `person_id` is the field `person`."""
    return column.name.removesuffix("_id") if column.references else column.name


def _field(column: Column) -> models.Field[Any, Any]:
    optional: dict[str, Any] = {} if column.required else {"null": True, "blank": True}
    told: dict[str, Any] = {"help_text": column.says, "verbose_name": column.name.removesuffix("_id").replace("_", " ")}
    match column.type:
        case "id" if column.references:
            return models.ForeignKey(
                class_name(column.references),
                on_delete=models.PROTECT,
                db_column=column.name,
                related_name="+",
                **optional,
                **told,
            )
        case "date":
            return models.DateField(**optional, **told)
        case "time":
            return WallTimeField(**optional, **told)
        case "integer":
            return models.BigIntegerField(validators=_limits(column), **optional, **told)
        case "decimal":
            return models.DecimalField(
                max_digits=MOST_DIGITS, decimal_places=4, validators=_limits(column), **optional, **told
            )
        case "boolean":
            return models.BooleanField(**optional, **told)
        case "code":
            choices = [(value, value.replace("_", " ")) for value in column.values]
            return models.CharField(max_length=60, choices=choices, **optional, **told)
        case "level" | "credential":
            listed = codes(column.type)
            choices = [(code, next(iter(list(row.values())[1:]), code)) for code, row in listed.items()]
            return models.CharField(max_length=60, choices=choices, **optional, **told)
        case _:
            return models.CharField(max_length=500, **optional, **told)


def _limits(column: Column) -> list[Any]:
    least = [] if column.least is None else [MinValueValidator(column.least)]
    return least + ([] if column.most is None else [MaxValueValidator(column.most)])


def _constraints(table: Table) -> Any:
    for column in table.columns.values():
        name = f"{table.name}_{column.name}"[:52]
        if column.type == "code":
            yield models.CheckConstraint(
                condition=Q(**{f"{column.name}__in": list(column.values)}) | Q(**{f"{column.name}__isnull": True}),
                name=f"{name}_listed",
            )
        if column.least is not None:
            yield models.CheckConstraint(condition=Q(**{f"{column.name}__gte": column.least}), name=f"{name}_least")
        if column.most is not None:
            yield models.CheckConstraint(condition=Q(**{f"{column.name}__lte": column.most}), name=f"{name}_most")
    for owner, first, last in IN_ORDER:
        if owner == table.name:
            yield models.CheckConstraint(
                condition=Q(**{f"{last}__gte": models.F(first)})
                | Q(**{f"{last}__isnull": True})
                | Q(**{f"{first}__isnull": True}),
                name=f"{owner}_{last}_in_order",
            )
    if either := alternatives(table):
        test = Q()
        for name in either:
            test |= Q(**{f"{name}__isnull": False})
        yield models.CheckConstraint(condition=test, name=f"{table.name}_is_dated")


def _indexes(table: Table) -> list[models.Index]:
    dated = [name for name in table.dated if name in table.columns][:1]
    return [models.Index(fields=["holder", *dated], name=f"{table.name}_org"[:30])]
