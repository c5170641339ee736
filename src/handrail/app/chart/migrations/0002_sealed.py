"""The history of the chart is added to, and never changed."""

from __future__ import annotations

from django.db import migrations

from handrail.app.audit.sealing import forbid_changes


class Migration(migrations.Migration):
    dependencies = [("chart", "0001_initial")]
    operations = [migrations.RunPython(forbid_changes("chart_change"), migrations.RunPython.noop)]
