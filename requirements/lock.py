"""Renew the lock files: exact versions with hashes, for every platform, and no index address."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
COMMON = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
    "--quiet",
]
RUN = ["--extra", "app", "--group", "build"]
DEV = [
    "--extra",
    "app",
    "--extra",
    "spark",
    "--extra",
    "oversight",
    *(word for group in ("build", "lock", "test", "check", "bench") for word in ("--group", group)),
]


def lock(name: str, *which: str) -> None:
    """Write one lock file."""
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        *which,
        *COMMON,
        "-o",
        f"requirements/{name}",
    ]
    subprocess.run([*command, *sys.argv[1:]], cwd=HERE.parent, check=True)  # noqa: S603


lock("dev.txt", *DEV)
lock("run.txt", *RUN, "-c", "requirements/dev.txt")
