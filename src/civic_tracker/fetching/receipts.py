"""Remembering a document's marks, and asking with them whether it changed."""

from datetime import date
from urllib.parse import unquote

from civic_tracker.documents.document import Document
from civic_tracker.fetching.exchange import Answer
from civic_tracker.fetching.guard import Target
from civic_tracker.model.runs import Receipt
from civic_tracker.text import shorten

_LONGEST_MARK = 1_000


def condition(at: Target, known: Receipt | None) -> dict[str, str]:
    """The fields that make a request conditional (RFC 9110, 13.1), for the address whose answer we know.

    Sent to another one, ``If-Modified-Since`` could be answered 304 for a document that we never had.
    """
    if known is None or known.final_address != at.url:
        return {}
    marks = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: mark for name, mark in marks.items() if mark}


def document_of(at: Target, answer: Answer) -> Document:
    """The document, named for messages by its address without the scheme."""
    name = shorten(unquote(at.url.split("://", 1)[1]), 120).rstrip("/")
    return Document(name=name, content=answer.content, url=at.url)


def receipt_of(document: Document, address: str, answer: Answer, today: date) -> Receipt:
    """What to remember of the answer to ``address`` that came today (a UTC day)."""
    return Receipt(
        address=address,
        final_address=document.url,
        etag=_mark(answer, "etag"),
        last_modified=_mark(answer, "last-modified"),
        media_type=_mark(answer, "content-type").split(";")[0].strip().lower(),
        sha256=document.sha256,
        retrieved=today,
    )


def with_marks(known: Receipt, new: Receipt) -> Receipt:
    """The known receipt of the same bytes, which gains marks where it had none.

    Some servers invent a new mark for each answer: following them would change a file each day.
    """
    if known.etag or known.last_modified:
        return known
    return known.model_copy(update={"etag": new.etag, "last_modified": new.last_modified})


def _mark(answer: Answer, name: str) -> str:
    """A field as it may be sent back; nothing when it holds what no field should."""
    value = answer.fields.get(name, "").strip()
    fits = len(value) <= _LONGEST_MARK and value.isascii() and value.isprintable()
    return value if fits else ""
