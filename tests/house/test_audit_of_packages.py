"""The audit of packages fails where one is vulnerable or was skipped, and says so where the service was not reached."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "requirements" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages})


SOUND = {"name": "a", "version": "1", "vulns": []}
SKIPPED = {"name": "b", "skip_reason": "not found"}
FLAWED = {"name": "c", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}


@pytest.mark.parametrize(
    ("told", "says", "is_reached"),
    [
        (report(SOUND), [], True),
        (report(SOUND, SKIPPED), ["b was not audited: not found"], True),
        (report(SOUND, FLAWED), ["c 1: PYSEC-1, mended in 2"], True),
        (report(SKIPPED), ["b was not audited: not found"], False),
        ("", ["dev.txt: no network"], False),
    ],
)
def test_what_is_vulnerable_or_skipped_is_named(told: str, says: list[str], is_reached: bool) -> None:
    assert loaded("audit").judged("dev.txt", told, "no network\n") == (says, is_reached)


def test_the_inventory_names_every_locked_package_with_its_hashes() -> None:
    made = loaded("inventory").inventory("run.txt")
    text = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    assert len(made["components"]) == sum("==" in line for line in text.splitlines() if not line.startswith((" ", "#")))
    assert all(one["properties"] for one in made["components"])
    assert {"django", "pyrage"} <= {one["name"] for one in made["components"]}
    assert made == loaded("inventory").inventory("run.txt")


def test_continuous_integration_audits_and_goes_on_without_a_network() -> None:
    told = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert 'AUDIT_OFFLINE="${AUDIT_OFFLINE:-1}" make audit' in told
