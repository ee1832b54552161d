"""Cleaning text that publishers wrote before it enters the dataset."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

# Control characters, marks that reverse the reading direction, and code points that no text may hold.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """One line of text without control characters or doubled spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if " " in text else text
    return " ".join(_UNWANTED.sub(" ", text).split())


def clean_text(text: str) -> str:
    """Text with its paragraphs, each cleaned."""
    if "\n" not in text:
        return clean(text)
    return "\n".join(line for part in text.split("\n") if (line := clean(part)))


def printable(text: str) -> str:
    """Text with its blanks and breaks as they are, but without what no text may hold: for our own sentences, whose
    no-break spaces ``clean`` would take."""
    return text if text.isascii() and text.isprintable() else _UNWANTED.sub(" ", text)


def shorten(text: str, longest: int = 200) -> str:
    text = clean(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


@lru_cache(maxsize=4_096)
def web_address(text: str) -> str:
    """The address, its scheme in small letters and its blanks escaped, when it is http(s) with a host, else nothing."""
    address = clean(text).replace(" ", "%20")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    return f"{scheme}{address[len(scheme) :]}" if scheme in {"http", "https"} and host else ""
