"""The rules of the house: names, imports, hashes, nothing of this machine in the repository, every row traced."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from handrail.definitions.checking import check_definition
from handrail.definitions.rulebook import packaged

ROOT = Path(__file__).parents[2]
HANDBOOK = ROOT.parent / "shared" / "handbook" / "clauses.md"
NAMES_OF_NOTHING = {"utils", "helpers", "common", "base", "misc", "util", "helper"}
ROW = re.compile(r"^\| (N[EC]-\d+[a-z]?) \|", re.MULTILINE)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    return tracked()


def test_imports_go_down() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_room_is_named_after_nothing(files: list[Path]) -> None:
    names = {part for file in files if file.suffix == ".py" for part in (*file.parent.parts, file.stem)}
    assert not names & NAMES_OF_NOTHING


def test_no_source_file_is_longer_than_450_lines(files: list[Path]) -> None:
    written = [file for file in files if file.parent.name != "migrations"]
    code = [file for file in written if file.suffix in (".py", ".sql", ".html", ".css", ".js", ".mjs")]
    assert not [str(file) for file in code if len(file.read_text(encoding="utf-8").splitlines()) > 450]


def test_no_two_files_of_tests_share_a_name(files: list[Path]) -> None:
    """A test file is imported under its bare name, so the second of that name would not run, or hide the first."""
    names = [file.name for file in files if "tests" in file.parts and file.suffix == ".py"]
    shared = {name for name in names if names.count(name) > 1} - {"__init__.py", "conftest.py"}
    assert not shared


def strange_privates(text: str) -> list[str]:
    """The names with an underscore before them that a file takes from another file of ours."""
    found, ours = [], set()
    every = list(ast.walk(ast.parse(text)))
    for one in every:
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("handrail"):
            found += [part.name for part in one.names if re.match("_(?!_)", part.name)]
            ours |= {part.asname or part.name for part in one.names if part.name.islower()}
    for one in every:
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in ours:
            found += [one.attr] if re.match("_(?!_)", one.attr) else []
    return found


def test_what_is_private_to_a_file_stays_in_it(files: list[Path]) -> None:
    source = [file for file in files if file.suffix == ".py" and ROOT / "src" in file.parents]
    assert {str(file): found for file in source if (found := strange_privates(file.read_text(encoding="utf-8")))} == {}
    assert strange_privates("from handrail.app import desk\nfrom handrail.a import _b\ndesk._c()") == ["_b", "_c"]


def test_every_room_says_what_it_is_for(files: list[Path]) -> None:
    rooms = [file for file in files if file.name == "__init__.py" and (ROOT / "src") in file.parents]
    assert not [str(file) for file in rooms if not file.read_text(encoding="utf-8").startswith('"""')]


def test_nothing_of_a_machine_stands_in_the_repository(files: list[Path]) -> None:
    machine = re.compile(
        r"/(?:wo" r"rk|fa" r"rm|ro" r"ot|ho" r"me)/\w|bash" r"_jobs|index" r"-url [^'\"]|extra-index" r"-url"
    )
    address = re.compile(r"[\w.]+@[\w-]+\.(?:com|org|net|io)\b")
    for file in files:
        if file.suffix not in (".gz", ".parquet", ".png"):
            text = file.read_text(encoding="utf-8", errors="ignore")
            assert not machine.search(text), file
            assert not address.search(text), file


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_locked_package_has_a_hash_and_no_index(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    packages = re.split(r"\n(?=[a-zA-Z0-9])", text)
    assert len(packages) > 10
    assert all("--hash=sha256:" in package for package in packages if "==" in package)
    assert "://" not in text


@pytest.mark.parametrize("definition", packaged().files)
def test_the_packaged_definitions_have_nothing_wrong_and_every_row_covered(definition: str) -> None:
    assert check_definition(packaged(), definition) == []


def test_the_rows_are_those_of_the_handbook() -> None:
    if not HANDBOOK.is_file():
        pytest.skip("the handbook is not beside this checkout (../shared/handbook/clauses.md)")
    wanted = set(ROW.findall(HANDBOOK.read_text(encoding="utf-8")))
    ranges = {"NC-13a..e": {f"NC-13{letter}" for letter in "abcde"}}
    for told, rows in ranges.items():
        if f"| {told} |" in HANDBOOK.read_text(encoding="utf-8"):
            wanted = (wanted - {told}) | rows
    listed = {
        row
        for definition in packaged().files
        for edition in packaged().editions(definition)
        for rows in edition.source.sections.values()
        for row in rows
    }
    assert wanted == listed
