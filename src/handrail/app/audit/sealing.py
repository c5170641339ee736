"""Having the database itself refuse to change or delete rows of a table; used by migrations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_REFUSAL = "entries of this table are never changed"


def forbid_changes(table: str) -> Callable[[Any, Any], None]:
    """This will give a migration's step that forbids UPDATE and DELETE on a table, on SQLite and PostgreSQL."""

    def forbid(_apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
            )
        else:
            for act in ("UPDATE", "DELETE"):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
                )

    return forbid
