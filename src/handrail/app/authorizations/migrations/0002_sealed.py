"""The database refuses to change what was sent, what was done, and the texts by which somebody was judged."""

from __future__ import annotations

from django.db import migrations

from handrail.app.audit.sealing import forbid_changes

SEALED = ("authorizations_submission", "authorizations_step", "authorizations_editiontext")


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0001_initial")]
    operations = [migrations.RunPython(forbid_changes(table), migrations.RunPython.noop) for table in SEALED]
