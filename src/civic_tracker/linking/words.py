"""The words that tell kinds, steps and topics apart: ``mappings/link_words.csv``, in several languages."""

import re
import unicodedata
from functools import cache

from civic_tracker import paths
from civic_tracker.declared.tables import CellError, read_rows

GROUPS = ("category", "kind", "regime", "step", "topic", "scope", "form", "people", "common", "titles")
_COLUMNS = frozenset({"gives", "value", "language", "words", "why"})
_ALIKE = str.maketrans("’‘–—−´`", "''---''")
_HALF_DAY = re.compile(r"\b([ap])\.\s?m\b\.?")
_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
NUMBER_WORDS = {word: number for number, word in enumerate(_NUMBERS)} | {
    word: number
    for number, words in (
        *((30, "thirty"), (40, "forty"), (60, "sixty"), (70, "seventy"), (80, "eighty"), (90, "ninety")),
        *((2, "dos deux"), (3, "tres trois"), (10, "diez dix dez"), (20, "veinte vingt vinte")),
        *((50, "fifty cincuenta cinquante cinquenta"), (100, "hundred cien cent cem"), (1000, "thousand mil mille")),
    )
    for word in words.split()
}
"""Numbers as words, as far as limits on gatherings and durations use them; *un* and *une* are articles too."""


def plain(text: str) -> str:
    """The text in small letters, without accents, with one kind of apostrophe and dash."""
    text = _HALF_DAY.sub(r"\1m", text.translate(_ALIKE).casefold())
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def word_rows() -> list[dict[str, str]]:
    """The rows of ``link_words.csv``; raises as ``patterns``."""

    def checked(row: dict[str, str]) -> dict[str, str]:
        if row["gives"] not in GROUPS:
            raise CellError(f"gives the unknown '{row['gives']}'; give {', '.join(GROUPS)}", "gives")
        if not row["words"]:
            raise CellError("is empty", "words")
        return row

    return read_rows(paths.mappings_dir() / "link_words.csv", checked, required=_COLUMNS, allowed=_COLUMNS)


@cache
def patterns(group: str) -> dict[str, re.Pattern[str]]:
    """For each value of a group the pattern that finds any of its words in a plain text.

    Raises:
        DeclarationError: when the table names a group that nobody reads.
    """
    found: dict[str, list[str]] = {}
    for row in word_rows():
        if row["gives"] == group:
            separator = None if group in {"common", "titles"} else ";"
            found.setdefault(row["value"], []).extend(plain(word).strip() for word in row["words"].split(separator))
    return {value: _any_of(words) for value, words in found.items()}


def _any_of(words: list[str]) -> re.Pattern[str]:
    ordered = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    parts = [re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in ordered]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def values_in(group: str, text: str) -> frozenset[str]:
    """The values of a group whose words stand in a plain text."""
    return frozenset(value for value, pattern in patterns(group).items() if pattern.search(text))


@cache
def is_common(word: str) -> bool:
    """Whether a plain word is a function word, or one of the field that tells nothing about which act is meant."""
    return patterns("common")["common"].fullmatch(word) is not None


@cache
def is_title(word: str) -> bool:
    """Whether a plain word that is written with a capital names a kind of body or act, and no place."""
    return patterns("titles")["titles"].fullmatch(word) is not None
