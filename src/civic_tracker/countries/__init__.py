"""Country names to ISO 3166-1, and never to the wrong one; see ``docs/countries.md``."""

from civic_tracker.countries.matcher import match, match_many
from civic_tracker.countries.results import CountryMatch, Suggestion
from civic_tracker.declared.territories import Territory, all_territories, codes, territory

__all__ = ["CountryMatch", "Suggestion", "Territory", "all_territories", "codes", "match", "match_many", "territory"]
