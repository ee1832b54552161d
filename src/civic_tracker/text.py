"""Cleaning text that publishers wrote before it enters the dataset."""

import json
import re
from functools import lru_cache
from urllib.parse import urlsplit

LONGEST_SHOWN = 1_000
"""Characters of one text that a page shows; titles that came through the pipeline are half as long."""

LONGEST_ADDRESS = 8_000
"""Characters of an address; what every server must read, <https://www.rfc-editor.org/rfc/rfc9110#section-4.1-5>."""

_MOST_BLANKS = 4

# Control characters, marks that reverse the reading direction, and code points that no text may hold.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """One line of text without control characters or doubled spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if " " in text else text
    return " ".join(_UNWANTED.sub(" ", text).split())


def legible(text: str) -> str:
    """The text as it is, with U+FFFD for each character that would mislead a reader or break a file.

    For what people see of a text that may not have come through the pipeline, which cleans.
    """
    return text if text.isprintable() else _UNWANTED.sub("\ufffd", text)


def json_text(value: object) -> str:
    """The value as JSON that people read too: what would mislead them is written as its code, and nothing is lost."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return _UNWANTED.sub(lambda one: f"\\u{ord(one[0]):04x}", text) + "\n"


def cut(text: str, longest: int = LONGEST_SHOWN) -> str:
    """The text, cut where it is longer than what a page shows of one text."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def clean_text(text: str) -> str:
    """Text with its paragraphs, each cleaned."""
    if "\n" not in text:
        return clean(text)
    return "\n".join(line for part in text.split("\n") if (line := clean(part)))


def shorten(text: str, longest: int = 200) -> str:
    return cut(clean(text), longest)


def is_text(address: str) -> bool:
    """Whether text stands in the place of an address, in it or behind it: it has more blanks than addresses have."""
    return len(address.split()) > _MOST_BLANKS + 1


def web_address(text: str) -> str:
    """The address, its scheme in small letters and its blanks escaped, when it is http(s) with a host, else nothing."""
    return _web_address(text) if len(text) <= LONGEST_ADDRESS else ""


@lru_cache(maxsize=4_096)
def _web_address(text: str) -> str:
    address = clean(text)
    if len(address) > LONGEST_ADDRESS or is_text(address):
        return ""
    address = address.replace(" ", "%20")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    return f"{scheme}{address[len(scheme) :]}" if scheme in {"http", "https"} and host else ""
