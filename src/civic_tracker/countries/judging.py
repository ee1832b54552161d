"""How a name is judged: the tables first, then the readings of longer texts, then misspellings, else refused."""

from dataclasses import replace

from civic_tracker.countries.lookup import Lookup
from civic_tracker.countries.readings import READINGS
from civic_tracker.countries.readings import answer as to_answer
from civic_tracker.countries.results import CountryMatch
from civic_tracker.countries.suggestions import Suggester
from civic_tracker.countries.tables import index
from civic_tracker.countries.typos import GAP, Spelling
from civic_tracker.countries.wording import groupings, tidied
from civic_tracker.folding import plain_key


class Judge:
    """The tables of some languages, indexed, ready to judge names."""

    def __init__(self, languages: frozenset[str] | None) -> None:
        self._names = index(languages)
        self._exact = self._names.exact
        self._lookup = Lookup(self._names)
        self._spelling = Spelling(self._lookup)
        self._suggester = Suggester(self._names)

    def judged(self, name: str) -> CountryMatch:
        """The answer for one name."""
        return self._exact.get(name) or self._exact.get(plain_key(name)) or self._read(name)

    def _read(self, name: str) -> CountryMatch:
        text = tidied(name)
        entry = self._names.plain.get(plain_key(name))
        answer = to_answer(entry, "alias") if entry else self._first_reading(text)
        certain = answer and (answer.iso3 or answer.matched or answer.suggestions)
        if not certain:
            near = self._spelling.with_gaps(text) if GAP.search(text) else self._spelling.misspelling(text)
            if near:
                return CountryMatch(near[1].iso3, "typo", near[0], near[1].name)
        if answer is None:
            answer = CountryMatch(None, reason="not_a_country" if groupings(plain_key(text)) else "unknown")
        return answer if answer.iso3 else self._with_suggestions(answer, text)

    def _first_reading(self, text: str) -> CountryMatch | None:
        for reading in READINGS:
            answer = reading(text, self._lookup)
            if answer is not None:
                return answer
        return None

    def _with_suggestions(self, answer: CountryMatch, text: str) -> CountryMatch:
        """The refusal with suggestions; what is on the never-list as it stands needs none."""
        if answer.reason == "not_a_country" and plain_key(answer.matched) == plain_key(text):
            return answer
        if answer.reason == "unknown":
            return replace(answer, suggestions=self._suggester.suggest_widely(text))
        first = tuple(row.iso3 for row in answer.suggestions) or answer.became
        if answer.parent:
            first = (answer.parent, *first)
        return replace(answer, suggestions=self._suggester.suggest(text, first))
