"""Opening a YAML file: its text, what it says, and a finding with a line where it cannot be read."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from handrail.findings import Finding, FindingsError

_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Opened:
    """A file as it was read: `told` is what its YAML says, `hash` the SHA-256 of its bytes with Unix line ends."""

    text: str
    told: Any
    hash: str


def open_yaml(file: Path) -> Opened:
    """This will read one YAML file. Raises `FindingsError` (H101) with the line where it cannot be read as YAML."""
    raw = file.read_bytes()
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
        line = 0
        says = f"The file is not readable as YAML: {str(error).splitlines()[0]}."
        mend = "Write days as 2026-07-01, and put texts with special characters in quotes."
    raise FindingsError([Finding(str(file), line, "H101", "", says, mend)])


def _line(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 0
