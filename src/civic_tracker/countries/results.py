"""What a match says: the territory, how it was found, or why it was refused and what it may have meant."""

from dataclasses import dataclass
from typing import Literal

from civic_tracker.declared.territories import Territory, territory

How = Literal["code", "name", "alias", "reordered", "typo", ""]
Reason = Literal["", "unknown", "ambiguous", "not_a_country", "part_of", "historical"]

SCORES: dict[How, float] = {"code": 100.0, "name": 100.0, "alias": 100.0, "reordered": 95.0}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A territory that a refused name may mean; ``score`` is 0 to 100, for ranking only."""

    iso3: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class CountryMatch:
    """The answer for one name.

    iso3         ISO 3166-1 alpha-3, ``XKX`` for Kosovo; ``None`` when refused
    how          code, name (a canonical name), alias, reordered (same words, another order), typo; empty when refused
    score        100 for an exact entry, 95 for reordered words, the similarity for a typo, 0 when refused
    matched      the entry of the tables that the name met, as it is written there; empty when it met none
    reason       why it was refused; empty when matched
    parent       the territory that a part belongs to: a hint, never the match
    became       for a dissolved state, the territories of today on its ground
    suggestions  up to five, best first
    """

    iso3: str | None
    how: How = ""
    score: float = 0.0
    matched: str = ""
    reason: Reason = ""
    parent: str | None = None
    became: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def territory(self) -> Territory | None:
        """The territory with its canonical names, or ``None`` when refused."""
        return territory(self.iso3) if self.iso3 else None

    def folded(self) -> "CountryMatch":
        """The same, with a part counted as its parent: *Scotland* becomes GBR. Other answers are unchanged."""
        if self.reason != "part_of" or not self.parent:
            return self
        return CountryMatch(self.parent, "alias", 90.0, self.matched, parent=self.parent)
