"""Finding a name in the tables: as written, run together, in another order, by its state form, abbreviated."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from civic_tracker.countries.keys import PARTICLES, STEMS, bag_key, in_any_order, squashed_key, word_set, words
from civic_tracker.countries.results import How
from civic_tracker.countries.tables import Entry, Index
from civic_tracker.folding import plain_key

STATE_FORMS = word_set("republic democratic people kingdom federated islamic socialist union commonwealth arab")
"""Words that a formal name adds to the short one."""

FORM_MATTERS = word_set("COD COG KOR PRK CHN TWN DEU VNM YEM DMA DOM CAF SDN SSD")
"""Territories that share the rest of their name with another, or with a state of the past."""

NOT_ITS_ISLANDS = word_set("IRL GBR CYP WSM ASM HTI DOM PNG MAF SXM")
"""Territories that are not the whole of the islands they are named after, or not they alone."""

ASIAN_FORMS = ("民主共和国", "共和国", "共和國", "王国", "王國", "聯邦", "连邦", "連邦", "공화국")
"""*Republic*, *kingdom*, *federation* at the end of Chinese, Japanese and Korean names."""

Found = tuple[Entry, How]
LEAST_ABBREVIATION = 3


@dataclass(frozen=True)
class Lookup:
    """The ways to find a name in one index."""

    names: Index

    def found(self, text: str) -> Found | None:
        """The entry that ``text`` names for certain, to match or to refuse, or ``None``."""
        key = plain_key(text)
        return self._written(key) or self._reordered(key) or self._by_form(key) or self._abbreviated(key)

    def _written(self, key: str) -> Found | None:
        told = " ".join(word for word in key.split() if word not in PARTICLES)
        for form in (key, told):
            entry = self.names.plain.get(form) or self.names.squashed.get(squashed_key(form))
            if entry:
                return entry, "alias"
        for ending in ASIAN_FORMS:
            entry = self.names.plain.get(key.removesuffix(ending))
            if entry:
                return entry, "alias"
        return None

    def _reordered(self, key: str) -> Found | None:
        entry = self.names.bags.get(bag_key(key))
        return (entry, "reordered") if entry else None

    def _by_form(self, key: str) -> Found | None:
        """*Republic of Chad*, *Seychelles Islands*: the short name is in the tables, the form is no part of it."""
        told = words(key)
        core = [word for word in told if word not in STATE_FORMS]
        if core and len(core) < len(told):
            entry = self._core(core)
            if entry and entry.iso3 not in FORM_MATTERS and entry.reason not in ("ambiguous", "not_a_country"):
                return entry, "alias"
        core = [word for word in told if word != "island"]
        if core and len(core) < len(told):
            entry = self._core(core)
            if entry and entry.iso3 and entry.iso3 not in NOT_ITS_ISLANDS:
                return entry, "alias"
        return None

    def _core(self, told: list[str]) -> Entry | None:
        return self.names.bags.get(in_any_order(told)) if len(told) > 1 else self.names.plain.get(told[0])

    @cached_property
    def _initials(self) -> dict[str, list[tuple[tuple[str, ...], Entry]]]:
        initials: dict[str, list[tuple[tuple[str, ...], Entry]]] = defaultdict(list)
        for key, entry in self.names.plain.items():
            told = words(key)
            if len(told) > 1:
                initials["".join(word[0] for word in told)].append((told, entry))
        return initials

    def _abbreviated(self, key: str) -> Found | None:
        """*Amer Samoa*, *Papua New Guin*: every word whole or its first letters, one that tells names apart whole."""
        told = words(key)
        if len(told) < 2 or not any(len(word) > LEAST_ABBREVIATION and word not in STEMS for word in told):
            return None
        meant = [
            entry
            for theirs, entry in self._initials.get("".join(word[0] for word in told), ())
            if _shortens(told, theirs)
        ]
        if not meant or any(entry.meaning != meant[0].meaning for entry in meant):
            return None
        return meant[0], "alias"


def _shortens(told: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether each word of ``told`` is the word of ``theirs`` in its place, or an abbreviation of it."""
    whole = False
    for word, full in zip(told, theirs, strict=True):
        if word == full:
            whole = whole or (word not in STEMS and len(word) > LEAST_ABBREVIATION)
        elif len(word) < LEAST_ABBREVIATION or not full.startswith(word):
            return False
    return whole
