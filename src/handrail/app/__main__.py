"""`python -m handrail.app`: Django's own commands, with our settings."""

from __future__ import annotations

import os

from django.core.management import execute_from_command_line

from handrail.app.accounts import walls

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.app.settings")
    walls.look(walls.EVERYBODY)
    execute_from_command_line()
