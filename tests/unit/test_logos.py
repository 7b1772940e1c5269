"""Logos that are uploaded: what draws stays, and nothing else does, whatever somebody hides in a picture."""

from __future__ import annotations

import re
import tracemalloc
from io import BytesIO
from time import perf_counter
from xml.etree import ElementTree as ET
from zlib import compress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from clockify.logos import MOST_BYTES, Logo, clean_logo, logo_problems, width_within
from clockify.svg import ATTRIBUTES, ELEMENTS, SVG
from tests.support.pictures import chunk, png

HEAD = f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20"'
SHAPE = '<path id="a" d="M0 0h9v9z" fill="#f00"/>'


def svg(inside: str, head: str = HEAD + ">", before: str = "") -> bytes:
    return f"{before}{head}{SHAPE}{inside}</svg>".encode()


def cleaned(content: bytes) -> Logo:
    logo, reason = clean_logo(content)
    assert logo is not None, reason
    assert clean_logo(logo.content) == (Logo(logo.content, logo.type), ""), "what is clean stays as it is"
    assert logo_problems(logo.content, logo.type) == []
    return logo


def refused(content: bytes) -> str:
    logo, reason = clean_logo(content)
    assert logo is None, logo
    return reason


def is_harmless(content: bytes) -> bool:
    """Look at what is left by another road: a plain parser, and words that must not be in it."""
    for one in ET.fromstring(content).iter():
        space, _, name = one.tag.rpartition("}")
        assert space == "{" + SVG and name in ELEMENTS, one.tag
        for key, value in one.attrib.items():
            assert key in ATTRIBUTES and not key.startswith("on"), key
            assert key != "href" or value.startswith("#"), value
            assert all(found.startswith("#") for found in re.findall(r"url\(\s*['\"]?(.)", value)), value
            assert "\\" not in value
    plain = re.sub(rb"\s", b"", content.replace(SVG.encode(), b"")).lower()
    return not any(word in plain for word in (b"script", b"http", b"evil", b"data:", b"@import", b"file:", b"<!", b"<?", b"&xx"))


# What is hidden in it: all of it goes, and the shape stays.
HOSTILE = {
    "a script": "<script>alert('evil')</script>",
    "a script that is loaded": '<script xlink:href="https://evil.test/x.js"/>',
    "a script of another namespace": '<x:script xmlns:x="http://www.w3.org/1999/xhtml">evil()</x:script>',
    "a script in a shape": "<g><path d='M0 0'><script>evil()</script></path></g>",
    "what happens when it is loaded": '<rect width="1" height="1" onload="evil()" onmouseover="evil()"/>',
    "what happens in capitals": '<rect width="1" height="1" ONLOAD="evil()"/>',
    "a page inside": '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.test"/></foreignObject>',
    "a link that runs": '<a xlink:href="javascript:evil()"><rect width="1" height="1"/></a>',
    "a link of SVG 2": '<a href="&#x6A;avascript:evil()"><rect width="1" height="1"/></a>',
    "a picture from elsewhere": '<image href="https://evil.test/spy.png" width="1" height="1"/>',
    "a picture with a page in it": '<image href="data:image/svg+xml;base64,PHN2Zz48c2NyaXB0Lz48L3N2Zz4="/>',
    "a use of another file": '<use xlink:href="https://evil.test/x.svg#a"/>',
    "a use of data": '<use href="data:image/svg+xml,evil#a"/>',
    "a colour from elsewhere": '<rect width="1" height="1" fill="url(https://evil.test/#a)"/>',
    "a colour from elsewhere, written otherwise": '<rect width="1" height="1" fill="u\\72l(https://evil.test)"/>',
    "a colour with a way out": '<rect width="1" height="1" fill="url(#a) url(//evil.test/b)"/>',
    "a mask from elsewhere": '<rect width="1" height="1" mask="url(\'//evil.test/m\')"/>',
    "a style that loads": "<style>@import url(https://evil.test/x.css); path{fill:url(https://evil.test)}</style>",
    "a style with a letter": "<style>@font-face{font-family:x;src:url(https://evil.test/f)}</style><style>*{cursor:url(//evil.test)}</style>",
    "a style of its own": '<rect width="1" height="1" style="background:url(https://evil.test);behavior:url(#evil);fill:url(//evil.test)"/>',
    "a style in comments": "<style>/*</style><style>*/ path{stroke:url(//evil.test)}</style>",
    "a style from elsewhere": '<link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="https://evil.test"/>',
    "a film that sets a link": '<a id="b"><animate attributeName="href" values="javascript:evil()"/><rect width="1" height="1"/></a>',
    "a film that sets an event": '<set attributeName="onload" to="evil()"/>',
    "a filter that loads": '<filter id="f"><feImage href="https://evil.test/x"/></filter><rect width="1" height="1" filter="url(#f)"/>',
    "a handler": '<handler type="application/ecmascript">evil()</handler><listener event="click" handler="#evil"/>',
    "words for other programs": '<metadata><x xmlns="evil:">evil</x></metadata><desc>evil</desc><title>evil</title>',
    "bytes that are no text": "<desc><![CDATA[</svg><script>evil()</script>]]></desc>",
    "an attribute that ends early": '<rect width="1" height="1" fill="&quot;/&gt;&lt;script&gt;evil()"/>',
    "an embedded picture": '<embed src="https://evil.test"/><object data="https://evil.test"/><video src="https://evil.test"/>',
    "another base": '<rect xml:base="https://evil.test/" width="1" height="1"/>',
    "a pattern": '<pattern id="p"><image href="https://evil.test"/></pattern><rect width="1" height="1" fill="url(#p)"/>',
    "an order to the browser": '<?xml-stylesheet href="https://evil.test/x.css"?>',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_hidden_in_an_svg_goes_and_its_shapes_stay(what: str) -> None:
    logo = cleaned(svg(HOSTILE[what]))
    assert is_harmless(logo.content)
    assert b'<path id="a" d="M0 0h9v9z" fill="#f00" />' in logo.content


def test_what_stands_on_the_root_goes_too() -> None:
    head = f'{HEAD} onload="evil()" style="fill:url(//evil.test);stroke:none" class="x" baseProfile="full" id="b" fill="none">'
    logo = cleaned(svg("", head))
    assert is_harmless(logo.content)
    assert logo.content.startswith(f'<svg fill="none" stroke="none" xmlns="{SVG}" viewBox="0 0 40 20" width="40" height="20">'.encode())
    assert logo.left_out == ("fill", "onload")


def test_what_is_taken_away_is_named() -> None:
    logo = cleaned(svg('<script/><image href="x"/><rect onclick="x()" width="1" height="1"/><title>quiet</title><use href="x.svg"/>'))
    assert logo.left_out == ("href", "image", "onclick", "script")
    assert cleaned(svg("<title>Team</title><metadata/>")).left_out == ()


ENTITIES = "<!DOCTYPE svg [<!ENTITY a 'ha'>{}]>"
LAUGHS = "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
REFUSED = {
    "a billion laughs": (svg("<text>&i;</text>", before=ENTITIES.format(LAUGHS)), "declares entities"),
    "a file of the server": (
        svg("<text>&x;</text>", before=ENTITIES.format("<!ENTITY x SYSTEM 'file:///etc/passwd'>")),
        "declares entities",
    ),
    "an entity of parameters": (svg("", before=ENTITIES.format("<!ENTITY % p SYSTEM 'https://evil.test/d'> %p;")), "declares entities"),
    "an entity that nobody declared": (svg("<text>&x;</text>"), "damaged"),
    "circles": (svg('<g id="c"><use href="#c"/></g>'), "in circles"),
    "circles through two": (
        svg(
            '<clipPath id="c"><use href="#a" clip-path="url(#d)"/></clipPath>'
            '<clipPath id="d"><use href="#a" clip-path="url( \'#c\' )"/></clipPath>'
        ),
        "in circles",
    ),
    "more shapes than there are atoms": (
        svg("".join(f'<g id="g{n}">{f"""<use href="#{f"g{n - 1}" if n else "a"}"/>""" * 10}</g>' for n in range(12))),
        "too often",
    ),
    "a chain of uses": (svg("".join(f'<use id="u{n}" href="#u{n + 1}"/>' for n in range(2_000))), "too often"),
    "parts within parts": (svg("<g>" * 100 + "</g>" * 100), "within each other"),
    "too many parts": (svg("<g/>" * 20_000), "parts"),
    "styles that grow": (
        svg(
            "<style>.a{" + "".join(f"{name}:{'x' * 200};" for name in ("fill", "stroke", "color")) + "}</style>" + '<g class="a"/>' * 2_000
        ),
        "too large",
    ),
    "no size": (svg("", f'<svg xmlns="{SVG}">'), "how large"),
    "no size but of the page": (svg("", f'<svg xmlns="{SVG}" width="100%" height="100%">'), "how large"),
    "a size of nothing": (svg("", f'<svg xmlns="{SVG}" viewBox="0 0 0 5">'), "how large"),
    "an endless size": (svg("", f'<svg xmlns="{SVG}" viewBox="0 0 1e99 1e99">'), "how large"),
    "a size that is none": (svg("", f'<svg xmlns="{SVG}" viewBox="0 0 nan inf">'), "how large"),
    "nothing to draw": (
        f"{HEAD}><image href='data:image/png;base64,AAAA'/></svg>".encode(),
        "Nothing in this SVG can be drawn as a logo: image",
    ),
    "a page": (b"<html><body><script>evil()</script></body></html>", "no SVG"),
    "an svg of another": (b'<svg xmlns="evil:"><path d=""/></svg>', "no SVG"),
    "half an svg": (svg("")[:-4], "damaged"),
    "an svg and a page": (svg("") + b"<script>evil()</script>", "damaged"),
    "no bytes": (b"", "neither"),
    "a GIF": (b"GIF89a" + b"\0" * 90, "neither"),
    "a zipped svg": (b"\x1f\x8b\x08\0" + b"\0" * 90, "neither"),
    "an unknown code": (b'<?xml version="1.0" encoding="evil-8"?>' + svg(""), "damaged"),
    "a wide code": (("\ufeff" + svg("").decode()).encode("utf-32-le"), "neither"),
    "too large a file": (svg("<!-- " + "x" * MOST_BYTES + " -->"), "at most 200 KB"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cant_be_cleaned_is_refused_with_a_sentence_and_soon(what: str) -> None:
    content, words = REFUSED[what]
    begun = perf_counter()
    assert words in refused(content)
    assert perf_counter() - begun < 3
    assert "evil" not in refused(content)


@pytest.mark.parametrize(
    "style",
    [
        "/*" * 50_000,
        "@media x{" * 20_000,
        "{" * 90_000,
        "@" * 100_000,
        ".a{fill:red}" * 8_000,
        "," * 100_000 + "{fill:red}",
        ";".join(["x:url("] * 20_000),
    ],
)
def test_a_style_as_large_as_allowed_is_read_soon(style: str) -> None:
    begun = perf_counter()
    clean_logo(svg(f"<style>{style}</style>" + f'<g class="a {"b " * 100}"/>' * 300))
    clean_logo(svg(f'<g style="{style.replace("<", "")}" fill="{style[:90_000]}"/>'))
    assert perf_counter() - begun < 3


def test_styles_that_would_be_hundreds_of_megabytes_are_refused_before_they_are_written() -> None:
    long = "x" * 50_000
    content = svg(f"<style>.a{{fill:{long};stroke:{long};color:{long}}}</style>" + '<g class="a"/>' * 2_500)
    tracemalloc.start()
    try:
        assert "too large" in refused(content)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_an_svg_of_drawing_programs_keeps_its_colours() -> None:
    """As Illustrator, Figma and Inkscape write: a document type, classes, styles, a switch, links with a prefix."""
    before = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    inside = """<style type="text/css"><![CDATA[ .st0,.st1{fill:#1b4d89;stroke:none!important} .st1{fill:url('#g')} /* x */
      @media (prefers-color-scheme: dark){ .st0{fill:#fff} } #q{opacity:.5} rect{fill:#000;opacity:1}
      path.st0{fill:#fff} .st0{g{fill:#fff}} ]]></style>
      <defs><linearGradient id="g" gradientTransform="rotate(90 0.5,0.5)">
      <stop offset="0%" style="stop-color: rgb(1, 2, 3)"/></linearGradient>
      <clipPath id="c"><rect width="9" height="9"/></clipPath></defs>
      <switch><foreignObject requiredExtensions="x"/><g clip-path="url(#c)"><rect class="st0" x="1"/>
      <rect class="st1" id="q" fill="red"/></g></switch>
      <use xlink:href="#q" transform="translate(3, 4) scale(.5)"/>
      <text font-family="'Open Sans', &quot;Arial&quot;" x="1">A &amp; <tspan dy="1">B</tspan></text>"""
    text = cleaned(svg(inside, before=before)).content.decode()
    assert '<rect x="1" fill="#1b4d89" opacity="1" stroke="none" />' in text
    assert '<rect id="q" fill="url(\'#g\')" opacity=".5" stroke="none" />' in text
    assert '<g><g clip-path="url(#c)">' in text
    assert '<use href="#q" transform="translate(3, 4) scale(.5)" />' in text
    assert '<stop offset="0%" stop-color="rgb(1, 2, 3)" />' in text
    assert '<text font-family="Open Sans, Arial" x="1">A &amp; <tspan dy="1">B</tspan></text>' in text
    assert "class" not in text and "style" not in text


def test_a_size_in_other_units_is_taken_where_no_box_is_said() -> None:
    text = cleaned(svg("", f'<svg xmlns="{SVG}" width="12.5mm" height="40px">')).content.decode()
    assert 'viewBox="0 0 12.5 40" width="12.5" height="40"' in text


def test_an_svg_may_be_in_another_code_and_without_a_namespace() -> None:
    drawing = svg("<text>Ölund</text>", '<svg viewBox="0 0 9 9">').decode()
    for content in (("\ufeff" + drawing).encode("utf-16-le"), ("\ufeff" + drawing).encode(), b"\n " + drawing.encode()):
        assert "<text>Ölund</text>".encode() in cleaned(content).content


@settings(max_examples=60)
@given(st.text(st.sampled_from(list("<>/='\"#();:{}@&!-\\ url.ahrefonstylepathxg")), max_size=80))
def test_no_text_is_more_than_a_clean_logo_or_a_sentence(text: str) -> None:
    for content in (text.encode(), svg(text), svg(f"<style>{text}</style>"), svg(f'<rect fill="{text}" style="{text}"/>')):
        logo, reason = clean_logo(content)
        assert (logo is None) == bool(reason)
        assert logo is None or ET.fromstring(cleaned(content).content).tag == "{" + SVG + "}svg"


# PNG

PASSES = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (5, 9), (8, 8), (17, 6)])
def test_a_png_that_comes_in_passes_has_the_lines_of_each(width: int, height: int) -> None:
    """By the table of the standard, dot by dot: https://www.w3.org/TR/png-3/#8Interlace."""
    lines = b""
    for number in "1234567":
        rows = [sum(PASSES[y % 8][x % 8] == number for x in range(width)) for y in range(height)]
        lines += b"".join(b"\0" + b"\x7f" * dots for dots in rows if dots)
    cleaned(png(width, height, drawn=lines, interlaced=True))
    assert "can't be drawn" in refused(png(width, height, drawn=lines[:-1], interlaced=True))
    assert "can't be drawn" in refused(png(width, height, drawn=lines + b"\0", interlaced=True))


def test_a_png_stays_as_it_is_drawn_without_what_is_hidden_in_it() -> None:
    hidden = [chunk(b"tEXt", b"Author\0evil"), chunk(b"iTXt", b"x\0\0\0\0\0evil"), chunk(b"eXIf", b"evil"), chunk(b"iCCP", b"evil\0\0")]
    logo = cleaned(png(30, 20, *hidden, chunk(b"acTL", b"\0\0\0\2\0\0\0\0")) + b"<script>evil()</script>")
    assert logo == Logo(png(30, 20), "png")
    assert Image.open(BytesIO(logo.content)).getpixel((3, 3)) == 0x7F


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pngs_of_every_sort_pass(mode: str) -> None:
    written = BytesIO()
    Image.new(mode, (7, 5)).save(written, "PNG", optimize=True)
    logo = cleaned(written.getvalue())
    assert Image.open(BytesIO(logo.content)).size == (7, 5)


WRONG_PNGS = {
    "torn": (png(30, 20)[:-20], "not all of it"),
    "only its signature": (png(1, 1)[:8], "damaged"),
    "a changed byte": (png(30, 20).replace(b"IDAT\x78", b"IDAT\x79"), "not all of it"),
    "a picture that is too short": (png(30, 20, drawn=b"\0" * 31), "can't be drawn"),
    "a picture that is too long": (png(30, 20, drawn=b"\0" * 31 * 21), "can't be drawn"),
    "a picture that is no picture": (png(30, 20, drawn=b"\7" * 31 * 20), "can't be drawn"),
    "no picture": (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\10\0\0\0\0") + chunk(b"IEND"), "can't be drawn"),
    "another beginning": (b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", compress(b"\0\0")) + png(1, 1)[8:], "doesn't begin"),
    "a short head": (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\0\1") + chunk(b"IEND"), "doesn't begin"),
    "nothing in it": (png(0, 0, drawn=b""), "has 0 × 0"),
    "too wide": (png(5_000, 2), "has 5000 × 2"),
    "a bomb": (png(60_000, 60_000, drawn=b"\0" * 100_000), "has 60000 × 60000"),
    "too many pixels": (png(4_000, 2_000), "has 4000 × 2000"),
    "a chunk without an end": (b"\x89PNG\r\n\x1a\n" + b"\x7f\xff\xff\xffIHDR" + b"\0" * 20, "damaged"),
    "a JPEG by another name": (b"\xff\xd8\xff\xe0" + b"\0" * 50, "neither"),
    "too large a file": (png(2, 2, chunk(b"tEXt", b"x" * MOST_BYTES)), "at most 200 KB"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_PNGS)
def test_what_is_no_png_is_refused_with_a_sentence_and_soon(what: str) -> None:
    content, words = WRONG_PNGS[what]
    begun = perf_counter()
    assert words in refused(content)
    assert perf_counter() - begun < 2


def test_a_picture_of_more_than_it_says_is_not_unpacked() -> None:
    """Some KB that would be 50 MB: what the head says is read, and no more."""
    content = png(2, 2, drawn=b"\0" * 50_000_000)
    tracemalloc.start()
    try:
        assert "can't be drawn" in refused(content)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "type_", "words"),
    [
        (None, "png", "Without a logo"),
        (png(3, 2), "svg", "uploaded anew"),
        (png(3, 2) + b"x", "png", "uploaded anew"),
        (svg(""), "svg", "uploaded anew"),
        (b"x", "png", "neither"),
    ],
)
def test_only_what_is_clean_may_be_kept(content: bytes | None, type_: str, words: str) -> None:
    (problem,) = logo_problems(content, type_)
    assert words in problem
    assert logo_problems(None, "") == []


@pytest.mark.parametrize(
    ("wide", "high", "width"),
    [(100, 100, 44), (200, 100, 88), (900, 100, 160), (100, 400, 11), (1, 4000, 1)],
)
def test_a_logo_is_as_wide_as_its_shape_lets_it_be(wide: int, high: int, width: int) -> None:
    """Within 160 × 44: a word is no smaller than a square, and no wider than there is room."""
    drawn = cleaned(svg("", f'<svg xmlns="{SVG}" viewBox="0 0 {wide} {high}">'))
    assert width_within(drawn.content, "svg", 160, 44) == width
    buffer = BytesIO()
    Image.new("RGB", (wide, high), "red").save(buffer, "PNG")
    assert width_within(cleaned(buffer.getvalue()).content, "png", 160, 44) == width
