"""The records of a public scraper's JSON copy of ICNL's tracker, which dropped the links and the labels of the page."""

from collections.abc import Iterator
from typing import Any

from civic_tracker.documents.document import Document, json_of
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, quoted

_NEEDED = {"country", "title", "date"}


def records_of(document: Document) -> Iterator[dict[str, str]]:
    """The entries of all tables, which may lie in lists of lists; each field as text without surplus blanks.

    Raises:
        DocumentError: when a value is no such table, a record lacks a needed field, or there is none at all.
    """
    waiting = [json_of(document)]
    found = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
            continue
        table = value.get("table") if isinstance(value, dict) else None
        if not isinstance(table, list):
            raise DocumentError(f"{document.name}: expected lists of objects with a 'table', found {_shown(value)}")
        for record in table:
            found += 1
            if not isinstance(record, dict) or not record.keys() >= _NEEDED:
                raise DocumentError(
                    f"{document.name}: expected country, title and date in entry {found}, found {_shown(record)}"
                )
            if wrong := [name for name, text in record.items() if not isinstance(text, str | None)]:
                raise DocumentError(
                    f"{document.name}: expected text in {quoted(wrong[0])} of entry {found}, "
                    f"found {_shown(record[wrong[0]])}"
                )
            yield {name: " ".join((text or "").split()) for name, text in record.items()}
    if not found:
        raise DocumentError(f"{document.name}: expected a 'table' with the tracker's entries, found none.")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(map(named, sorted(value)[:8])) or 'nothing'}"
    return f"a list of {len(value)}" if isinstance(value, list) else quoted(str(value))
