"""Tests of one `xdist_group` run on one worker, one after the other.

`--dist loadgroup` of xdist 3.8 marks the ids of tests with their group through `Item._nodeid`, which pytest 9.2 no
longer has, so every test went where there was room. Here the group is read off the file in which the test stands.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_GROUP = re.compile(r"""xdist_group\(["'](\w+)["']\)""")


@cache
def group_of(file: Path) -> str | None:
    """The group that a file names for all of its tests."""
    found = _GROUP.search(file.read_text(encoding="utf-8")) if file.is_file() else None
    return found.group(1) if found else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler.loadscope import LoadScopeScheduling  # noqa: PLC0415

    if config.getvalue("dist") != "loadgroup":
        return None

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(config.rootpath / nodeid.partition("::")[0]) or nodeid

    return ByGroup(config, log)
