"""Opening a YAML file: its text, what it says, and a finding with a line where it cannot be read."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from handrail.findings import Finding, FindingsError

_QUOTED = re.compile(r'"([^"]*)"')
_DAY = re.compile(r"\b\d{4}-\d\d?-\d\d?\b")


@dataclass(frozen=True)
class Opened:
    """A file as it was read: `told` is what its YAML says, `hash` the SHA-256 of its bytes with Unix line ends."""

    text: str
    told: Any
    hash: str


def open_yaml(file: Path) -> Opened:
    """This will read one YAML file. Raises `FindingsError` (H101) with the line where it cannot be read as YAML.

    What it says is kept as long as the file stays the same, and shared: copy it before changing it.
    """
    return _opened(file, file.read_bytes())


@lru_cache(maxsize=64)
def _opened(file: Path, raw: bytes) -> Opened:
    digest = hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()
    try:
        text = raw.decode("utf-8-sig")
        return Opened(text, YAML(typ="safe").load(text), digest)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        says, mend = "The file is not written in UTF-8.", "Save it as UTF-8."
    except DuplicateKeyError as error:
        line = _line(error)
        key = _QUOTED.search(error.problem or "")
        says = f"`{key.group(1) if key else 'a key'}` stands twice in one place."
        mend = "The second would hide the first: rename one of them or join the two."
    except MarkedYAMLError as error:
        line = _line(error)
        says = f"The file is not readable as YAML: {error.problem or error.context}."
        mend = "Look at the indentation, the quotes and the colons of this line and the one before."
    except (YAMLError, ValueError, RecursionError) as error:
        line = _impossible_day(text) if isinstance(error, ValueError) else 0
        says = f"The file is not readable as YAML: {str(error).splitlines()[0]}."
        mend = "Write days as 2026-07-01, and put texts with special characters in quotes."
    raise FindingsError([Finding(str(file), line, "H101", "", says, mend)])


def _line(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 0


def _impossible_day(text: str) -> int:
    """The line of the first text that looks like a day and is none, 0 where every one is."""
    for number, line in enumerate(text.splitlines(), start=1):
        for day in _DAY.findall(line):
            try:
                datetime.date(*map(int, day.split("-")))
            except ValueError:
                return number
    return 0
