"""What pyx12 finds wrong with a file, in our words: never the value, only the segment and the element."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pyx12.error_handler import errh_null  # type: ignore[import-untyped]

from handrail.exchange.folders.troubles import SHOWN, Place, Trouble

READ = frozenset({"BHT", "CLM", "DMG", "DTP", "HI", "HL", "LX", "NM1", "SBR", "SV1"})
"""Segments that are read. An element that is wrong elsewhere changes no claim line; it is counted and told."""

_ENVELOPES = frozenset({"ISA", "GS", "GE", "IEA"})

_OF_SEGMENT: Mapping[str, str] = MappingProxyType(
    {
        "1": "is no segment that may stand here.",
        "2": "may not stand here.",
        "3": "is needed here and missing.",
        "4": "stands in a loop that occurs too often.",
        "5": "occurs too often.",
        "6": "is not part of this transaction.",
        "7": "stands out of order.",
        "8": "has elements that are wrong together, or too many.",
        "LX": "does not number the service lines of its claim one by one.",
        "HL1": "does not number the levels of its transaction one by one.",
        "HL2": "names a level above it that is not there.",
    }
)
_OF_ELEMENT: Mapping[str, str] = MappingProxyType(
    {
        "1": "is needed and empty.",
        "2": "is needed beside another element and empty.",
        "3": "is one element too many.",
        "4": "is too short.",
        "5": "is too long.",
        "6": "has a sign that its type does not allow.",
        "7": "is not one of its codes.",
        "8": "is a date that no calendar has.",
        "9": "is a time that no clock has.",
        "10": "may not be given beside another element.",
    }
)
_COUNTED = {"LX": "LX", "HL1": "HL", "HL2": "HL"}
_MEND = "Have the sender correct the claim and send it again; the guide is 005010X222A1."
_AGAIN = "Copy or export the file again: segments are missing or doubled."


@dataclass
class Faults(errh_null):  # type: ignore[misc]
    """Everything wrong with one file, gathered while pyx12 reads it.

    `at` is the segment that pyx12 speaks of, from 1; `reading` gives the one it has come to.
    """

    file: Path
    at: int = 1
    reading: Callable[[], int] = lambda: 1
    segment: str = "ISA"
    unread: int = 0
    _found: dict[tuple[str, str, str, str], list[int]] = field(default_factory=dict)
    _counts: dict[tuple[str, str, str, str], int] = field(default_factory=dict)

    def add(self, code: str, subject: str, says: str, mend: str = _MEND, at: int | None = None) -> None:
        """This will note one fault at a segment; only the first places of each kind are kept."""
        kind = (code, subject, says, mend)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        places = self._found.setdefault(kind, [])
        if len(places) < SHOWN:
            places.append(at or self.at)

    def troubles(self) -> list[Trouble]:
        """This will give every kind of fault with its places."""
        return [
            Trouble(*kind, count=self._counts[kind], places=tuple(Place(self.file, at) for at in sorted(places)))
            for kind, places in self._found.items()
        ]

    def add_seg(self, map_node: Any, seg: Any, seg_count: int, cur_line: int, ls_id: str | None) -> None:  # noqa: ARG002
        """pyx12 calls this before it tells what is wrong with a segment; for one that is missing, with its name."""
        self.at, self.segment = cur_line, str(map_node.id if map_node is not None else seg.get_seg_id())

    def seg_error(
        self,
        err_cde: str,
        err_str: str,
        err_value: str | None = None,  # noqa: ARG002
        src_line: int | None = None,
    ) -> None:
        """pyx12 calls this for a segment that is wrong.

        It counts envelopes on over the interchanges of one file; `handle_errors` hears of those that are truly wrong.
        """
        if err_cde == "5" and self.segment in _ENVELOPES:
            return
        told = err_str.split()[1].partition("*")[0] if err_cde == "1" else self.segment
        name = told if told.isalnum() and len(told) <= 3 else "segment"
        says = _OF_SEGMENT.get(err_cde, "is not as the guide has it.")
        self.add("H431", name, says, at=src_line)

    def ele_error(self, err_cde: str, err_str: str, bad_value: str | None, refdes: str | None = None) -> None:  # noqa: ARG002
        """pyx12 calls this for an element that is wrong."""
        if self.segment in READ:
            self.add("H432", refdes or self.segment, _OF_ELEMENT.get(err_cde, "is not as the guide has it."))
        else:
            self.unread += 1

    def handle_errors(self, err_list: list[Any]) -> None:
        """pyx12 calls this for what it counted: segments, levels, lines, transactions."""
        for kind, code, _, _, line in err_list:
            if kind == "seg":
                self.segment = _COUNTED.get(code, self.segment)
                self.seg_error(code, " segment", None, line or self.reading())
            else:
                says = "does not close what was opened before it, or counts otherwise than what stands in the file."
                self.add("H433", {"st": "SE", "gs": "GE"}.get(kind, "IEA"), says, _AGAIN, self.reading())
