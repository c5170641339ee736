"""The database refuses to change the accounting of disclosures, and what a consent says, who signed it, who revoked it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from handrail.app.audit.sealing import forbid_changes

TABLE = "consent_consent"
SAYS = (
    "holder_id", "person_id", "kind", "discloser", "information", "description", "recipient_class", "covers_payers",
    "covers_providers", "purpose", "starts_on", "expires_on", "expires_with", "never_expires", "told_right_to_revoke",
    "told_consequences", "told_redisclosure", "wording", "entered_at", "entered_by_id",
)  # fmt: skip
KEPT = {
    "says": (SAYS, ""),
    "signed": (("signed_by", "representative", "signed_on", "signed_how"), "OLD.signed_on IS NOT NULL"),
    "revoked": (("revoked_at", "revoked_how", "revoked_by_id"), "OLD.revoked_at IS NOT NULL"),
    "ended": (("ended_at",), "OLD.ended_at IS NOT NULL"),
}
"""Columns that are never changed, and from when on."""
_REFUSAL = "a consent is never edited"


def keep(_apps: Any, schema_editor: Any) -> None:
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if is_postgresql:
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        )
    for name, (columns, when) in KEPT.items():
        begin = f"CREATE TRIGGER {TABLE}_{name} BEFORE UPDATE OF {', '.join(columns)} ON {TABLE} FOR EACH ROW "
        begin += f"WHEN ({when}) " if when else ""
        if is_postgresql:
            schema_editor.execute(begin + f"EXECUTE FUNCTION {TABLE}_refuse()")
        else:
            schema_editor.execute(begin + f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END")


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [
        migrations.RunPython(forbid_changes("consent_disclosure"), migrations.RunPython.noop),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
