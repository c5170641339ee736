"""Forms made from the declared tables: the labels, choices and help texts are those of the declarations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from handrail.app.accounts.access import Viewer
from handrail.app.chart.declared import attribute
from handrail.app.chart.models import RECORDS
from handrail.app.chart.reading import rows
from handrail.app.chart.writing import ChangedMeanwhileError
from handrail.records.schema import tables

Kept = TypeVar("Kept")


def form_of(
    viewer: Viewer,
    table: str,
    columns: Sequence[str],
    request: HttpRequest | None = None,
    *,
    row: Any = None,
    initial: Mapping[str, Any] | None = None,
    prefix: str | None = None,
    labels: Mapping[str, str] | None = None,
    widgets: Mapping[str, forms.Widget] | None = None,
) -> forms.ModelForm[Any]:
    """This will give a form for some columns of a table, filled from a POST request where there is one.

    References offer only rows of the viewer's organization; yes-or-no columns offer "not documented" too.
    `labels` and `widgets` are by column.
    """
    declared = tables()[table].columns
    named = {column: attribute(declared[column]) for column in columns}
    made = forms.modelform_factory(
        RECORDS[table],
        fields=list(named.values()),
        labels={named[column]: label for column, label in (labels or {}).items()},
        widgets={named[column]: widget for column, widget in (widgets or {}).items()},
        formfield_callback=_field,
    )
    data = request.POST if request is not None and request.method == "POST" else None
    form = made(data, instance=row, initial=dict(initial or {}), prefix=prefix)
    for column, name in named.items():
        field = form.fields[name]
        if isinstance(field, forms.ModelChoiceField) and declared[column].references:
            field.queryset = rows(viewer, str(declared[column].references))
            field.label_from_instance = called
        say_blank(field)
        field.widget.attrs.setdefault("autocomplete", "off")
    return form


def say_blank(field: forms.Field) -> None:
    """This will name the empty choice of a list, in one way everywhere: "choose" where an answer is needed."""
    blank = "choose" if field.required else "not documented"
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = None if field.empty_label is None else blank
    elif isinstance(field, forms.ChoiceField):
        listed: Any = field.choices
        field.choices = [(value, blank if value in ("", None) else name) for value, name in listed]


def values(form: forms.ModelForm[Any]) -> dict[str, Any]:
    """This will give what was typed, by declared column."""
    columns = {attribute(column): column.name for column in tables()[form._meta.model.table].columns.values()}
    return {columns[name]: form.cleaned_data[name] for name in form.fields if name in columns}


def keep(form: forms.ModelForm[Any], write: Callable[[dict[str, Any]], Kept]) -> Kept | None:
    """This will write what was typed, or put each error at its field and give None: nothing typed is lost."""
    if not form.is_valid():
        return None
    try:
        return write(values(form))
    except ValidationError as error:
        put_errors(form, error)
    except ChangedMeanwhileError:
        form.add_error(
            None, "Somebody else changed this since you opened it. Yours is below; compare, then save again."
        )
    return None


def put_errors(form: forms.BaseForm, error: ValidationError, names: Mapping[str, str] | None = None) -> None:
    """This will put each sentence of an error at its field, and what has no field above the form.

    `names` are the fields of the form that are called otherwise than what the error names.
    """
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, says in told.items():
        here = (names or {}).get(name, name)
        form.add_error(here if here in form.fields else None, says)


def day_input() -> forms.DateInput:
    """This will give a field with the browser's calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _field(field: models.Field[Any, Any], **told: Any) -> forms.Field | None:
    """Days get the browser's calendar; yes-or-no gets a third answer."""
    if isinstance(field, models.DateField):
        told["widget"] = day_input()
    if isinstance(field, models.BooleanField):
        choices = [("", "not documented"), ("true", "yes"), ("false", "no")]
        return forms.TypedChoiceField(
            widget=YesNo,
            choices=choices,
            coerce=lambda given: given == "true",
            empty_value=None,
            required=not field.null,
            label=told.get("label") or _label(field),
            help_text=field.help_text,
        )
    made = field.formfield(**told)
    if made is not None and not told.get("label"):
        made.label = _label(field)
    return made


class YesNo(forms.Select):
    """A choice of yes, no and not documented, which shows what is held."""

    def format_value(self, value: Any) -> list[str]:
        """This will give the choice that stands for a value."""
        return super().format_value({True: "true", False: "false"}.get(value, value))


def called(row: Any) -> str:
    """This will name a row in a list: staff and programs by name; everything else by its own words."""
    return str(getattr(row, "name", "") or row)


def _label(field: models.Field[Any, Any]) -> str:
    return str(field.verbose_name).capitalize()
