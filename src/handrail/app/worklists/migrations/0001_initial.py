"""The tables as they began."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
    ]
