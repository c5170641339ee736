"""For tests whose transactions really commit: Django empties the tables after them, which the seals refuse.

Import `unsealed_while_flushed` into a test file. It lifts the seals before the tables are emptied, and afterwards has
the log begin anew and seals it again, so that whatever runs next finds the database as the migrations made it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from handrail.app.audit.log import FIRST_SEAL
from handrail.app.audit.models import Head
from handrail.app.audit.sealing import forbid_changes

SEALED = (
    "audit_entry",
    "chart_change",
    "consent_disclosure",
    "authorizations_submission",
    "authorizations_step",
    "authorizations_editiontext",
    "reviewing_finding",
    "reviewing_answer",
    "reviewing_reviewstep",
)


def unseal(*tables: str) -> None:
    """This will let a test do what the database refuses everybody."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_sealed ON {table}")
            else:
                for act in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}")


def seal_again() -> None:
    """This will put the seals and the beginning of the log back."""
    unseal(*SEALED)
    if not Head.objects.exists():
        Head.objects.create(number=0, seal=FIRST_SEAL)
    with connection.schema_editor() as editor:
        for table in SEALED:
            forbid_changes(table)(None, editor)


@pytest.fixture(scope="module", autouse=True)
def sealed_afterwards(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """After the last test of a file the next file finds the database sealed."""
    yield
    with django_db_blocker.unblock():
        seal_again()


@pytest.fixture(autouse=True)
def unsealed_while_flushed(request: pytest.FixtureRequest) -> Iterator[None]:
    """The seals stand while a test runs, and are lifted for the emptying that follows a committing one."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and bool(marker.kwargs.get("transaction"))
    if commits:
        request.getfixturevalue("transactional_db")
        seal_again()
    yield
    if commits:
        unseal(*SEALED)
