"""The secret key where none is given: made once, kept in the app's folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(home: Path) -> str:
    """This will give the key kept in `home`, and make it where there is none."""
    file = home / "secret-key"
    if not file.is_file():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
                stream.write(secrets.token_urlsafe(60))
        except FileExistsError:  # another process was quicker
            pass
    return file.read_text(encoding="ascii")
