"""From a name as a publisher wrote it to one territory, or to a refusal with its reason."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from civic_tracker.countries.results import CountryMatch
from civic_tracker.limits import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from civic_tracker.countries.judging import Judge

_NO_TEXT = CountryMatch(None, reason="unknown")


@cache
def _judge(languages: frozenset[str] | None) -> Judge:
    from civic_tracker.countries.judging import (
        Judge,
    )  # the tables and rapidfuzz are loaded by the first name, not before

    return Judge(languages)


def match(name: str, *, languages: Iterable[str] | None = None, source: str | None = None) -> CountryMatch:
    """The one territory that ``name`` means; refused with a reason and suggestions when that is not certain.

    ``languages`` limits the names to some languages (``["es"]``); codes and names that belong to no language stay.
    ``source`` applies the decisions that a maintainer took for that source's names, before all else. A text longer than
    any name is unknown: what it may mean is not searched for.
    """
    if len(name) > LONGEST_NAME:
        return _NO_TEXT
    if source is not None:
        from civic_tracker.countries.decisions import decided

        decision = decided(source, name)
        if decision is not None:
            return decision
    return _judge(None if languages is None else frozenset(languages)).judged(name)


def match_many(
    names: Iterable[object], *, languages: Iterable[str] | None = None, source: str | None = None
) -> list[CountryMatch]:
    """A match for each name, in order; each distinct name is judged once.

    Takes a list or a pandas series; a cell that is no text (``None``, ``NaN``) is refused as unknown.
    """
    asked = None if languages is None else frozenset(languages)
    listed = list(names)
    answers = {
        name: match(name, languages=asked, source=source) if isinstance(name, str) else _NO_TEXT for name in set(listed)
    }
    return [answers[name] for name in listed]
