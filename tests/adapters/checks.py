"""What the tests of several adapters ask of ``parse``: how it refuses a document, and how it bears damage."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import openpyxl
import pytest

from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed
from civic_tracker.errors import CivicTrackerError, DocumentError

SYNTHETIC = Path(__file__).parent / "synthetic"

Parser = Callable[[Document], Parsed]


def html_page(body: str, title: str = "Example tracker", head: str = "") -> str:
    opening = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
    return f"{opening}<body>{body}</body></html>"


def refusal_of(parse: Parser, content: bytes, name: str = "example.html", url: str = "") -> str:
    """The one line in which ``parse`` refuses a document."""
    with pytest.raises(DocumentError) as error:
        parse(Document(name, content, url))
    message = str(error.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message
    return message


def read_of(parse: Parser, copies: Iterable[bytes], name: str, url: str = "") -> Iterator[Parsed]:
    """What ``parse`` makes of those damaged copies that it does not refuse; any other error passes through."""
    for copy in copies:
        try:
            parsed = parse(Document(name, copy, url))
        except CivicTrackerError:
            continue
        yield parsed


def workbook(path: Path, *rows: list[object], sheet: str = "Sheet") -> Document:
    """A workbook of one sheet, saved and read again."""
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    active.title = sheet
    for row in rows:
        active.append(row)
    book.save(path)
    return read_file(path)
