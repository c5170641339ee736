"""Opening the app for a command: late, so that `handrail --help` stays quick and works without it."""

from __future__ import annotations

import importlib
import os
from typing import Any

from handrail.cli.asking import refuse

_SETTINGS = "handrail.app.settings"


def opened(module: str) -> Any:
    """This will set Django up by the settings of the environment, and give a module of the app.

    Stops with one sentence where the app is not installed or its settings cannot be used.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
    os.umask(0o077)
    try:
        django = importlib.import_module("django")
        importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])
        django.setup()
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("handrail"):
            raise
        raise refuse('The app is not installed. Install it with: pip install "handrail[app]"') from None
    except (ValueError, OSError) as error:
        raise refuse(f"The app cannot be opened with these settings: {error}") from None
