"""What a page holds, counted by lxml's parser before a tree of objects is built from it.

An element takes some three bytes of a page and near a thousand in memory, and a tree that is deep takes time by the
square of its depth. The parser is the one that Beautiful Soup uses, so both see the same elements.
"""

from lxml import etree  # type: ignore[import-untyped]

from civic_tracker import limits
from civic_tracker.errors import DocumentError

_BLOCK = 1 << 16


def check_page(name: str, text: str) -> None:
    """Refuse a page of more elements or levels than any real one.

    Raises:
        DocumentError: with the limit.
    """
    counter = _Counter(name)
    parser = etree.HTMLParser(target=counter)
    for start in range(0, len(text), _BLOCK):
        parser.feed(text[start : start + _BLOCK])
    try:
        parser.close()
    except etree.LxmlError:
        return  # nothing that it takes for an element


class _Counter:
    """What the parser calls for each element; it builds nothing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.elements = 0
        self.depth = 0

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1 + len(attributes)
        self.depth += 1
        if self.elements > limits.MOST_ELEMENTS:
            raise DocumentError(
                f"{self.name}: holds more than {limits.MOST_ELEMENTS} elements and attributes, which no page does."
            )
        if self.depth > limits.MOST_LEVELS:
            raise DocumentError(f"{self.name}: nests too deep to be a page (more than {limits.MOST_LEVELS} levels).")

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def comment(self, _text: str) -> None:
        """A comment is an object of the tree, too, but has no end."""
        self.start("", {})
        self.depth -= 1

    def pi(self, _target: str, _text: str | None) -> None:
        self.comment("")

    def close(self) -> None:
        """Nothing is left to tell."""
