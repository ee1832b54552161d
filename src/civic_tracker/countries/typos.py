"""Misspelled names: which of them may be accepted."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

from rapidfuzz import process
from rapidfuzz.distance import OSA

from civic_tracker.countries.keys import STEMS, squashed_key, words
from civic_tracker.countries.lookup import Lookup
from civic_tracker.countries.tables import Entry
from civic_tracker.countries.wording import groupings
from civic_tracker.folding import plain_key

CAREFUL = 5
"""A misspelling of so few letters must begin as the name does; a shorter one is never accepted."""

SHORTEST = 6
"""A shorter name is one edit away from too many words: *child* and *Chile*, *begin* and *Benin*."""

READERS = frozenset({"en", "es", "fr"})
"""Misspellings are forgiven in these languages; names of the others only stand in the way of a rash answer."""

GAP = re.compile("[?\ufffdÃÂ]")
"""What stands for a letter that was lost on the way: *R?union*, *B\xc3nin*."""

MOST_GAPS = 8
"""More letters than this that were lost, and what is left is no name any more; each may be any letter or two."""

MOST_READINGS = 16
"""More ways than this to correct the words of a name, and none of them is certain."""


def edits_allowed(length: int) -> int:
    """How many edits a misspelling of so many letters may have."""
    if length < CAREFUL:
        return 0
    return 1 if length < 9 else 2


def margin(edits: int) -> int:
    """How many edits away another territory's name is still a rival of one that is ``edits`` away.

    A name to refuse is a rival only when it is as near: *Nicaraguan* does not stand before *Nicaruga*.
    """
    return 2 * edits - 1


@dataclass(frozen=True)
class Spelling:
    """The spellings of one index, arranged for the search of near ones."""

    lookup: Lookup

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        return _by_length(self.lookup.names.squashed)

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        told = (word for key, entry in self.lookup.names.plain.items() if _for_readers(entry) for word in words(key))
        return frozenset(told) | STEMS

    @cached_property
    def _own_words(self) -> dict[str, set[str]]:
        own: dict[str, set[str]] = defaultdict(set)
        for key, entry in self.lookup.names.plain.items():
            own[entry.iso3].update(words(key))
        return own

    @cached_property
    def _words_by_length(self) -> dict[int, list[str]]:
        return _by_length(word for word in self._vocabulary if len(word) > 3)

    def misspelling(self, text: str) -> tuple[float, Entry] | None:
        """(score, entry) of the one name that ``text`` misspells, or ``None``."""
        if any(letter.isdigit() for letter in text):
            return None
        key = plain_key(text)
        near = self._whole(key) or self._word_by_word(key)
        if near and not groupings(key) <= groupings(plain_key(near[1].name)):
            return None
        return near

    def _whole(self, key: str) -> tuple[float, Entry] | None:
        """The name within the edits allowed, when every name of another meaning or to refuse is farther."""
        wanted = squashed_key(key)
        allowed = edits_allowed(len(wanted))
        if not allowed:
            return None
        near = _near(wanted, self._by_length, margin(allowed))
        if not near or near[0][0] > allowed:
            return None
        edits, nearest = near[0]
        meant = self.lookup.names.squashed[nearest]
        if meant is None or not meant.iso3:
            return None
        for reach, close in near:
            rival = self.lookup.names.squashed[close]
            stands = margin(edits) if rival is None or rival.iso3 else edits
            if reach <= stands and (rival is None or rival.meaning != meant.meaning):
                return None
        for reach, close in near:
            entry = self.lookup.names.squashed[close]
            if reach > allowed or entry is None or entry.meaning != meant.meaning:
                continue
            if self._may_be_meant(wanted, close, entry) and self._same_words(key, entry):
                return round(100 * (1 - reach / max(len(wanted), len(close))), 1), entry
        return None

    def _may_be_meant(self, wanted: str, close: str, entry: Entry) -> bool:
        if len(close) < SHORTEST or not _for_readers(entry):
            return False
        return len(wanted) > CAREFUL or close[0] == wanted[0] or close[1:] == wanted

    def _same_words(self, key: str, entry: Entry) -> bool:
        """Whether no word of ``key`` is known but in no name of the territory: *South* is no misspelling of *North*."""
        told, theirs = words(key), self._own_words[entry.iso3]
        return len(told) == 1 or not any(word in self._vocabulary for word in told if word not in theirs)

    def _word_by_word(self, key: str) -> tuple[float, Entry] | None:
        """The one name that comes out when each unknown word is replaced by the nearest words of the tables."""
        told = words(key)
        if len(told) < 2:
            return None
        choices = []
        edited = 0
        for word in told:
            if word in self._vocabulary or len(word) < CAREFUL:
                choices.append([word])
                continue
            near = _near(word, self._words_by_length, edits_allowed(len(word)))
            nearest = [close for edits, close in near if edits == near[0][0]]
            if not nearest:
                return None
            edited += near[0][0]
            choices.append(nearest)
        if not edited or prod(map(len, choices)) > MOST_READINGS:
            return None
        readings = product(*choices)
        named = [found[0] for reading in readings if (found := self.lookup.found(" ".join(reading)))]
        if not named or not named[0].iso3 or any(entry.meaning != named[0].meaning for entry in named):
            return None
        if not _for_readers(named[0]):
            return None
        return round(100 * (1 - edited / sum(map(len, told))), 1), named[0]

    def with_gaps(self, text: str) -> tuple[float, Entry] | None:
        """The one name that ``text`` is, when each lost letter may be any letter or two."""
        parts = [re.escape(squashed_key(plain_key(part))) for part in GAP.split(text)]
        if sum(map(len, parts)) < 3 or len(parts) > MOST_GAPS + 1:
            return None
        pattern = re.compile("[a-z]{0,2}".join(parts))
        least = sum(map(len, parts))
        lengths = range(least, least + 2 * len(parts) - 1)
        near = [key for length in lengths for key in self._by_length.get(length, ()) if pattern.fullmatch(key)]
        named = [self.lookup.names.squashed[key] for key in near]
        first = named[0] if named else None
        if not first or not first.iso3 or any(entry is None or entry.meaning != first.meaning for entry in named):
            return None
        return 90.0, first


def _for_readers(entry: Entry) -> bool:
    return not entry.languages or bool(entry.languages & READERS)


def _by_length(keys: Iterable[str]) -> dict[int, list[str]]:
    lengths: dict[int, list[str]] = defaultdict(list)
    for key in sorted(keys):
        if key.isascii():
            lengths[len(key)].append(key)
    return lengths


def _near(wanted: str, by_length: dict[int, list[str]], reach: int) -> list[tuple[int, str]]:
    """(edits, key) of every key within ``reach`` edits, nearest first."""
    found = []
    for length in range(len(wanted) - reach, len(wanted) + reach + 1):
        near = process.extract(wanted, by_length.get(length, ()), scorer=OSA.distance, score_cutoff=reach, limit=None)
        found += [(int(edits), close) for close, edits, _ in near]
    return sorted(found)
