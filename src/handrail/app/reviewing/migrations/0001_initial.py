"""Reviews, their cases, findings, answers, actions and steps; the database refuses to change what was said and done."""

from __future__ import annotations

import django.db.models.deletion
import handrail.app.chart.declared
from django.db import migrations, models

from handrail.app.audit.sealing import forbid_changes


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_signing_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "finding_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("definition", models.CharField(max_length=120)),
                ("edition", models.CharField(max_length=40)),
                ("seal", models.CharField(help_text="The hash of the edition's content.", max_length=64)),
                ("clause", models.CharField(max_length=80)),
                (
                    "engine",
                    models.CharField(help_text="What the engine had said on the day of the draw.", max_length=20),
                ),
                ("says", models.TextField(help_text="The clause with the numbers in it, as on that day.")),
                ("judged_on", models.DateField()),
                (
                    "evidence",
                    models.CharField(help_text="The id of the verdict kept, under which stands why.", max_length=64),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("confirmed", "Confirmed: it is not met"),
                            ("not confirmed", "Not confirmed: it is met, or does not apply"),
                            ("cannot tell", "Cannot tell"),
                        ],
                        max_length=15,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "answer_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "stance",
                    models.CharField(
                        choices=[
                            ("agrees", "I agree"),
                            ("explains", "I agree, and this is how it came about"),
                            ("disagrees", "I do not agree"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="reviewing.finding"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FocusedReview",
            fields=[
                (
                    "review_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True)),
                ("title", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("measure", "a measure or a clause"),
                            ("signal", "a statistical signal"),
                            ("incident", "an incident"),
                            ("grievance", "a grievance"),
                            ("sentinel", "a sentinel incident"),
                            ("other", "something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(blank=True, help_text="What gave rise to it, in words.")),
                ("measure", models.CharField(blank=True, help_text="The name of the measure.", max_length=120)),
                (
                    "unit",
                    models.CharField(
                        blank=True, help_text="The program or clinician that the signal is about.", max_length=120
                    ),
                ),
                ("signal", models.TextField(blank=True, help_text="What the signal said on the day, word for word.")),
                (
                    "clauses",
                    models.JSONField(default=list, help_text="The clauses in question: definition and clause."),
                ),
                ("points_to_table", models.CharField(blank=True, max_length=40)),
                ("points_to_id", models.CharField(blank=True, max_length=64)),
                (
                    "why",
                    models.TextField(
                        help_text="Why this was chosen. It leaves the team in the parity export: it names nobody."
                    ),
                ),
                ("programs", models.JSONField(default=list, help_text="The programs of the cases.")),
                ("since", models.DateField(help_text="The first day looked at.")),
                ("until", models.DateField(help_text="The last day looked at.")),
                ("opened_at", models.DateTimeField()),
                ("opened_as", models.JSONField(default=list, help_text="The roles of who opened it, on that day.")),
                ("seed", models.CharField(max_length=64)),
                (
                    "frame",
                    models.JSONField(
                        default=dict, help_text="The ids flagged and unflagged that the sample was drawn from."
                    ),
                ),
                ("frame_seal", models.CharField(max_length=64)),
                ("flagged_wanted", models.PositiveIntegerField()),
                ("unflagged_wanted", models.PositiveIntegerField()),
                (
                    "before",
                    models.JSONField(
                        default=dict, help_text="By clause: how many cases failed it on the day, of how many."
                    ),
                ),
                ("is_blinded", models.BooleanField(default=True, help_text="Reviewers do not see who was flagged.")),
                ("unblinded_at", models.DateTimeField(null=True)),
                ("answers_asked_at", models.DateTimeField(null=True)),
                ("answers_by", models.DateField(help_text="The last day for the clinicians' answers.", null=True)),
                ("retest_since", models.DateField(help_text="The first day that the re-test looks at.", null=True)),
                ("retest_available", models.PositiveIntegerField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("in review", "in review"),
                            ("answered", "answered"),
                            ("action", "corrective action"),
                            ("re-test", "re-test"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("closing", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CorrectiveAction",
            fields=[
                (
                    "action_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("what", models.CharField(max_length=500)),
                ("who", models.CharField(max_length=200)),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(null=True)),
                (
                    "is_left",
                    models.BooleanField(default=False, help_text="It is not going to be done; the words say why."),
                ),
                ("words", models.TextField(blank=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="reviewing.focusedreview",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewCase",
            fields=[
                (
                    "case_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(choices=[(1, "first"), (2, "re-test")], default=1)),
                (
                    "place",
                    models.PositiveIntegerField(
                        help_text="Its place in the work list, which says nothing of who was flagged."
                    ),
                ),
                ("reference", models.CharField(help_text="The id that was given for the case.", max_length=200)),
                ("person_id", models.CharField(blank=True, max_length=64)),
                ("episode_id", models.CharField(blank=True, max_length=64)),
                (
                    "clinician",
                    models.CharField(
                        blank=True, help_text="Who gave most of it, as on the day of the draw.", max_length=64
                    ),
                ),
                (
                    "is_flagged",
                    models.BooleanField(help_text="Hidden while reviewers are blinded; none in a re-test.", null=True),
                ),
                (
                    "kept",
                    models.JSONField(
                        default=list, help_text="By clause: what the engine had said on the day of the draw."
                    ),
                ),
                ("looked_at", models.DateTimeField(null=True)),
                ("words", models.TextField(blank=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="reviewing.focusedreview"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="finding",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="reviewing.reviewcase"
            ),
        ),
        migrations.CreateModel(
            name="ReviewStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=30)),
                ("status_before", models.CharField(max_length=10)),
                ("status_after", models.CharField(max_length=10)),
                ("words", models.TextField(blank=True)),
                ("detail", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="reviewing.focusedreview"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="focusedreview",
            index=models.Index(fields=["organization", "status", "opened_at"], name="review_list"),
        ),
        migrations.AddConstraint(
            model_name="focusedreview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "sentinel")),
                fields=("organization", "points_to_table", "points_to_id"),
                name="one_review_a_sentinel",
            ),
        ),
        migrations.AddConstraint(
            model_name="focusedreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "closed"), _negated=True),
                    models.Q(("closed_at__isnull", False), models.Q(("closing", ""), _negated=True)),
                    _connector="OR",
                ),
                name="closed_review_says_with_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="focusedreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="review_days_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_on", None), ("is_left", False), _connector="OR"), name="action_done_or_left"
            ),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_on", None), ("is_left", False)),
                    models.Q(("words", ""), _negated=True),
                    _connector="OR",
                ),
                name="action_ended_says_how",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewcase",
            index=models.Index(fields=["organization", "clinician"], name="case_of_clinician"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.UniqueConstraint(fields=("review", "round", "reference"), name="case_once_a_round"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("looked_at", None), ("reviewer__isnull", False), _connector="OR"),
                name="looked_at_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("case", "place"), name="finding_place"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", "not confirmed"), models.Q(("words", ""), _negated=True), _connector="OR"
                ),
                name="finding_says_what_was_seen",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewstep",
            constraint=models.UniqueConstraint(fields=("review", "place"), name="review_step_place"),
        ),
        *(
            migrations.RunPython(forbid_changes(table), migrations.RunPython.noop)
            for table in ("reviewing_finding", "reviewing_answer", "reviewing_reviewstep")
        ),
    ]
