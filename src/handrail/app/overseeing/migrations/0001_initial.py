"""Kept runs of measures and their facts."""

from __future__ import annotations

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables of kept runs."""

    initial = True

    dependencies = [("accounts", "0002_signing_in")]

    operations = [
        migrations.CreateModel(
            name="KeptRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(choices=[("records", "own records"), ("claims", "claims")], max_length=10)),
                ("since", models.DateField()),
                ("as_of", models.DateField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("result", models.JSONField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at",),
                "indexes": [models.Index(fields=["organization", "source", "-made_at"], name="kept_run_latest")],
            },
        ),
        migrations.CreateModel(
            name="KeptFacts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("rows", models.PositiveIntegerField()),
                ("parquet", models.BinaryField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="facts", to="overseeing.keptrun"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("run", "name"), name="facts_once")]},
        ),
    ]
