"""The database refuses to change a letter that was sent."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_REFUSAL = "a letter that was sent is never changed"


def forbid(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION authorizations_notice_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        )
        schema_editor.execute(
            "CREATE TRIGGER authorizations_notice_sent BEFORE UPDATE ON authorizations_notice FOR EACH ROW "
            "WHEN (OLD.status = 'sent') EXECUTE FUNCTION authorizations_notice_refuse()"
        )
    else:
        schema_editor.execute(
            "CREATE TRIGGER authorizations_notice_sent BEFORE UPDATE ON authorizations_notice "
            f"WHEN OLD.status = 'sent' BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0002_sealed")]
    operations = [migrations.RunPython(forbid, migrations.RunPython.noop)]
