"""What paper needs of a page and a browser does by itself: drawings that bear their own looks, and no long fold.

WeasyPrint applies the style of a page to no element inside an SVG, and stretches the lines of a drawing with it. So
``for_paper`` writes what the page's style says of SVG as attributes of the elements, and draws stretched drawings at
their size. Only a tree of the page is changed, before it is laid out: the page itself has none of this.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from civic_tracker.words.languages import Language

POINTS = 8
"""The size of text on paper, in points: what a rem is."""
MOST_ROWS = 12
"""The longest table of a timeline's counts that is printed."""

_SVG = "{http://www.w3.org/2000/svg}"
_REM = POINTS * 96 / 72
_LOOKS = frozenset({"fill", "stroke", "text-anchor", "font-size"})
_PLOT_WIDTH = 427.0  # what the other columns of the lanes leave of the width of A4, in pixels
_LANE_HEIGHT, _FIRST_HEIGHT, _AXIS_HEIGHT = 26.0, 44.0, 15.0
_STEP = re.compile(r"([MLHVhv])([^MLHVhv]*)")


def for_paper(page: Element, say: Language) -> None:
    """Make the tree of a page, as WeasyPrint reads it, ready for paper."""
    _write_looks(page)
    for row in page.iter("tr"):
        for cell in row.findall("td"):
            drawing = cell.find(f"{_SVG}svg")
            if drawing is None:
                continue
            if cell.get("class") == "tl-plot":
                _draw_lane(drawing, _FIRST_HEIGHT if row.get("class") == "tl-all" else _LANE_HEIGHT)
            elif cell.get("class") == "tl-axis":
                _give_size(drawing, _AXIS_HEIGHT)
    for legend in page.iterfind(".//p[@class='tl-legend']/span"):
        _name_keys(legend)
    for figure in page.iterfind(".//figure[@class='timeline']"):
        _leave_out_long_table(figure, say)


def _write_looks(page: Element) -> None:
    """The declarations of the page's style sheet about SVG, as attributes of the elements they are about.

    Rules inside ``@media`` are left: what the charts say there is for telephones.
    """
    import cssselect2  # type: ignore[import-untyped]  # comes with WeasyPrint, which is optional

    matcher = cssselect2.Matcher()
    for sheet in page.iter("style"):
        for selectors, looks in _rules(sheet.text or ""):
            for selector in selectors:
                matcher.add_selector(selector, looks)
    for one in cssselect2.ElementWrapper.from_html_root(page).iter_subtree():
        if one.etree_element.tag.startswith(_SVG):
            for *_, looks in matcher.match(one):  # the weakest rule first
                one.etree_element.attrib.update(looks)


def _rules(style: str) -> list[tuple[list[Any], dict[str, str]]]:
    """The selectors of each rule that says something of SVG, and what it says."""
    import cssselect2
    import tinycss2  # type: ignore[import-untyped]

    found = []
    for rule in tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        said = {
            one.lower_name: _in_pixels(tinycss2.serialize(one.value).strip())
            for one in tinycss2.parse_blocks_contents(rule.content)
            if one.type == "declaration" and _is_look(one.lower_name)
        }
        if said:
            found.append((cssselect2.compile_selector_list(rule.prelude), said))
    return found


def _is_look(name: str) -> bool:
    return name in _LOOKS or name.startswith("stroke-")


def _in_pixels(value: str) -> str:
    """WeasyPrint takes a rem inside an SVG for the size of the text around it."""
    return f"{float(value[:-3]) * _REM:g}px" if re.fullmatch(r"[\d.]+rem", value) else value


def _draw_lane(drawing: Element, height: float) -> None:
    """The stretched drawing in a lane becomes paths at their size, whose lines are as thin as they should be."""
    _give_size(drawing, height)
    for inner in drawing.findall(f"{_SVG}svg"):
        box = [float(number) for number in inner.attrib.pop("viewBox").split()]
        inner.attrib.pop("preserveAspectRatio", None)
        inner.tag = f"{_SVG}g"
        for path in inner.iter(f"{_SVG}path"):
            path.set("d", stretched(path.get("d", ""), (box[0], box[1]), (_PLOT_WIDTH / box[2], height / box[3])))


def _give_size(drawing: Element, height: float) -> None:
    drawing.set("viewBox", f"0 0 {_PLOT_WIDTH:g} {height:g}")


def stretched(path: str, origin: tuple[float, float], scale: tuple[float, float]) -> str:
    """A path of ``charts`` moved so that ``origin`` is 0 0, then stretched to the right and downward."""
    return "".join(letter + _placed(letter, values.split(), origin, scale) for letter, values in _STEP.findall(path))


def _placed(letter: str, values: list[str], origin: tuple[float, float], scale: tuple[float, float]) -> str:
    ways = (1,) if letter in "Vv" else (0,) if letter in "Hh" else (0, 1)
    placed = []
    for way, value in zip(ways, values, strict=True):
        begin = 0.0 if letter.islower() else origin[way]
        placed.append(f"{round((float(value) - begin) * scale[way], 2):g}")
    return " ".join(placed)


def _name_keys(legend: Element) -> None:
    """Each drawing of a PDF/UA file has words; a browser need not tell of a key beside its words."""
    words = " ".join("".join(legend.itertext()).split())
    for key in legend.findall(f"{_SVG}svg"):
        title = SubElement(key, f"{_SVG}title")
        title.text = words


def _leave_out_long_table(figure: Element, say: Language) -> None:
    """A table of more than ``MOST_ROWS`` rows would fill pages: a sentence stands for it."""
    for fold in figure.findall("details"):
        if len(fold.findall(".//tbody/tr")) <= MOST_ROWS:
            continue
        fold.clear()
        fold.tag = "p"
        fold.set("class", "soft")
        fold.text = say.gettext("The counts of the bars make a long table; it is in the web page of this report.")
