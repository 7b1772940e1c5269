"""An SVG of which only what draws is kept: shapes, colours, gradients and their places, by a list of what may stay.

Nothing that is left can run, load, refer to anything outside, or grow beyond measure when it is drawn. Styles are written into
the elements they are meant for. Sources: https://www.w3.org/TR/SVG2/propidx.html, https://www.w3.org/TR/SVG2/attindex.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.parsers import expat

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
DEEPEST, MOST_ELEMENTS, MOST_DRAWN, LARGEST_SIDE = 60, 10_000, 50_000, 100_000.0

_SHAPES = "path rect circle ellipse line polyline polygon text use"
_OTHERS = "svg g defs symbol tspan linearGradient radialGradient stop clipPath mask"
# What may also be said by a style.
_PROPERTIES = """fill fill-opacity fill-rule clip-rule clip-path mask opacity color display visibility paint-order vector-effect stroke
    stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity stop-color
    stop-opacity font-family font-size font-weight font-style text-anchor letter-spacing word-spacing dominant-baseline"""
_ATTRIBUTES = """id transform x y width height rx ry cx cy r x1 x2 y1 y2 fx fy fr dx dy d points offset viewBox preserveAspectRatio
    gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits href"""
SHAPES, PROPERTIES = frozenset(_SHAPES.split()), frozenset(_PROPERTIES.split())
ELEMENTS, ATTRIBUTES = SHAPES | set(_OTHERS.split()), PROPERTIES | set(_ATTRIBUTES.split())
# What holds others and means nothing by itself.
_HOLDERS = {"a": "g", "switch": "g"}
_WITH_TEXT = {"text", "tspan"}
# Nobody misses these: they draw nothing.
_QUIET = {"title", "desc", "metadata", "style", "view"}
_LOCAL = r"#[\w.-]+"
# No quotes, no backslash (CSS reads letters behind it), no bracket but those of what is known.
_SAFE = re.compile(
    r"(?:(?<![\w-])(?:(?:rgba?|hsla?|matrix|translate|scale|rotate|skew[XY])\([\w\s.,%/+-]*+\)"
    rf"|url\(\s*+(?:'{_LOCAL}'|\"{_LOCAL}\"|{_LOCAL})\s*+\))|[\w\s.,#%+-])*+",
    re.ASCII,
)
_REFERS = re.compile(rf"url\(\s*['\"]?({_LOCAL})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)

Declared = dict[str, tuple[int, str]]


class SvgRefused(Exception):
    """It can't be cleaned; the text is a sentence."""


def clean_svg(content: bytes, most_bytes: int) -> tuple[bytes, tuple[str, ...]]:
    """Return what of an SVG may stay, in UTF-8, and the names of what was taken away and might be missed.

    What has been cleaned stays as it is. Raises SvgRefused.
    """
    root = _parse(content)
    cleaner = _Cleaner(most_bytes, Styles.of(root))
    cleaned = cleaner.element(root, "svg")
    _set_size(cleaned, root)
    if not any(one.tag in SHAPES for one in cleaned.iter()):
        raise SvgRefused(
            "Nothing in this SVG can be drawn as a logo" + (f": {', '.join(sorted(cleaner.left_out))}." if cleaner.left_out else ".")
        )
    _Drawn(cleaned).count(cleaned)
    result = ET.tostring(cleaned, encoding="unicode").encode()
    if len(result) > most_bytes:
        raise SvgRefused(_TOO_LARGE)
    return result, tuple(sorted(cleaner.left_out))


def size_of(cleaned: bytes) -> tuple[float, float]:
    """Return the width and height of an SVG that has been cleaned."""
    root = _parse(cleaned)
    return float(root.get("width", "1")), float(root.get("height", "1"))


_TOO_OFTEN = "Parts of this SVG refer to each other in circles, or too often."
_TOO_LARGE = "This SVG becomes too large when its styles are written into its shapes."


def _parse(content: bytes) -> ET.Element:
    """Read XML into a tree; names have their namespace before them, with a space between."""
    builder, parser = ET.TreeBuilder(), expat.ParserCreate(namespace_separator=" ")
    depth = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise SvgRefused(f"A logo has at most {MOST_ELEMENTS} parts, {DEEPEST} within each other.")
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, builder.data
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = _refuse_subset, _refuse_entity
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise SvgRefused("This is no SVG that can be read: its XML is damaged.") from None
    root = builder.close()
    if root.tag not in ("svg", f"{SVG} svg"):
        raise SvgRefused("This is XML, and no SVG.")
    return root


_ENTITIES = "This SVG declares entities. Save it as plain SVG."


def _refuse_subset(_name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:
    if has_subset:
        raise SvgRefused(_ENTITIES)


def _refuse_entity(*_: object) -> None:
    raise SvgRefused(_ENTITIES)


def _local(name: str) -> str:
    """Return a name of SVG's own without its namespace, "" of any other's."""
    space, _, local = name.rpartition(" ")
    return local if space in ("", SVG) else "href" if name == f"{XLINK} href" else ""


def _is_safe(name: str, value: str) -> bool:
    if name in ("id", "href"):
        return re.fullmatch(_LOCAL if name == "href" else _LOCAL[1:], value, re.ASCII) is not None
    return _SAFE.fullmatch(value) is not None


@dataclass
class _Cleaner:
    """Makes a tree of what may stay; `left_out` gathers the names of what doesn't."""

    most: int
    styles: Styles
    left_out: set[str] = field(default_factory=set)
    size: int = 0

    def element(self, source: ET.Element, tag: str) -> ET.Element:
        """Return an element with what may stay of its attributes and children."""
        attributes = self._attributes(source, tag)
        # Styles are written out for each: what they come to is counted before it is made.
        self.size += sum(len(name) + len(value) for name, value in attributes.items())
        if self.size > self.most:
            raise SvgRefused(_TOO_LARGE)
        made = ET.Element(tag, attributes)
        made.text = source.text if tag in _WITH_TEXT else None
        for child in source:
            name = _local(child.tag)
            name = _HOLDERS.get(name, name)
            if name in ELEMENTS and name != "svg":
                kept = self.element(child, name)
                made.append(kept)
                kept.tail = child.tail if tag in _WITH_TEXT else None
            elif name and name not in _QUIET:
                self.left_out.add(name[:40])
        return made

    def _attributes(self, source: ET.Element, tag: str) -> dict[str, str]:
        own = {local: value for name, value in source.attrib.items() if (local := _local(name))}
        self.left_out |= {name[:40] for name in own if name.startswith("on")}
        may_say = PROPERTIES if tag == "svg" else ATTRIBUTES
        kept: dict[str, str] = {}
        for layer in (own, self.styles.meant_for(tag, own), _declarations(own.get("style", ""))):
            for name, value in layer.items():
                plain = value.replace('"', "").replace("'", "") if name == "font-family" else value
                if name in may_say and _is_safe(name, plain):
                    kept[name] = plain
                elif name in may_say:
                    self.left_out.add(name)
        return kept


@dataclass(frozen=True)
class Styles:
    """What style sheets say, by simple selector ("path", ".cls-1", "#left"): each property with the place at which it was said."""

    by_selector: Mapping[str, Declared]

    @classmethod
    def of(cls, root: ET.Element) -> Styles:
        """Read all style sheets of a tree; rules for some screens only, and for what isn't simple, don't count."""
        found: dict[str, Declared] = {}
        text = "\n".join("".join(one.itertext()) for one in root.iter() if _local(one.tag) == "style")
        for place, (selectors, declarations) in enumerate(_rules(_without_comments(text))):
            declared = {name: (place, value) for name, value in _declarations(declarations).items()}
            for selector in {one.strip() for one in selectors.split(",")}:
                if re.fullmatch(r"[.#]?[\w-]+", selector):
                    found.setdefault(selector, {}).update(declared)
        return cls(found)

    def meant_for(self, tag: str, own: Mapping[str, str]) -> dict[str, str]:
        """Return what holds for an element: ids before classes before names, of equals the last that was said."""
        said: dict[str, tuple[tuple[int, int], str]] = {}
        selectors = [tag, *(f".{one}" for one in own.get("class", "").split()), f"#{own.get('id', '')}"]
        for selector in dict.fromkeys(selectors):
            for name, (place, value) in self.by_selector.get(selector, {}).items():
                rank = ({".": 1, "#": 2}.get(selector[0], 0), place)
                if name not in said or said[name][0] <= rank:
                    said[name] = (rank, value)
        return {name: value for name, (_, value) in said.items()}


def _without_comments(text: str) -> str:
    first, *others = text.split("/*")
    return first + "".join(one.partition("*/")[2] for one in others)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and declarations, those of @media and the like with what stands before their bracket."""
    depth, begin, selectors = 0, 0, ""
    for found in re.finditer("[{};]", text):
        if found[0] == ";" and depth:
            continue
        if found[0] == "{":
            selectors = text[begin : found.start()].strip() if depth == 0 else selectors
            depth += 1
        elif found[0] == "}":
            if depth == 1:
                yield selectors, text[begin : found.start()]
            depth = max(0, depth - 1)
        begin = found.end()


def _declarations(text: str) -> dict[str, str]:
    """Read "fill: red; stroke: none"; only what may be said by an attribute, too."""
    found = {}
    for one in text.split(";"):
        name, _, value = one.partition(":")
        if name.strip() in PROPERTIES:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def _set_size(cleaned: ET.Element, root: ET.Element) -> None:
    """Give the drawing its size and its coordinates: as large as its view box says, or else as it says of itself."""
    box = (root.get("viewBox") or "").replace(",", " ").split()
    if not box:
        sides = [_NUMBER.match(root.get(name, "").strip()) for name in ("width", "height")]
        box = [
            "0",
            "0",
            *(
                side[0] if side and not root.get(name, "").endswith("%") else ""
                for side, name in zip(sides, ("width", "height"), strict=True)
            ),
        ]
    if len(box) != 4 or not all(_NUMBER.fullmatch(one) for one in box) or not all(0 < float(one) <= LARGEST_SIDE for one in box[2:]):
        raise SvgRefused("This SVG doesn't say how large it is: it needs a viewBox, or a width and a height.")
    cleaned.attrib.update({"xmlns": SVG, "viewBox": " ".join(box), "width": box[2], "height": box[3]})


class _Drawn:
    """Counts what is drawn when everything that refers to something else is followed."""

    def __init__(self, root: ET.Element) -> None:
        self._by_id: dict[str, ET.Element] = {}
        for one in root.iter():
            self._by_id.setdefault(f"#{one.get('id', '')}", one)
        self._counted: dict[ET.Element, int] = {}

    def count(self, element: ET.Element, depth: int = 0) -> int:
        """Return how many elements an element stands for; raise SvgRefused if it goes in circles or beyond measure."""
        if element not in self._counted:
            # Who goes in circles comes to no end, and so too deep.
            if depth > 4 * DEEPEST:
                raise SvgRefused(_TOO_OFTEN)
            total = 1 + sum(self.count(one, depth + 1) for one in [*element, *self._referred(element)])
            if total > MOST_DRAWN:
                raise SvgRefused(_TOO_OFTEN)
            self._counted[element] = total
        return self._counted[element]

    def _referred(self, element: ET.Element) -> Iterator[ET.Element]:
        found = [element.get("href", "")]
        for name in ("clip-path", "mask"):
            found += _REFERS.findall(element.get(name, ""))
        return (self._by_id[one] for one in found if one in self._by_id)
