"""A page's text line by line, as a reader sees it: block elements and ``<br>`` end a line, links and images are kept.

What a line means is for each adapter to say, and so is which elements of its page are no part of the text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bs4 import Tag
from bs4.element import NavigableString, PageElement

_RANKS = {f"h{rank}": rank for rank in range(1, 7)}
_BLOCKS = frozenset(
    {
        *_RANKS,
        *("address", "article", "aside", "blockquote", "body", "button", "caption", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "form", "header", "hr", "li", "main", "ol", "p", "pre", "section"),
        *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line, and the inline elements around it, outermost first; an image is a run without text."""

    text: str
    inside: tuple[Tag, ...] = ()

    @property
    def link(self) -> Tag | None:
        return next((tag for tag in reversed(self.inside) if tag.name == "a"), None)

    @property
    def image(self) -> Tag | None:
        return self.inside[-1] if self.inside and self.inside[-1].name == "img" else None

    @property
    def is_bold(self) -> bool:
        return any(tag.name in ("b", "strong", "u") for tag in self.inside)


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line: the block element it stands in, the rank of the heading around it (0 for none), and its pieces."""

    block: Tag
    heading: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return " ".join("".join(run.text for run in self.runs).split())

    @property
    def links(self) -> tuple[str, ...]:
        """Where the links lead that show text or an image on this line, as the page writes it."""
        links = {id(run.link): run.link for run in self.runs if run.text.strip() or run.image}
        return tuple(href for link in links.values() if link and (href := str(link.get("href") or "").strip()))


class _Place(NamedTuple):
    """What a node has from the elements around it."""

    block: Tag
    heading: int
    inside: tuple[Tag, ...]


def is_block(tag: Tag) -> bool:
    return tag.name in _BLOCKS


def page_lines(
    root: Tag, *, leave_out: Callable[[Tag], bool], begins_line: Callable[[Tag], bool] = is_block
) -> Iterator[PageLine]:
    """The lines under ``root`` that show text or an image, in the order of the page. Not recursive: pages nest deep.

    ``leave_out`` tells the elements that are no part of the text; ``begins_line`` those whose content stands on lines
    of its own. Comments, scripts and style sheets are never text.
    """
    current = _Place(root, _RANKS.get(root.name, 0), ())
    runs: list[Run] = []
    waiting: list[tuple[PageElement, _Place]] = [(child, current) for child in reversed(root.contents)]
    while waiting:
        node, place = waiting.pop()
        if isinstance(node, Tag):
            if leave_out(node):
                continue
            inside = place.inside if is_block(node) else (*place.inside, node)
            block = node if begins_line(node) else place.block
            place = _Place(block, _heading(node, place.heading), inside)
            waiting.extend((child, place) for child in reversed(node.contents))
        elif type(node) is not NavigableString:
            continue
        if place.block is not current.block or (isinstance(node, Tag) and node.name == "br"):
            yield from _line(current, runs)
            current, runs = place, []
        if not isinstance(node, Tag):
            runs.append(Run(str(node), place.inside))
        elif node.name == "img":
            runs.append(Run("", place.inside))
    yield from _line(current, runs)


def _heading(tag: Tag, around: int) -> int:
    """The rank of the heading that ``tag`` is or stands in; a block other than ``div`` ends one that was left open."""
    if tag.name in _RANKS:
        return _RANKS[tag.name]
    return 0 if is_block(tag) and tag.name != "div" else around


def _line(place: _Place, runs: list[Run]) -> Iterator[PageLine]:
    if any(run.text.strip() or run.image for run in runs):
        yield PageLine(place.block, place.heading, tuple(runs))
