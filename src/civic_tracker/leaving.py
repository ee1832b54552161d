"""What of a publisher's words may leave this machine: the kinds of words, their greatest lengths, and their rules.

Each field of the schema that holds words is declared as one of these kinds, on the field itself; normalising and
writing ask here. A *term* is few words and no sentence, or a term that a person put into ``mappings/terms.csv``. What
is more is *text*: it stays in ``data/local/``, and a problem says how long it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, get_args

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
_LONGEST_NAME = 9  # words of one name in a list: "the N'Djamena Fara sub-prefecture in the Hadjer Lamis region"
_LEAST_CAPITALS = 0.4

# A sign that ends a sentence, with more behind it; an abbreviation is shorter than four letters, or has a sign inside.
_SENTENCE = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,}[.!?…][\"'”’)]*\s+\w|[。！？]")
# Scripts that put no blank between words: two signs count as one.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
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


def quoted(words: str, longest: int = LONGEST_TERM) -> str:
    """A document's words for a sentence of ours: in quotes when they are a term, else their length alone."""
    shown = clean(words)
    if is_term(shown, longest):
        return f"'{words}'"
    return length_of(shown)


def length_of(words: str) -> str:
    """What stands for a text in a sentence of ours."""
    return f"(text of {len(clean(words))} characters)"


def named(words: str, longest: int = LONGEST_TERM) -> str:
    """As ``quoted``, without quotes: a column, a key, a country in a list."""
    shown = clean(words)
    return shown if is_term(shown, longest) else length_of(shown)


def names_in(words: str) -> str:
    """Names as far as they leave; nothing of words that are no names."""
    return cut(words, NAMES.longest) if is_term(words, NAMES.longest) or are_names(words) else ""


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
