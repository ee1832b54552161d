"""Which territories a refused name may mean, best first."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from civic_tracker.countries.keys import STEMS, words
from civic_tracker.countries.results import Suggestion
from civic_tracker.countries.tables import Entry, Index
from civic_tracker.declared.territories import territory
from civic_tracker.folding import plain_key

MOST = 5
LEAST = 58
"""A name less similar than this, of 100, is not suggested."""

SURE = 75
"""Names of languages beyond the three are searched only where nothing is as similar as this."""

Pool = tuple[list[str], list[str]]
RARE = 4
"""A word that the names of at most so many territories share points to them."""


@dataclass(frozen=True)
class Suggester:
    """The names of one index in English, Spanish and French, and our own, arranged for ranking."""

    names: Index

    @cached_property
    def _pool(self) -> Pool:
        return self._names_where(lambda entry: not entry.languages or bool(entry.languages & {"en", "es", "fr"}))

    @cached_property
    def _other_languages(self) -> Pool:
        return self._names_where(lambda entry: not entry.languages & {"en", "es", "fr"})

    def _names_where(self, wanted: Callable[[Entry], bool]) -> Pool:
        rows = [
            (key, entry.iso3)
            for key, entry in self.names.plain.items()
            if entry.iso3 and key.isascii() and wanted(entry)
        ]
        return [key for key, _ in rows], [iso3 for _, iso3 in rows]

    @cached_property
    def _by_word(self) -> dict[str, frozenset[str]]:
        owners: dict[str, set[str]] = defaultdict(set)
        for key, iso3 in zip(*self._pool, strict=True):
            for word in words(key):
                owners[word].add(iso3)
        return {
            word: frozenset(codes)
            for word, codes in owners.items()
            if len(codes) <= RARE and len(word) > 3 and word not in STEMS
        }

    @cached_property
    def _words(self) -> list[str]:
        return list(self._by_word)

    def suggest(self, text: str, first: tuple[str, ...] = ()) -> tuple[Suggestion, ...]:
        """Up to five territories, those in ``first`` leading; scores are 0 to 100."""
        return self._suggested(text, first, ())

    def suggest_widely(self, text: str) -> tuple[Suggestion, ...]:
        """The same, for a text of which nothing is known: names of every language are searched."""
        return self._suggested(text, (), (self._other_languages,))

    def _suggested(self, text: str, first: tuple[str, ...], further: tuple[Pool, ...]) -> tuple[Suggestion, ...]:
        key = plain_key(text)
        best: dict[str, float] = {iso3: 100.0 - place for place, iso3 in enumerate(first)}
        _rank(key, self._pool, best)
        for pool in further:
            if max(best.values(), default=0.0) < SURE:
                _rank(key, pool, best)
        for word in words(key):
            if len(word) < 4 or word in STEMS:
                continue
            for close, score, _ in process.extract(word, self._words, scorer=fuzz.ratio, limit=4, score_cutoff=70):
                for iso3 in self._by_word[close]:
                    weight = score - 5 - 4 * len(self._by_word[close])
                    best[iso3] = max(weight, best.get(iso3, 0.0))
        ranked = sorted(best.items(), key=lambda row: (-row[1], row[0]))[:MOST]
        return tuple(Suggestion(iso3, territory(iso3).name_en, round(score, 1)) for iso3, score in ranked)


def _rank(key: str, pool: Pool, best: dict[str, float]) -> None:
    """Raise the scores in ``best`` to the similarity of the nearest names of ``pool``."""
    keys, codes = pool
    for _, score, place in process.extract(key, keys, scorer=fuzz.ratio, limit=20, score_cutoff=LEAST):
        best[codes[place]] = max(score, best.get(codes[place], 0.0))
