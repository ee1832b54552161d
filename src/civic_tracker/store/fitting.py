"""What of the words of a record leaves this machine, by their kinds and by the tables of terms and countries."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel

from civic_tracker import countries, leaving
from civic_tracker.declared.terms import known_words, plain
from civic_tracker.leaving import LONGEST_TERM, MOST_WORDS, Leaves, are_names, is_term, kinds_of
from civic_tracker.text import clean, cut

_LONGEST_COUNTRY = 120
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def fits(leaves: Leaves, words: str) -> str:
    """What of the words leaves: all of them; the beginning of a title or of a list of names; nothing of a text."""
    if leaves.kind == "term":
        return words if is_term(words, leaves.longest) or is_known(words) else ""
    if leaves.kind == "terms":
        return words if is_known(words) else "; ".join(fitting_terms(_apart(words)))
    if leaves.kind == "country":
        return words if is_term(words, leaves.longest) or _is_country(words) else ""
    if leaves.kind == "names":
        is_one = is_term(words, leaves.longest) or is_known(words)
        return cut(words, leaves.longest) if is_one or are_names(words) else ""
    if leaves.kind == "text":
        return ""
    return cut(words, leaves.longest)


def quoted(words: str) -> str:
    """As ``leaving.quoted``, and in quotes also where a person put the words into the table of terms."""
    return f"'{words}'" if is_known(clean(words)) else leaving.quoted(words)


@lru_cache(maxsize=16_384)
def is_known(words: str) -> bool:
    """Whether a person put the words, as they stand, into the table of terms; there ``date`` stands for any day."""
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
    return len(words) <= _LONGEST_COUNTRY and countries.match(words).iso3 is not None


def fitting_terms(terms: Sequence[str]) -> tuple[str, ...]:
    """The terms of a list that leave: those that the table knows and, where together they are a term, the others.

    One by one they could be a text that was cut at its commas.
    """
    unknown = [term for term in terms if not is_known(term)]
    if is_term(" ".join(unknown), LONGEST_TERM):
        return tuple(terms)
    return tuple(term for term in terms if term not in unknown)


AnyRecord = TypeVar("AnyRecord", bound=BaseModel)


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
        return fits(leaves, value) if len(value) > MOST_WORDS else value
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return _fitting_list(leaves, value)
    return value


def _fitting_list(leaves: Leaves, values: Iterable[str]) -> tuple[str, ...]:
    if leaves.kind in {"term", "terms"}:
        return fitting_terms(tuple(values))
    return tuple(short for one in values if (short := fits(leaves, one)))
