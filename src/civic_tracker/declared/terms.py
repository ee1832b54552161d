"""The publishers' terms and ours: ``mappings/terms.csv``, and the words that may suggest a category, ``keywords.csv``.

Both tables are made to be reviewed by people who do not program. A term that no row explains is reported, and so is a
row that no term used.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import get_args

from civic_tracker import paths
from civic_tracker.declared.tables import CellError, once, read_rows
from civic_tracker.leaving import MOST_WORDS, is_term
from civic_tracker.limits import LONGEST_ENDING
from civic_tracker.model import schema
from civic_tracker.model.dates import NumericOrder, PartialDate, dates_in, parse_date

ANY_SOURCE = "*"
WORDING = "wording"
"""Not a field but words that leave as they stand: the long wording of a codebook, or of an adapter."""
_LONGEST_PHRASE = 12
_ALIKE = str.maketrans("’‘−–", "''--")
_VALUES: dict[str, tuple[str, ...]] = {
    "liberty": get_args(schema.Liberty),
    "instrument": get_args(schema.Instrument),
    "effect": get_args(schema.Effect),
    "stage": get_args(schema.Stage),
    "assessment": get_args(schema.Assessment),
    "emergency": get_args(schema.YesNoUnknown),
    "ending": ("ends", "ended_on", "open", "extended", "once"),
    "reversal": ("yes",),
    "scope": ("outside",),
    "step": get_args(schema.StepKind),
    "nothing": ("",),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One row of ``terms.csv``: a term of a source's field, and what it gives."""

    source: str
    field: str
    term: str
    gives: str
    value: str
    line: str


@dataclass(slots=True)
class Terms:
    """The table of terms, which remembers the rows it was asked for."""

    rows: dict[tuple[str, str, str], list[Term]]
    used: set[tuple[str, str, str]] = field(default_factory=set)
    _can_give: set[tuple[str, str, str]] = field(init=False)
    _endings: dict[str, list[tuple[tuple[str, str, str], re.Pattern[str]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._can_give = {(key[0], key[1], term.gives) for key, terms in self.rows.items() for term in terms}

    def endings(self, source: str) -> list[tuple[tuple[str, str, str], re.Pattern[str]]]:
        """The phrases about an end that a source may use, the longest first, its own before those of any source."""
        if source not in self._endings:
            keys = [key for key in self.rows if key[1] == "ending" and key[0] in {source, ANY_SOURCE}]
            keys.sort(key=lambda key: (-len(key[2]), key[0] == ANY_SOURCE))
            self._endings[source] = [(key, re.compile(rf"{re.escape(key[2])}(?!\w)")) for key in keys]
        return self._endings[source]

    def knows_field(self, source: str, field_name: str) -> bool:
        """Whether the table has any term of this field of this source."""
        return any(key[:2] == (source, field_name) for key in self.rows)

    def can_give(self, source: str, field_name: str, gives: str) -> bool:
        """Whether some term of this field of this source gives such a value."""
        return (source, field_name, gives) in self._can_give

    def look_up(self, source: str, field_name: str, term: str) -> list[Term] | None:
        """The rows for a term of a source, else those for any source; ``None`` when the table does not know it."""
        for owner in (source, ANY_SOURCE):
            key = (owner, field_name, plain(term))
            if key in self.rows:
                self.used.add(key)
                return self.rows[key]
        return None

    def unused(self, sources: set[str]) -> list[Term]:
        """Rows of these sources that no entry used since the table was loaded."""
        return [
            term
            for key, terms in sorted(self.rows.items())
            if key not in self.used and key[0] in sources and key[1] != WORDING
            for term in terms
        ]


@dataclass(frozen=True, slots=True)
class Keyword:
    """Words of a text that suggest a value; the pattern matches whole words, a star stands for any ending."""

    gives: str
    value: str
    pattern: re.Pattern[str]


def plain(text: str) -> str:
    """A text as terms and keywords are compared: without case, accents, curly quotes or repeated spaces."""
    if text.isascii():
        return " ".join(text.casefold().split())
    decomposed = unicodedata.normalize("NFKD", text).translate(_ALIKE)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(letters.casefold().split())


def load_terms() -> Terms:
    """A fresh table of terms, with nothing used yet.

    Raises:
        DeclarationError: for a row that gives something the schema does not have.
    """
    rows: dict[tuple[str, str, str], list[Term]] = {}
    for term in term_rows():
        rows.setdefault((term.source, term.field, plain(term.term)), []).append(term)
    return Terms(rows)


@cache
def term_rows() -> tuple[Term, ...]:
    path = paths.mappings_dir() / "terms.csv"
    columns = frozenset({"source", "field", "term", "gives", "value", "why"})
    seen: set[str] = set()

    def term_of(row: dict[str, str]) -> Term:
        _check(row)
        named = f"'{row['term']}' as {row['field']} of {row['source']} giving {row['gives']} {row['value']}".strip()
        once(seen, named, "term")
        return Term(row["source"], row["field"], row["term"], row["gives"], row["value"], row["#"])

    return tuple(read_rows(path, term_of, required=columns, allowed=columns))


@cache
def known_words() -> frozenset[str]:
    """Every term of the table, of whatever source and field, as terms are compared."""
    return frozenset(plain(term.term) for term in term_rows())


@cache
def keywords() -> tuple[Keyword, ...]:
    """The rows of ``keywords.csv``, one pattern for each value given."""
    path = paths.mappings_dir() / "keywords.csv"
    columns = frozenset({"gives", "value", "language", "words", "why"})
    words: dict[tuple[str, str], list[str]] = {}

    def add(row: dict[str, str]) -> None:
        _check(row)
        if not plain(row["words"]):
            raise CellError("is empty", "words")
        words.setdefault((row["gives"], row["value"]), []).append(row["words"])

    read_rows(path, add, required=columns, allowed=columns)
    return tuple(
        Keyword(gives, value, re.compile("|".join(_as_pattern(phrase) for phrase in phrases)))
        for (gives, value), phrases in words.items()
    )


def suggested(gives: str, text: str) -> tuple[str, ...]:
    """The values of one kind that the words of a text suggest, in the schema's order."""
    folded = plain(text)
    found = {keyword.value for keyword in keywords() if keyword.gives == gives and keyword.pattern.search(folded)}
    return tuple(value for value in _VALUES[gives] if value in found)


@dataclass(frozen=True, slots=True)
class Ending:
    """What a source's words say about the end of a measure."""

    ends: PartialDate | None = None
    ended_on: PartialDate | None = None
    by_place: tuple[tuple[str, PartialDate], ...] = ()
    understood: bool = True
    once: bool = False


def read_ending(terms: Terms, source: str, text: str, order: NumericOrder | None) -> Ending:
    """Read the free text in which a source says how or when a measure ends.

    A date alone is the end. Else the text must begin with a phrase of ``terms.csv`` (field ``ending``), and a phrase
    that gives a date must be followed by one and nothing else; two dates with places keep both, and the later one is
    the measure's end.
    """
    if not text:
        return Ending()
    if len(text) > LONGEST_ENDING:
        return Ending(understood=False)
    if bare := parse_date(text, order=order):
        return Ending(ends=bare)
    folded = plain(text)
    meaning, rest = _ending_phrase(terms, source, folded)
    if meaning == "once":
        return Ending(once=True)
    if meaning in {"open", "extended"}:
        return Ending()
    found = dates_in(rest, order=order)
    if not meaning or not found:
        return Ending(understood=False)
    places: list[tuple[str, PartialDate]] = []
    remainder = rest
    for words, value in found:
        before, _, remainder = remainder.partition(words)
        place = re.match(r"\s*\(([^()]*)\)", remainder)
        if place:
            places.append((_original(text, place[1]), value))
            remainder = remainder[place.end() :]
        if before.strip(" ,;") not in {"", "and"}:
            return Ending(understood=False)
    if remainder.strip(" .,;)") or (len(found) > 1 and len(places) != len(found)):
        return Ending(understood=False)
    latest = max((value for _, value in found), key=lambda value: value.last_day())
    if meaning == "ends":
        return Ending(ends=latest, by_place=tuple(places))
    return Ending(ended_on=latest, by_place=tuple(places))


def words_read(terms: Terms, source: str, text: str, order: NumericOrder | None) -> str:
    """The beginning of words about an end that consists of phrases of the table, dates, and places of dates.

    ``Extended until 30 June 2020``, and nothing of the sentence behind it.
    """
    words = text.split()
    read = at = 0
    while at < len(words):
        if (taken := _phrase_at(terms, source, words, at) or _date_at(words, at, order)) or (
            read and (taken := _place_at(words, at))
        ):
            read = at = at + taken
        elif plain(words[at]).strip(" ,;") in _BETWEEN_DATES:
            at += 1
        else:
            break
    return " ".join(words[:read]).rstrip(" ,;:.")


_BETWEEN_DATES = frozenset({"and", "on", "to", "until", ""})
_LONGEST_DATE = 6  # words: "31 de diciembre de 2020"
_LOOKS_NUMERIC = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}")


def _phrase_at(terms: Terms, source: str, words: Sequence[str], at: int) -> int:
    """How many words the longest phrase has that begins here."""
    rest = plain(" ".join(words[at : at + _LONGEST_PHRASE]))
    found = next((key for key, pattern in terms.endings(source) if pattern.match(rest)), None)
    return len(found[2].split()) if found else 0


def _date_at(words: Sequence[str], at: int, order: NumericOrder | None) -> int:
    """How many words the date has that begins here."""
    for taken in range(min(_LONGEST_DATE, len(words) - at), 0, -1):
        said = " ".join(words[at : at + taken]).strip(" ,;:.")
        if parse_date(said, order=order) or (taken == 1 and _LOOKS_NUMERIC.fullmatch(said)):
            return taken
    return 0


def _place_at(words: Sequence[str], at: int) -> int:
    """How many words the place in brackets has that begins here."""
    for taken in range(1, min(MOST_WORDS, len(words) - at) + 1):
        said = " ".join(words[at : at + taken]).rstrip(" ,;:.")
        if said.startswith("(") and said.endswith(")"):
            return taken if is_term(said) else 0
    return 0


def _ending_phrase(terms: Terms, source: str, folded: str) -> tuple[str, str]:
    for key, pattern in terms.endings(source):
        if pattern.match(folded):
            terms.used.add(key)
            return terms.rows[key][0].value, folded[len(key[2]) :].lstrip(" :")
    return "", folded


def _original(text: str, folded: str) -> str:
    """The stretch of ``text`` that ``folded`` was made from, with its own case and accents where they can be found."""
    bracketed = re.findall(r"\(([^()]*)\)", text)
    return next((words.strip() for words in bracketed if plain(words) == folded.strip()), folded.strip())


def _as_pattern(phrase: str) -> str:
    escaped = re.escape(plain(phrase)).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    return rf"(?<!\w){escaped}(?!\w)"


def _check(row: dict[str, str]) -> None:
    """Raises ``CellError`` for a row that gives what the schema does not have."""
    allowed = _VALUES.get(row["gives"])
    if allowed is None:
        raise CellError(f"gives '{row['gives']}', which is none of {', '.join(_VALUES)}", "gives")
    if row["value"] not in allowed:
        there = ", ".join(filter(None, allowed))
        raise CellError(f"gives the unknown {row['gives']} '{row['value']}'; give {there or 'no value'}", "value")
