"""What is typed about a focused review. What must hold of it is asked of `handrail.app.reviewing`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from handrail.app.chart.forms import day_input
from handrail.app.reviewing.models import Answer, Finding, FocusedReview

_A_LINE = forms.Textarea(attrs={"rows": 2})


class Folded(forms.CheckboxSelectMultiple):
    """Boxes in groups that fold; a group in which one is ticked is open, and so is the only one."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """This will write the groups, each with how many are ticked."""
        groups = self.get_context(name, value, attrs)["widget"]["optgroups"]
        told = [(title, options, sum(one["selected"] for one in options)) for title, options, _ in groups]
        return render_to_string("parts/folded.html", {"groups": told, "is_one": len(told) == 1})


class Named(forms.Form):
    """A form whose fields have ids of their own, so that several stand on one page."""

    def __init__(self, data: Any, name: str = "", **more: Any) -> None:
        super().__init__(data, auto_id=f"{name or type(self).__name__.lower()}_%s", **more)


class Versioned(Named):
    """A form about what was shown: if somebody acts meanwhile, nothing is written."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class Starting(Named):
    """A new review. A preview needs little of it; everything is asked of the operation when the sample is drawn."""

    title = forms.CharField(label="Title", max_length=200, required=False, help_text="It names nobody.")
    why = forms.CharField(
        label="Why this is chosen",
        required=False,
        widget=_A_LINE,
        max_length=1_000,
        help_text="It leaves the team in the parity export: name nobody.",
    )
    kind = forms.ChoiceField(
        label="What gives rise to it",
        choices=[one for one in FocusedReview.Kind.choices if one[0] != FocusedReview.Kind.SENTINEL],
        required=False,
    )
    points_to = forms.ChoiceField(
        label="Which incident or grievance",
        required=False,
        help_text="Of the last year. Where it concerns one person and no cases are listed, hers is the flagged one.",
    )
    clauses = forms.MultipleChoiceField(
        label="Clauses in question",
        required=False,
        widget=Folded,
        help_text="What reviewers are asked about each case. Without one, reviewers cannot be kept blind.",
    )
    program = forms.ChoiceField(label="Program", required=False)
    since = forms.DateField(label="First day looked at", widget=day_input(), required=False)
    until = forms.DateField(label="Last day looked at", widget=day_input(), required=False)
    flagged_wanted = forms.IntegerField(label="Flagged cases to draw", min_value=0, max_value=100, required=False)
    unflagged_wanted = forms.IntegerField(label="Cases to draw beside them", min_value=0, max_value=100, required=False)
    is_blinded = forms.BooleanField(label="Reviewers do not see who is flagged until all cases are looked at", required=False)  # fmt: skip
    measure = forms.CharField(label="Measure", max_length=120, required=False)
    unit = forms.CharField(label="Program or clinician that it is about", max_length=120, required=False)
    signal = forms.CharField(
        label="What the signal says today, word for word", required=False, widget=_A_LINE, max_length=2_000
    )
    words = forms.CharField(label="In your own words", required=False, widget=_A_LINE, max_length=2_000)
    flagged = forms.CharField(
        label="Flagged cases, if you have a list",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ids of episodes. Without a list: every episode that fails one of the clauses in these days.",
    )
    unflagged = forms.CharField(
        label="Cases beside them, if you have a list",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Without a list: the same programs and months.",
    )


class FindingForm(Named):
    """What a reviewer says of one clause."""

    clause = forms.CharField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label="Is it so that this is not met here?", choices=Finding.Outcome.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What you saw, or what is missing",
        required=False,
        widget=_A_LINE,
        max_length=4_000,
        help_text="Needed unless it is not confirmed.",
    )


class Looked(Named):
    """That one is done with a case."""

    words = forms.CharField(
        label="About the case as a whole", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4_000
    )


class Asking(Versioned):
    """Until when clinicians answer."""

    until = forms.DateField(label="Last day for answers", widget=day_input())


class ActionForm(Named):
    """What is going to be done."""

    what = forms.CharField(label="What is done", max_length=500, widget=_A_LINE)
    who = forms.CharField(label="Who does it", max_length=200)
    due_on = forms.DateField(label="Until", widget=day_input())


class EndAction(Named):
    """That an action was done, or is left."""

    done_on = forms.DateField(
        label="Done on",
        widget=day_input(),
        required=False,
        help_text="Leave it empty where it is not going to be done.",
    )
    words = forms.CharField(label="What was done, or why it is left", widget=_A_LINE, max_length=2_000)


class Retest(Versioned):
    """The second sample."""

    since = forms.DateField(label="First day after the action", widget=day_input())
    wanted = forms.IntegerField(label="Cases to draw", min_value=1, max_value=100)


class Closing(Versioned):
    """The end."""

    words = forms.CharField(label="What it came to", widget=forms.Textarea(attrs={"rows": 3}), max_length=4_000)


class AnswerForm(Named):
    """A clinician's answer to a finding."""

    stance = forms.ChoiceField(label="How you see it", choices=Answer.Stance.choices, widget=forms.RadioSelect)
    words = forms.CharField(label="In your own words", widget=forms.Textarea(attrs={"rows": 3}), max_length=4_000)


class Span(forms.Form):
    """From when to when, and of which program where that is asked."""

    program = forms.ChoiceField(label="Program", required=False)
    since = forms.DateField(label="From", widget=day_input())
    until = forms.DateField(label="to", widget=day_input())

    def clean(self) -> None:
        """This will refuse an end before the beginning, and more than two years."""
        given = super().clean() or {}
        first, last = given.get("since"), given.get("until")
        if first and last and last < first:
            self.add_error("until", "The last day is not before the first.")
        elif first and last and (last - first).days > 731:
            self.add_error("until", "Two years at most.")
