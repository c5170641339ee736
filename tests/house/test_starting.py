"""What the command and the app load before anybody asked for anything: heavy packages come with the work that needs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "pandas",
    "scipy.optimize",
    "scipy.stats",
    "statsmodels",
    "lifelines",
    "altair",
    "vl_convert",
    "pyspark",
    "pyx12",
    "pypdf",
)
COMMAND = "import handrail.cli.main"
APP = "import django; django.setup(); import handrail.app.urls"


@pytest.mark.parametrize("start", [COMMAND, APP], ids=["command", "app"])
def test_what_only_some_work_needs_is_not_loaded_at_the_start(start: str, tmp_path: Path) -> None:
    told = f"{start}; import sys; print(*(name for name in {HEAVY} if name in sys.modules))"
    more = {"DJANGO_SETTINGS_MODULE": "handrail.app.settings", "HANDRAIL_HOME": str(tmp_path), "HANDRAIL_DEMO": "1"}
    command = [sys.executable, "-c", told]
    done = subprocess.run(command, env=os.environ | more, capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.split() == []
