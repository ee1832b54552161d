"""A console that shows publishers' text as text: none of it steers the terminal, is coloured or becomes a picture.

What it prints can be printed in any encoding: a character that a console lacks is written in its nearest readable form.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Span, Text

from civic_tracker.text import legible

WIDTH_OF_LOG = 100_000
"""Where nobody looks at a terminal, a row is a line, however long: it can be searched, compared and cut by others."""

NEAREST = "civic_tracker.nearest"
"""Name of the error handler for encoding: what an encoding lacks becomes the nearest that it has."""


def in_encoding(text: str, encoding: str) -> str:
    """The text as a console of this encoding can show it."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return unicodedata.normalize("NFC", text).encode(encoding, NEAREST).decode(encoding)
    return text


def is_unicode(encoding: str | None) -> bool:
    """Whether an encoding has every character; a stream that names none takes text as it is."""
    return encoding is None or encoding.lower().startswith("utf")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_readable, error.object[error.start : error.end])), error.end


def _readable(char: str) -> str:
    """A character in ASCII: an accent falls, a letter of another script is written as it sounds."""
    from anyascii import anyascii  # most consoles know every character

    if unicodedata.combining(char):
        return ""
    return "".join(letter for letter in anyascii(char) if letter.isprintable()) or "?"


codecs.register_error(NEAREST, _nearest)


class LiteralConsole(Console):
    """Every text that is printed, alone or in a table, comes through here.

    Rich takes a few control characters away, and leaves the one that begins the commands of a terminal.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, emoji=False, **options)

    @property
    def is_log(self) -> bool:
        """Whether lines may be as long as they like, since no terminal has to break them."""
        return self.width >= WIDTH_OF_LOG

    def render_str(self, text: str, **options: Any) -> Text:
        rendered = super().render_str(legible(text), **options)
        return rendered if is_unicode(self.encoding) else _respelt(rendered, self.encoding)

    def print(self, *objects: Any, **options: Any) -> None:
        """As Rich prints; but text is broken at blanks only, so that a path or an address can be copied whole."""
        if not self.is_log and all(isinstance(one, str) for one in objects):
            texts = [self.render_str(one, markup=options.pop("markup", None)) for one in objects]
            objects = tuple(line for text in texts for line in _lines(text, self.width))
            options |= {"soft_wrap": True, "sep": "\n"}
        super().print(*objects, **options)


def _lines(text: Text, width: int) -> Iterator[Text]:
    """The lines of a text, broken at blanks; what is broken goes on as far in as it began, behind its dash."""
    for line in text.split("\n", allow_blank=True):
        indent = re.match(r" *(?:- )?", line.plain)
        yield from _broken(line, width, indent.end() if indent else 0)


def _broken(line: Text, width: int, indent: int) -> Iterator[Text]:
    ends: list[int] = []
    began = 0
    for word in re.finditer(r"[^ ]+", line.plain):
        room = width - (indent if ends else 0)
        if word.start() > max(began, indent) and cell_len(line.plain[began : word.end()]) > room:
            began = word.start()
            ends.append(began)
    for place, part in enumerate(line.divide(ends)):
        part.rstrip()
        yield Text(" " * indent).append_text(part) if place else part


def _respelt(text: Text, encoding: str) -> Text:
    """The text in the letters of an encoding, done after its markup was read: U+3010 becomes a bracket."""
    if in_encoding(text.plain, encoding) == text.plain:
        return text
    pieces = [in_encoding(char, encoding) for char in text.plain]
    starts = [0, *accumulate(map(len, pieces))]
    respelt = text.blank_copy("".join(pieces))
    respelt.spans = [Span(starts[one.start], starts[one.end], one.style) for one in text.spans]
    return respelt
