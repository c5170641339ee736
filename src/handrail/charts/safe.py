"""An SVG that may stand inside any page: only shapes and text, named for screen readers, the same bytes every time."""

from __future__ import annotations

import hashlib
from xml.etree import ElementTree as Tree

_SPACE = "http://www.w3.org/2000/svg"
_ELEMENTS = {"svg", "g", "path", "rect", "line", "text", "tspan", "circle", "defs", "clipPath"}
_ATTRIBUTES = {
    *(
        "width",
        "height",
        "viewBox",
        "transform",
        "d",
        "x",
        "y",
        "dx",
        "dy",
        "x1",
        "x2",
        "y1",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
    ),
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "opacity"),
    *("stroke-miterlimit", "stroke-linecap", "font-family", "font-size", "font-weight", "font-style"),
    *("text-anchor", "id", "clip-path", "display", "clip-rule", "fill-rule"),
}


def safe_svg(svg: str, title: str, description: str) -> str:
    """This will keep only shapes and text, and name the picture by its title and description.

    What a policy without inline style forbids is not kept: no style, script, link, image, font. Names of parts are
    made from the content, so that several pictures can stand on one page.
    Raises `ValueError` for an element that is not a shape or text: it would be lost without a word.
    """
    root = Tree.fromstring(svg)  # noqa: S314  our own drawing
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get("display") == "none" or child.get("d") == "":
                parent.remove(child)
    names: dict[str, str] = {}
    for part in root.iter():
        part.tag = part.tag.removeprefix(f"{{{_SPACE}}}")
        if part.tag not in _ELEMENTS:
            raise ValueError(f"A picture holds <{part.tag}>, which is neither a shape nor text.")
        part.attrib = {name: value for name, value in part.attrib.items() if name in _ATTRIBUTES}
        if "id" in part.attrib:
            names[part.attrib["id"]] = f"clip{len(names) + 1}"
    _rename(root, names)
    _head(root, title, description)
    mark = "p" + hashlib.sha256(Tree.tostring(root)).hexdigest()[:12]
    _rename(root, {name: f"{mark}-{name}" for name in names.values()})
    for part, kind in zip(root[:2], ("title", "desc"), strict=True):
        part.set("id", f"{mark}-{kind}")
    root.set("aria-labelledby", f"{mark}-title {mark}-desc")
    return Tree.tostring(root, encoding="unicode")


def _head(root: Tree.Element, title: str, description: str) -> None:
    for at, (tag, said) in enumerate((("title", title), ("desc", description))):
        part = Tree.Element(tag)
        part.text = said
        root.insert(at, part)
    root.set("xmlns", _SPACE)
    root.set("role", "img")


def _rename(root: Tree.Element, names: dict[str, str]) -> None:
    for part in root.iter():
        if part.get("id") in names:
            part.set("id", names[part.attrib["id"]])
        used = part.get("clip-path", "")
        if used:
            part.set("clip-path", f"url(#{names[used.removeprefix('url(#').removesuffix(')')]})")
