"""Finding editions: in the package, and in a folder of one's own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path

from pydantic import ValidationError

from handrail.definitions.document import Edition
from handrail.definitions.opening import open_yaml
from handrail.definitions.shape import shape_findings
from handrail.findings import Finding, FindingsError

_EARLIEST = datetime.date.min


@dataclass(frozen=True)
class InForce:
    """An edition and the days on which it judges: from `since` up to but not including `until`."""

    edition: Edition
    since: datetime.date | None
    until: datetime.date | None


@dataclass(frozen=True)
class Rulebook:
    """The definitions of one or more folders. A definition lies at `<folder>/<its id>/<edition>.yaml`."""

    folders: tuple[Path, ...]

    @cached_property
    def files(self) -> Mapping[str, tuple[Path, ...]]:
        """The edition files of each definition, by its id."""
        found: dict[str, list[Path]] = {}
        for folder in self.folders:
            for file in sorted(folder.rglob("*.yaml")):
                if "cases" not in file.relative_to(folder).parts[:-1] and file.name != "cases.yaml":
                    found.setdefault(file.parent.relative_to(folder).as_posix(), []).append(file)
        return {name: tuple(some) for name, some in sorted(found.items())}

    def editions(self, definition: str) -> tuple[Edition, ...]:
        """This will load every edition of a definition, the earliest first.

        Raises `FindingsError` where a file cannot be read, and `KeyError` where there is no such definition.
        """
        loaded = [load(file) for file in self.files[definition]]
        return tuple(sorted(loaded, key=_first_day))

    def in_force(self, definition: str) -> tuple[InForce, ...]:
        """This will give the editions with the days on which each judges. An undated one judges until the next."""
        editions = self.editions(definition)
        following: Sequence[Edition | None] = (*editions[1:], None)
        return tuple(_days(edition, after) for edition, after in zip(editions, following, strict=True))

    def edition(self, reference: str) -> Edition:
        """This will load one edition: `id` for the latest, `id@2026-07-01` or `id@undated`, or a file's path.

        Raises `KeyError` with the near names where there is none.
        """
        if reference.endswith((".yaml", ".yml")) and Path(reference).is_file():
            return load(Path(reference))
        definition, _, name = reference.partition("@")
        if definition not in self.files:
            raise KeyError(definition)
        editions = self.editions(definition)
        if not name:
            return editions[-1]
        for edition in editions:
            if edition.name == name:
                return edition
        raise KeyError(reference)


def packaged(*more: Path) -> Rulebook:
    """This will open the rulebook of the package, and any folders given beside it."""
    with as_file(files("handrail.rulebook")) as folder:
        return Rulebook((Path(folder), *more))


def load(file: Path) -> Edition:
    """This will read one edition. Raises `FindingsError` with every fault of its shape, each with its line."""
    opened = open_yaml(file)
    if not isinstance(opened.told, dict):
        says = "The file holds no definition."
        raise FindingsError([Finding(str(file), 1, "H101", "", says, "Start with `definition:`.")])
    try:
        return Edition.model_validate(opened.told | {"hash": opened.hash, "file": str(file)})
    except ValidationError as error:
        raise FindingsError(shape_findings(file, opened, error)) from error


def _first_day(edition: Edition) -> datetime.date:
    since = edition.effective.since
    return since if isinstance(since, datetime.date) else _EARLIEST


def _days(edition: Edition, after: Edition | None) -> InForce:
    since = edition.effective.since
    ends = [day for day in (edition.effective.until, _first_day(after) if after else None) if day is not None]
    return InForce(edition, since if isinstance(since, datetime.date) else None, min(ends, default=None))
