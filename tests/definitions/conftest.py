"""A small invented definition, and a folder to put it into."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.definitions.document import Edition
from handrail.definitions.rulebook import load

_RULEBOOK = Path(__file__).parent / "rulebook"
_FILE = Path("example") / "evening-groups" / "2026-01-01.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A rulebook folder with the invented definition and its worked examples, free to be changed."""
    return Path(shutil.copytree(_RULEBOOK, tmp_path / "rulebook"))


@pytest.fixture
def definition_file(folder: Path) -> Path:
    """The file of the invented definition."""
    return folder / _FILE


@pytest.fixture
def edition(definition_file: Path) -> Edition:
    """The invented definition."""
    return load(definition_file)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Edition]:
    """Gives the invented definition with pieces of its text replaced."""

    def change(*replaced: tuple[str, str], name: str = "other") -> Edition:
        text = (_RULEBOOK / _FILE).read_text(encoding="utf-8")
        for old, new in replaced:
            assert old in text, f"the definition does not have {old!r}"
            text = text.replace(old, new)
        file = tmp_path / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        return load(file)

    return change
