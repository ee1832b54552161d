"""Opening a publisher's document: bytes to a page, a table or a JSON value, with limits, and without guessing.

Publishers' files are hostile input. Each opener checks what it was given before it hands anything on, and says in one
line what it expected and what it found.
"""

import codecs
import hashlib
import json
import re
import stat
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning

from civic_tracker import limits
from civic_tracker.documents.page_size import check_page
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import is_term, quoted
from civic_tracker.limits import MAX_MEGABYTES, MEGABYTE
from civic_tracker.text import clean

SPREADSHEET_MAGIC = b"PK\x03\x04"
OLD_SPREADSHEET_MAGIC = b"\xd0\xcf\x11\xe0"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_AS_BROWSERS_READ = {"ascii": "cp1252", "iso8859-1": "cp1252"}  # https://encoding.spec.whatwg.org/#names-and-labels
_NO_PAGE_HAS = frozenset(  # codecs of Python that are no encodings of text, or take time by the square of the length
    {"base64", "bz2", "hex", "idna", "punycode", "quopri", "raw-unicode-escape", "rot-13", "undefined"}
    | {"unicode-escape", "uu", "zlib"}
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body|div|p|h[1-6]|table|article|section|ul|span)\b", re.IGNORECASE)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_MARKUP_ONLY = re.compile(r"<[a-z!/][^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """The bytes of one document as received, and what is known of where they come from.

    ``name`` is the file's name, for messages; ``url`` the address it was saved from, empty when unknown.
    """

    name: str
    content: bytes
    url: str = ""

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_file(path: Path, *, url: str = "", max_megabytes: int = MAX_MEGABYTES) -> Document:
    """Read a file from disk; refuse one that is missing, empty, larger than ``max_megabytes``, or a device or pipe.

    Raises:
        DocumentError: with the file's name and what to do.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise DocumentError(f"{path}: {_kind_of_place(about.st_mode)}")
        if about.st_size > max_megabytes * MEGABYTE:
            raise DocumentError(
                f"{path}: is {about.st_size / MEGABYTE:.0f} MB; the limit for this source is {max_megabytes} MB. "
                "Check that it is the right file; raise max_megabytes in the source's declaration if it is."
            )
        with path.open("rb") as stream:  # a file of the system may be endless and say that it is empty
            content = stream.read(max_megabytes * MEGABYTE + 1)
        if len(content) > max_megabytes * MEGABYTE:
            raise DocumentError(f"{path}: grows while it is read, beyond the limit of {max_megabytes} MB.")
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if not content.strip():
        raise DocumentError(f"{path}: is empty. Download or save it again.")
    return Document(name=path.name, content=content, url=url)


def _kind_of_place(mode: int) -> str:
    """What stands in the place of a file, and what to do; to read a pipe or a device may never end."""
    if stat.S_ISDIR(mode):
        return "is a folder, not a file."
    kinds = (
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    kind = next((name for is_kind, name in kinds if is_kind(mode)), "no file")
    return f"is {kind}, not a file. Save what it gives to a file, and give that."


def text_of(document: Document) -> str:
    """The document's text, by its byte order mark, the charset its markup declares, else UTF-8. Never by guess.

    Raises:
        DocumentError: when the bytes are not text in that encoding.
    """
    content = document.content
    if not content.strip():
        raise DocumentError(f"{document.name}: is empty.")
    if content.startswith((SPREADSHEET_MAGIC, OLD_SPREADSHEET_MAGIC, b"%PDF", b"\x1f\x8b")):
        raise DocumentError(f"{document.name}: expected text, found a binary file ({_kind_of_binary(content)}).")
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "")
    if not encoding:
        declared = _META_CHARSET.search(content[:4096])
        encoding = declared.group(1).decode("ascii") if declared else "utf-8"
    codec = _codec(encoding)
    if codec is None:
        raise DocumentError(
            f"{document.name}: declares the unknown encoding {quoted(encoding)}. Save it again as UTF-8."
        )
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        byte = content[error.start : error.start + 1].hex()
        raise DocumentError(
            f"{document.name}: is not {encoding} text (byte 0x{byte} at position {error.start}). "
            "Save it again as UTF-8."
        ) from error
    if "\x00" in text:
        raise DocumentError(f"{document.name}: holds NUL bytes, so it is not text. Save it again as UTF-8.")
    return text


def _codec(label: str) -> str | None:
    """Python's codec for an encoding as browsers understand its label; ``None`` when no page can have it."""
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return None if name in _NO_PAGE_HAS else _AS_BROWSERS_READ.get(name, name)


def page_of(document: Document) -> BeautifulSoup:
    """The document as a parsed HTML page.

    Raises:
        DocumentError: when it is not HTML, was cut off before its end, or meets one of ``limits``.
    """
    text = text_of(document)
    if not _TAG.search(text):
        raise DocumentError(f"{document.name}: expected an HTML page, found {describe(text)}.")
    lowered_head, lowered_tail = text[:5000].lower(), text[-5000:].lower()
    if "<html" in lowered_head and "</html" not in lowered_tail:
        raise DocumentError(f"{document.name}: is cut off: the page ends without </html>. Save the whole page again.")
    check_page(document.name, text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(text, "lxml")


def page_title(page: BeautifulSoup) -> str:
    """What a page calls itself, for messages about a page that is not the one expected."""
    title = " ".join(page.title.get_text(" ").split()) if page.title else ""
    return f"a page titled {quoted(title)}" if title else "a page without a title"


def json_of(document: Document) -> Any:
    """The document as a JSON value.

    Raises:
        DocumentError: when it is not JSON, nests deeper than the reader goes, holds more values than ``limits`` allows,
            or escapes half a character.
    """
    text = text_of(document)
    if text.count(",") + text.count("[") + text.count("{") > limits.MOST_VALUES:
        raise DocumentError(f"{document.name}: holds more than {limits.MOST_VALUES} values, which no dataset does.")
    try:
        value = json.loads(text)
        if _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"{document.name}: expected JSON, found {describe(text)} "
            f"(line {error.lineno}, column {error.colno}: {error.msg})."
        ) from error
    except RecursionError as error:
        raise DocumentError(f"{document.name}: nests too deep to be a dataset.") from error
    except UnicodeEncodeError as error:
        raise DocumentError(f"{document.name}: holds half a character, which no file can hold.") from error
    except ValueError as error:  # a number of thousands of digits
        raise DocumentError(f"{document.name}: holds a number that no dataset holds ({error}).") from error
    return value


def is_spreadsheet(document: Document) -> bool:
    return document.content.startswith(SPREADSHEET_MAGIC)


def looks_like_html(document: Document) -> bool:
    """Whether the document starts as a page does; for adapters that read more than one format."""
    head = document.content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html")) or (head.startswith(b"<") and b"<?xml" not in head[:10])


def looks_like_json(document: Document) -> bool:
    return document.content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def describe(text: str) -> str:
    """In a few words, what a text that was not the expected one begins with."""
    if _TAG.search(text[:5000]):
        return "an HTML page"
    if text.lstrip().startswith(("{", "[")):
        return "JSON"
    head = _MARKUP_ONLY.sub(" ", text.lstrip()[:400])
    start = clean(head) if is_term(clean(head)) else clean(head.split("\n", 1)[0])
    return f"text that begins {quoted(start)}" if start else "no text"


def _kind_of_binary(content: bytes) -> str:
    if content.startswith(SPREADSHEET_MAGIC):
        return "a ZIP archive or an .xlsx workbook"
    if content.startswith(OLD_SPREADSHEET_MAGIC):
        return "an old Office document"
    return "a PDF" if content.startswith(b"%PDF") else "a gzip archive"
