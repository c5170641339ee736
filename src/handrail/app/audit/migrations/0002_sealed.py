"""The log begins, and the database refuses to change it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from handrail.app.audit.log import FIRST_SEAL
from handrail.app.audit.sealing import forbid_changes


def begin(apps: Any, _schema_editor: Any) -> None:
    apps.get_model("audit", "Head").objects.create(number=0, seal=FIRST_SEAL)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(forbid_changes("audit_entry"), migrations.RunPython.noop),
    ]
