"""Segments of 837P files, of invented people."""

from __future__ import annotations

from collections.abc import Sequence

ISA = "ISA*00*          *00*          *ZZ*EXAMPLECLINIC  *ZZ*EXAMPLEPAYER   *260105*1200*^*00501*{number:09}*0*T*:"
CLINIC = (
    "NM1*41*2*EXAMPLE CLINIC*****46*EXAMPLECLINIC", "PER*IC*NOBODY*TE*5555550100",
    "NM1*40*2*EXAMPLE PAYER*****46*EXAMPLEPAYER", "HL*1**20*1", "NM1*85*2*EXAMPLE CLINIC*****XX*1900000001",
    "N3*1 EXAMPLE STREET", "N4*LINCOLN*NE*685080000", "REF*EI*123456789",
)  # fmt: skip
LINES = ("LX*1", "SV1*HC:H0015:HF*150*UN*1***1", "DTP*472*D8*20260105")


def subscriber(number: int, member: str = "M001", *, has_dependent: bool = False) -> list[str]:
    """The level of a subscriber; she is the patient, unless a dependent follows."""
    is_self = "" if has_dependent else "18"
    told = [
        f"HL*{number}*1*22*{int(has_dependent)}",
        f"SBR*P*{is_self}*******MC",
        f"NM1*IL*1*EXAMPLE*ADA****MI*{member}",
    ]
    if not has_dependent:
        told += ["N3*2 EXAMPLE STREET", "N4*LINCOLN*NE*685080000", "DMG*D8*19900101*F"]
    return [*told, "NM1*PR*2*EXAMPLE PAYER*****PI*EXAMPLEPAYER"]


def dependent(number: int, parent: int, name: str = "BEN") -> list[str]:
    """The level of a patient who is not the subscriber."""
    who = [f"NM1*QC*1*EXAMPLE*{name}", "N3*2 EXAMPLE STREET", "N4*LINCOLN*NE*685080000", "DMG*D8*20100203*M"]
    return [f"HL*{number}*{parent}*23*0", "PAT*19", *who]


def claim(name: str = "C1", lines: Sequence[str] = LINES, *, frequency: str = "1") -> list[str]:
    """One claim with its lines."""
    told = [f"CLM*{name}*300***57:B:{frequency}*Y*A*Y*Y"]
    if frequency != "1":
        told.append("REF*F8*ORIGINAL1")
    return [*told, "HI*ABK:F1120*ABF:F329", "NM1*82*1*EXAMPLE*CLARA****XX*1000000001", *lines]


def transaction(*parts: Sequence[str], number: int = 1) -> list[str]:
    """One transaction set of one clinic."""
    body = ["BHT*0019*00*0001*20260105*1200*CH", *CLINIC, *(segment for part in parts for segment in part)]
    return [f"ST*837*{number:04}*005010X222A1", *body, f"SE*{len(body) + 2}*{number:04}"]


def envelope(*transactions: Sequence[str], number: int = 1) -> list[str]:
    """One interchange of several transaction sets."""
    head = [ISA.format(number=number), f"GS*HC*EXAMPLECLINIC*EXAMPLEPAYER*20260105*1200*{number}*X*005010X222A1"]
    tail = [f"GE*{len(transactions)}*{number}", f"IEA*1*{number:09}"]
    return [*head, *(segment for one in transactions for segment in one), *tail]
