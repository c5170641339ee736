"""The tables as they began."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_signing_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="JudgedDay",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.organization",
                    ),
                ),
                ("day", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="See question_id.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.CharField(blank=True, max_length=64)),
                ("episode_id", models.CharField(blank=True, max_length=64)),
                ("program_id", models.CharField(blank=True, max_length=64)),
                ("definition", models.CharField(max_length=120)),
                ("edition", models.CharField(max_length=40)),
                ("seal", models.CharField(help_text="The hash of the edition's content.", max_length=64)),
                ("subject", models.CharField(max_length=40)),
                ("key", models.JSONField()),
                ("judged_on", models.DateField()),
                ("as_of", models.DateField()),
                (
                    "judged_at",
                    models.DateTimeField(default=django.utils.timezone.now, help_text="The moment of the judging."),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Where it stands among the answers about a person, a session or a program, in the order of the source.",
                    ),
                ),
                ("decision", models.CharField(max_length=80)),
                ("answer", models.CharField(max_length=20)),
                ("paths", models.JSONField(default=list)),
                ("deciding", models.JSONField(default=list)),
                ("missing", models.JSONField(default=list)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "decision", "answer"], name="decision_list"),
                    models.Index(fields=["organization", "person_id"], name="decision_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="See question_id.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.CharField(blank=True, max_length=64)),
                ("episode_id", models.CharField(blank=True, max_length=64)),
                ("program_id", models.CharField(blank=True, max_length=64)),
                ("definition", models.CharField(max_length=120)),
                ("edition", models.CharField(max_length=40)),
                ("seal", models.CharField(help_text="The hash of the edition's content.", max_length=64)),
                ("subject", models.CharField(max_length=40)),
                ("key", models.JSONField()),
                ("judged_on", models.DateField()),
                ("as_of", models.DateField()),
                (
                    "judged_at",
                    models.DateTimeField(default=django.utils.timezone.now, help_text="The moment of the judging."),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Where it stands among the answers about a person, a session or a program, in the order of the source.",
                    ),
                ),
                ("clause", models.CharField(max_length=80)),
                ("duty", models.CharField(max_length=10)),
                ("verdict", models.CharField(max_length=20)),
                ("says", models.TextField(help_text="The clause with the numbers in it.")),
                ("missing", models.JSONField(default=list)),
                ("facts", models.JSONField(default=dict)),
                ("evidence", models.JSONField(default=list)),
                (
                    "stands",
                    models.CharField(
                        blank=True, help_text="late, repaired (done late) or due; else empty.", max_length=10
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        help_text="The last day in time, while it is open and days are counted.", null=True
                    ),
                ),
                ("days_late", models.IntegerField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "verdict", "judged_on"], name="verdict_list"),
                    models.Index(fields=["organization", "stands", "due_on"], name="verdict_due"),
                    models.Index(fields=["organization", "subject", "program_id", "judged_on"], name="verdict_subject"),
                    models.Index(fields=["organization", "person_id"], name="verdict_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("session", "Session"),
                            ("sessions", "all sessions of a program"),
                            ("program", "a program apart from its sessions"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(help_text="The id of the person, the session or the program.", max_length=64)),
                ("stamp", models.UUIDField(default=uuid.uuid4, help_text="Another one at each change.")),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "not_before",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="The follower leaves it alone until then."
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["not_before", "since"], name="waiting_longest")],
                "constraints": [models.UniqueConstraint(fields=("organization", "kind", "key"), name="waits_once")],
            },
        ),
    ]
