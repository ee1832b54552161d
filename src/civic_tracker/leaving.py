"""What of a publisher's words may leave this machine: the kinds of words, their greatest lengths, and their rules.

Each field of the schema that holds words is declared as one of these kinds, on the field itself; normalising and
writing ask here. A *term* is few words and no sentence, or a term that a person put into ``mappings/terms.csv``. What
is more is *text*: it stays in ``data/local/``, and a problem says how long it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel

from civic_tracker.text import clean, cut

Kind = Literal["code", "term", "terms", "country", "names", "title", "address", "place in document", "ours", "text"]
KINDS: dict[Kind, str] = {
    "code": "one of a list, an id, a checksum or a number",
    "term": "few words and no sentence, or a term of `mappings/terms.csv`",
    "terms": "a list of terms; those that `mappings/terms.csv` does not know are together no longer than one",
    "country": "a term, or a name that is in the tables of countries",
    "names": "names of places, authorities or people, each short and most words in capitals; the rest is cut off",
    "title": "cited as a title; the rest is cut off",
    "address": "a web address",
    "place in document": "where it stands in the document: numbers, and labels that are terms",
    "ours": "words of this project, which quote terms only",
    "text": "a publisher's running text: stays in `data/local/` unless its licence lets it leave",
}
"""What each kind of words is, for the data dictionary."""

MOST_WORDS = 5
LONGEST_TERM = 60
_LONGEST_COUNTRY = 120
_LONGEST_NAME = 9  # words of one name in a list: "the N'Djamena Fara sub-prefecture in the Hadjer Lamis region"
_LEAST_CAPITALS = 0.4

# A sign that ends a sentence, with more behind it; an abbreviation is shorter than four letters, or has a sign inside.
_SENTENCE = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,}[.!?…][\"'”’)]*\s+\w|[。！？]")
# Scripts that put no blank between words: two signs count as one.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_BETWEEN_NAMES = re.compile(r"[,;/()|&:\n]+|\s(?:and|or|y|e|et|und)\s")
_BEFORE_NAME = re.compile(r"^\W+|^[dlDL]['’]")
_SMALL = (
    "a al an at by d' da das de del des di do dos du el en for from in l' la las le les los of on the to van von with"
)
_SMALL_WORDS = frozenset(_SMALL.split(" "))


@dataclass(frozen=True, slots=True)
class Leaves:
    """What the words of a field are, and the greatest length with which they leave, in characters."""

    kind: Kind
    longest: int

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> Any:
        schema = handler(core)
        return schema | {"x-kind": self.kind, "x-longest": self.longest}

    def fitting(self, words: str) -> str:
        """What of the words leaves: all of them; the beginning of a title or of a list of names; nothing of a text."""
        if self.kind == "term":
            return words if is_term(words, self.longest) or is_known(words) else ""
        if self.kind == "terms":
            return words if is_known(words) else "; ".join(fitting_terms(_apart(words)))
        if self.kind == "country":
            return words if is_term(words, self.longest) or _is_country(words) else ""
        if self.kind == "names":
            is_one = is_term(words, self.longest) or is_known(words)
            return cut(words, self.longest) if is_one or are_names(words) else ""
        if self.kind == "text":
            return ""
        return cut(words, self.longest)


CODE = Leaves("code", 120)
TERM = Leaves("term", LONGEST_TERM)
TERMS = Leaves("terms", LONGEST_TERM)
VALUE = Leaves("term", 200)
"""A value that was not understood: a link that is none is longer than a term, and has few words too."""
COUNTRY = Leaves("country", LONGEST_TERM)
NAMES = Leaves("names", 200)
TITLE = Leaves("title", 300)
ADDRESS = Leaves("address", 8_000)
PLACE = Leaves("place in document", 300)
OURS = Leaves("ours", 1_000)
TEXT = Leaves("text", 0)


def is_term(words: str, longest: int = LONGEST_TERM) -> bool:
    """Whether words are few and no sentence."""
    return len(words) <= longest and word_count(words) <= MOST_WORDS and not _SENTENCE.search(words)


def word_count(words: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in words.split()) + len(_UNSPACED.findall(words)) // 2


@lru_cache(maxsize=16_384)
def is_known(words: str) -> bool:
    """Whether a person put the words, as they stand, into the table of terms; there ``date`` stands for any day."""
    from civic_tracker.declared.terms import (  # the table is checked against the schema, which declares kinds
        known_words,
        plain,
    )

    return _DAY.sub("date", plain(words)) in known_words()


def _apart(words: str) -> list[str]:
    """The members of a list with ``;`` between them; a term of the table may have one inside."""
    parts = words.split("; ")
    terms: list[str] = []
    while parts:
        taken = next((end for end in range(len(parts), 1, -1) if is_known("; ".join(parts[:end]))), 1)
        terms.append("; ".join(parts[:taken]))
        del parts[:taken]
    return terms


@lru_cache(maxsize=1_024)
def _is_country(words: str) -> bool:
    from civic_tracker import countries  # its tables take a moment, and few names are that long

    return len(words) <= _LONGEST_COUNTRY and countries.match(words).iso3 is not None


@lru_cache(maxsize=16_384)
def are_names(words: str) -> bool:
    """Whether words are names: each of few words, at least two of five words that are not small in capitals.

    A script without capitals has none that is small, so there the length of each name alone tells.
    """
    if _SENTENCE.search(words):
        return False
    counted = small = 0
    for name in _BETWEEN_NAMES.split(words):
        parts = name.split()
        if len(parts) > _LONGEST_NAME:
            return False
        for part in parts:
            begun = _BEFORE_NAME.sub("", part)
            if part.casefold() in _SMALL_WORDS or not any(map(str.isalpha, begun)):
                continue
            counted += 1
            small += begun[:1].islower()
    return counted > 0 and counted - small >= _LEAST_CAPITALS * counted


def fitting_terms(terms: Sequence[str]) -> tuple[str, ...]:
    """The terms of a list that leave: those that the table knows and, where together they are a term, the others.

    One by one they could be a text that was cut at its commas.
    """
    unknown = [term for term in terms if not is_known(term)]
    if is_term(" ".join(unknown), LONGEST_TERM):
        return tuple(terms)
    return tuple(term for term in terms if term not in unknown)


def quoted(words: str, longest: int = LONGEST_TERM) -> str:
    """A document's words for a sentence of ours: in quotes when they are a term, else their length alone."""
    shown = clean(words)
    if is_term(shown, longest) or is_known(shown):
        return f"'{words}'"
    return length_of(shown)


def length_of(words: str) -> str:
    """What stands for a text in a sentence of ours."""
    return f"(text of {len(clean(words))} characters)"


def named(words: str, longest: int = LONGEST_TERM) -> str:
    """As ``quoted``, without quotes: a column, a key, a country in a list."""
    shown = clean(words)
    return shown if is_term(shown, longest) or is_known(shown) else length_of(shown)


AnyRecord = TypeVar("AnyRecord", bound=BaseModel)


@cache
def kinds_of(model: type[BaseModel]) -> dict[str, Leaves]:
    """The declaration of each field of a model that holds words, by name."""
    found: dict[str, Leaves] = {}
    for name, field in model.model_fields.items():
        declared = [one for one in (*field.metadata, *_metadata(field.annotation)) if isinstance(one, Leaves)]
        if not declared and holds_words(field.annotation):
            declared = list(filter(None, [getattr(model, "all_words", None)]))
        if declared:
            found[name] = declared[0]
    return found


def holds_words(annotation: Any) -> bool:
    """Whether a value of this type has words that are not from a list of our own."""
    return annotation in {str, Any} or any(map(holds_words, get_args(annotation)))


def _metadata(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for part in get_args(annotation):
        yield from _metadata(part)


@cache
def text_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that are a publisher's running text."""
    return tuple(name for name, leaves in kinds_of(model).items() if leaves.kind == "text")


def fitted(record: AnyRecord) -> AnyRecord:
    """The record with what leaves of each of its fields; the record itself where all of it does.

    Text fields stay: they are left out where a record is written.
    """
    shorter = {
        name: fits
        for name, leaves in kinds_of(type(record)).items()
        if leaves.kind != "text" and (fits := fitting_value(leaves, value := getattr(record, name))) != value
    }
    return record.model_copy(update=shorter) if shorter else record


def fitting_value(leaves: Leaves, value: Any) -> Any:
    """The value of a field as it may leave; what is no word is as it was."""
    if isinstance(value, str):
        return leaves.fitting(value) if len(value) > MOST_WORDS else value
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return _fitting_list(leaves, value)
    return value


def _fitting_list(leaves: Leaves, values: Iterable[str]) -> tuple[str, ...]:
    if leaves.kind in {"term", "terms"}:
        return fitting_terms(tuple(values))
    return tuple(short for one in values if (short := leaves.fitting(one)))
