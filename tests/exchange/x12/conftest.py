"""837P files made here, of invented people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

pytest.importorskip("pyx12", reason='X12 files need the extra: pip install "handrail[oversight]"')


@pytest.fixture
def x12(tmp_path: Path) -> Callable[..., Path]:
    """Writes segments as a file, each on a line of its own unless told otherwise."""

    def write(segments: Sequence[str], name: str = "claims.x12", *, ending: str = "~\n") -> Path:
        file = tmp_path / name
        file.write_text("".join(segment + ending for segment in segments), encoding="ascii", newline="")
        return file

    return write
