"""Folders of records for the tests of reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from handrail.exchange.folders.reading import read_folder
from handrail.findings import FindingsError

Content = str | bytes
Found = list[tuple[str, str, int, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Mapping[str, Content]], Path]:
    """Writes files, by name, into a new folder."""

    def write(files: Mapping[str, Content]) -> Path:
        directory = tmp_path / "records"
        for name, content in files.items():
            file = directory / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        directory.mkdir(exist_ok=True)
        return directory

    return write


@pytest.fixture
def found(folder: Callable[[Mapping[str, Content]], Path]) -> Callable[..., Found]:
    """Reads a folder of the given files, and gives (code, file, line, subject) of each finding; none if it is good."""

    def read(files: Mapping[str, Content], *, trust: bool = False) -> Found:
        directory = folder(files)
        try:
            read_folder(directory, trust=trust)
        except FindingsError as error:
            return [
                (one.code, Path(one.file).relative_to(directory).as_posix(), one.line, one.subject)
                for one in error.findings
            ]
        return []

    return read


@pytest.fixture
def told(folder: Callable[[Mapping[str, Content]], Path]) -> Callable[[Mapping[str, Content]], str]:
    """Reads a folder of the given files, and gives all findings as they are printed."""

    def read(files: Mapping[str, Content]) -> str:
        with pytest.raises(FindingsError) as caught:
            read_folder(folder(files))
        return str(caught.value)

    return read
