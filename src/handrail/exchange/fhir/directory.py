"""Who is who in the files: every resource by its name, and what each kind of FHIR reference points to."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from handrail.exchange.fhir.elements import Element, part, parts, text
from handrail.exchange.fhir.reading import Found, digest

_TYPE_AND_ID = re.compile(r"(?:^|(?P<server>.*)/)(?P<key>[A-Z][A-Za-z]+/[^/?#|\s]+?)(?:/_history/[^/]+)?")

IDENTIFIED = ("Patient", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "EpisodeOfCare")
"""Resource types that others may name by an identifier."""

_WRITTEN = 0


class Directory:
    """Knows each resource by its type and id, its full address, and its identifiers.

    A resource is named here by its key, `Type/id`. `urn:` addresses count within their bundle first, for
    two bundles may use the same one for different things; then in all files.
    """

    def __init__(self) -> None:
        self._digests: dict[str, int] = {}
        self._addresses: dict[str, tuple[str, str]] = {}
        self._in_bundle: dict[tuple[str, str], str] = {}
        self._ambiguous: set[str] = set()
        self._servers: set[str] = set()
        self._identifiers: dict[tuple[str, str], str] = {}
        self._same_person: dict[str, str] = {}

    def add(self, found: Found) -> bool:
        """This will enter a resource; False if its key is taken by one that says something else."""
        said = digest(found.resource)
        if self._digests.setdefault(found.key, said) != said:
            return False
        self._add_address(found)
        if found.type in IDENTIFIED:
            for identifier in parts(found.resource, "identifier"):
                self._add_identifier(found, text(identifier, "system"), text(identifier, "value"))
        return True

    def replace(self, old: str, new: str) -> None:
        """This will let every reference to the patient `old` mean the patient `new` from now on."""
        self._same_person[old] = new

    def takes(self, key: str) -> bool:
        """This will say, once for each resource, that it may be written; a second copy of it may not."""
        if self._digests.get(key, _WRITTEN) == _WRITTEN:
            return False
        self._digests[key] = _WRITTEN
        return True

    def known(self, key: str) -> bool:
        """This will say whether a resource of that key is in the files."""
        return key in self._digests

    def resolve(self, reference: Element, found: Found, expected: str = "") -> str:
        """This will give the key of what a reference in `found` points to, empty where that is not in the files.

        `expected` is the type looked for where the reference names none (an identifier alone). Raises: `ShapeError`.
        """
        key = self._resolve(reference, found, expected)
        seen = {key}
        while key in self._same_person and self._same_person[key] not in seen:
            key = self._same_person[key]
            seen.add(key)
        return key

    def _resolve(self, reference: Element, found: Found, expected: str) -> str:
        address = text(reference, "reference")
        if address.startswith("#"):
            return self._by_identifiers(expected, found.contained(address[1:]))
        if "?" in address:
            before, _, query = address.partition("?")
            return self._by_token(before.rpartition("/")[2], next(iter(parse_qs(query).get("identifier", [])), ""))
        if address:
            key = self._by_address(address, found)
            return key or self._by_uuid(address, expected)
        identifier = part(reference, "identifier")
        token = f"{text(identifier, 'system')}|{text(identifier, 'value')}" if identifier else ""
        return self._by_token(text(reference, "type") or expected, token)

    def _by_address(self, address: str, found: Found) -> str:
        in_bundle = self._in_bundle.get((found.bundle, address))
        if in_bundle or address in self._ambiguous:
            return in_bundle or ""
        if address in self._addresses:
            return self._addresses[address][1]
        named = _TYPE_AND_ID.fullmatch(address)
        if named is None:
            return ""
        server = named["server"]
        is_elsewhere = server and self._servers and server not in self._servers
        return named["key"] if named["key"] in self._digests and not is_elsewhere else ""

    def _by_uuid(self, address: str, expected: str) -> str:
        """Outside of its bundle a `urn:uuid:` still names a resource whose id is that UUID."""
        key = f"{expected}/{address.removeprefix('urn:uuid:')}"
        is_one = address.startswith("urn:uuid:") and address not in self._ambiguous and key in self._digests
        return key if is_one else ""

    def _by_token(self, wanted: str, token: str) -> str:
        system, _, value = token.rpartition("|")
        return self._identifiers.get((wanted, f"{system}|{value}"), "") if value else ""

    def _by_identifiers(self, expected: str, contained: Element) -> str:
        """A contained resource has no name of its own; it is known only by an identifier it shares."""
        wanted = text(contained, "resourceType") or expected
        for identifier in parts(contained, "identifier"):
            if key := self._by_token(wanted, f"{text(identifier, 'system')}|{text(identifier, 'value')}"):
                return key
        return ""

    def _add_address(self, found: Found) -> None:
        address = found.full_url
        if not address:
            return
        if address.endswith(f"/{found.key}"):
            self._servers.add(address.removesuffix(f"/{found.key}"))
            return
        bundle, key = self._addresses.setdefault(address, (found.bundle, found.key))
        if key != found.key:
            self._ambiguous.add(address)
            self._in_bundle[bundle, address] = key
            self._in_bundle[found.bundle, address] = found.key

    def _add_identifier(self, found: Found, system: str, value: str) -> None:
        if not value:
            return
        for token in {f"{system}|{value}", f"|{value}"}:
            if self._identifiers.setdefault((found.type, token), found.key) != found.key:
                self._identifiers[found.type, token] = ""


def type_of(reference: Element, found: Found) -> str:
    """This will give the resource type that a reference names, empty where it names none. Raises: `ShapeError`."""
    if written := text(reference, "type"):
        return written
    address = text(reference, "reference")
    if address.startswith("#"):
        return text(found.contained(address[1:]), "resourceType")
    if "?" in address:
        return address.partition("?")[0].rpartition("/")[2]
    named = _TYPE_AND_ID.fullmatch(address)
    return named["key"].partition("/")[0] if named else ""
