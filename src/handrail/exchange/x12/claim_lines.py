"""The segments of an 837P, one after the other, turned into rows of medical_claim."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, object]

_NOT_FIRST = {"7": "replacements", "8": "voids"}
_UNITS = frozenset({"UN"})
_MODIFIERS, _DIAGNOSES = 4, 12
_GENDERS = {"F": "female", "M": "male"}


@dataclass
class Reader:
    """What the segments so far say of the claim line being read; a level further out holds for all within it."""

    source: str = ""
    billing: str | None = None
    subscriber: Row = field(default_factory=dict)
    patient: Row = field(default_factory=dict)
    claim: Row = field(default_factory=dict)
    line: Row = field(default_factory=dict)
    begun: int = 0
    passed_over: dict[str, int] = field(default_factory=dict)
    minutes: int = 0

    def take(self, segment: Any, loop: str, at: int) -> Iterator[tuple[Row, int]]:
        """This will take one segment of a loop, and give the claim line that it ends with the segment it began at."""
        name = segment.get_seg_id()
        if name in ("LX", "CLM", "HL", "SE"):
            yield from self._ended()
        match name:
            case "ISA":
                self.source = _value(segment, "ISA06") or ""
            case "HL":
                self._level(_value(segment, "HL03"))
            case "SBR" if loop == "2000B":
                self.subscriber = {}
            case "CLM":
                self._claim(segment)
            case "LX":
                self.begun = at
                self.line = {"claim_line_number": _whole(_value(segment, "LX01"))}
            case "NM1":
                self._name(segment, loop)
            case "DMG":
                self._born(segment, loop)
            case "HI" if loop == "2300":
                self._diagnoses(segment)
            case "DTP":
                self._day(segment, loop)
            case "SV1":
                self._service(segment)

    def person(self) -> Row:
        """This will give the person of the claim being read."""
        member = self.subscriber.get("member_id")
        if not self.patient:
            return {**self.subscriber, "person_id": member}
        told = f"{self.patient.get('birth_date')}|{self.patient.get('first_name')}"
        return {**self.patient, "person_id": f"{member}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"}

    def _ended(self) -> Iterator[tuple[Row, int]]:
        if not self.line:
            return
        frequency = self.claim.get("frequency")
        if frequency in _NOT_FIRST:
            what = _NOT_FIRST[str(frequency)]
            self.passed_over[what] = self.passed_over.get(what, 0) + 1
        else:
            who = self.person()
            known: Row = {
                "data_source": self.source or None,
                "claim_type": "professional",
                "billing_npi": self.billing,
                "person_id": who.get("person_id"),
                "member_id": self.subscriber.get("member_id"),
                "payer": self.subscriber.get("payer"),
                "birth_date": who.get("birth_date"),
                "gender": who.get("gender"),
            }
            yield (
                {**known, **self.claim, **{key: told for key, told in self.line.items() if told is not None}},
                self.begun,
            )
        self.line = {}

    def _level(self, code: str | None) -> None:
        self.claim, self.patient = {}, {}
        if code in ("20", "22"):
            self.subscriber = {}
        if code == "20":
            self.billing = None

    def _claim(self, segment: Any) -> None:
        self.claim = {
            "claim_id": _value(segment, "CLM01"),
            "place_of_service_code": _value(segment, "CLM05-1"),
            "frequency": _value(segment, "CLM05-3"),
        }

    def _name(self, segment: Any, loop: str) -> None:
        npi = _value(segment, "NM109") if _value(segment, "NM108") == "XX" else None
        match loop:
            case "2010AA":
                self.billing = npi
            case "2010BA":
                self.subscriber["member_id"] = _value(segment, "NM109")
            case "2010BB":
                self.subscriber["payer"] = _value(segment, "NM103")
            case "2010CA":
                self.patient["first_name"] = _value(segment, "NM104")
            case "2310B":
                self.claim["rendering_npi"] = npi
            case "2310C":
                self.claim["facility_npi"] = npi
            case "2420A":
                self.line["rendering_npi"] = npi
            case "2420C":
                self.line["facility_npi"] = npi

    def _born(self, segment: Any, loop: str) -> None:
        whose = {"2010BA": self.subscriber, "2010CA": self.patient}.get(loop)
        if whose is not None:
            whose["birth_date"] = _date(_value(segment, "DMG02"))
            whose["gender"] = _GENDERS.get(_value(segment, "DMG03") or "")

    def _diagnoses(self, segment: Any) -> None:
        told = [(_value(segment, f"HI{at:02}-1"), _value(segment, f"HI{at:02}-2")) for at in range(1, _DIAGNOSES + 1)]
        for kind, system in (("ABK ABF", "icd-10-cm"), ("BK BF", "icd-9-cm")):
            codes = [code for qualifier, code in told if qualifier in kind.split() and code]
            if codes:
                self.claim["diagnosis_code_type"] = system
                self.claim |= {f"diagnosis_code_{at}": code for at, code in enumerate(codes, start=1)}

    def _day(self, segment: Any, loop: str) -> None:
        first, _, last = (_value(segment, "DTP03") or "").partition("-")
        match loop, _value(segment, "DTP01"):
            case "2400", "472":
                self.line["claim_line_start_date"] = _date(first)
                self.line["claim_line_end_date"] = _date(last or first)
            case "2300", "435":
                self.claim["admission_date"] = _date(first)
            case "2300", "096":
                self.claim["discharge_date"] = _date(first)

    def _service(self, segment: Any) -> None:
        if _value(segment, "SV101-1") == "HC":
            self.line["hcpcs_code"] = _value(segment, "SV101-2")
            for at in range(1, _MODIFIERS + 1):
                self.line[f"hcpcs_modifier_{at}"] = _value(segment, f"SV101-{at + 2}")
        if _value(segment, "SV103") in _UNITS:
            self.line["service_unit_quantity"] = _number(_value(segment, "SV104"))
        else:
            self.minutes += 1
        self.line["place_of_service_code"] = _value(segment, "SV105")


def _value(segment: Any, place: str) -> str | None:
    told = segment.get_value(place)
    return told.strip() or None if told else None


def _date(told: str | None) -> date | None:
    """A day as YYYYMMDD. One that no calendar has is told by pyx12."""
    try:
        return date(int(told[:4]), int(told[4:6]), int(told[6:8])) if told and len(told) >= 8 else None
    except ValueError:
        return None


def _whole(told: str | None) -> int | None:
    return int(told) if told and told.isdecimal() else None


def _number(told: str | None) -> Decimal | None:
    try:
        return Decimal(told).quantize(Decimal("0.0001")) if told else None
    except InvalidOperation:
        return None
