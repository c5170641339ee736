"""The database refuses to change the accounting of disclosures."""

from __future__ import annotations

from django.db import migrations

from handrail.app.audit.sealing import forbid_changes


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [migrations.RunPython(forbid_changes("consent_disclosure"), migrations.RunPython.noop)]
