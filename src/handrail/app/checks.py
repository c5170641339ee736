"""What must be in order before the app starts. Outside the demo anything unsafe stops it, with how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register()
def is_safe_to_start(**_options: Any) -> list[CheckMessage]:
    """This will tell everything that is unsafe about the settings, all at once."""
    return list(_faults())


@register(Tags.database)
def is_held_by_the_walls(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """This will tell where PostgreSQL's walls between organizations do not hold the app's own role."""
    connection = connections["default"]
    if settings.IS_DEMO or "default" not in (databases or ()) or connection.vendor != "postgresql":
        return []
    return list(faults_of_the_role(connection))


def faults_of_the_role(connection: Any) -> Iterator[CheckMessage]:
    """This will tell whether the role of a connection to PostgreSQL stands above row-level security."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)")
        found = cursor.fetchone()
    if found:
        yield Error(
            f"The database role {found[0]} stands above the walls between organizations.",
            "Let the app use a role of its own: CREATE ROLE handrail LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '…', "
            "and make it the owner of the database.",
            id="H905",
        )


def _faults() -> Iterator[CheckMessage]:
    if settings.IS_DEMO:
        if set(settings.ALLOWED_HOSTS) - {"127.0.0.1", "localhost", "[::1]", "testserver"}:
            yield Error("The demo answers on this machine only.", "Unset HANDRAIL_HOSTS, or HANDRAIL_DEMO.", id="H901")
        return
    if settings.DEBUG:
        yield Error("Debug pages show records.", "Unset HANDRAIL_DEBUG.", id="H902")
    if len(settings.SECRET_KEY) < 50:
        yield Error("The secret key is too short.", "Unset HANDRAIL_SECRET_KEY, or give 50 characters.", id="H903")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "It is not said under which names the app is reached.",
            "Set HANDRAIL_HOSTS, for example: HANDRAIL_HOSTS=handrail.example.org",
            id="H904",
        )
    is_secure = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SECURE_SSL_REDIRECT
    if not settings.IS_PLAIN and not is_secure:
        yield Error(
            "The sign-in would travel over plain http.", "Leave the settings of cookies as they are.", id="H906"
        )
