"""The ways to read a text that is more than a name: each returns an answer, or ``None`` when it does not apply."""

import re

from civic_tracker.countries.keys import PARTICLES
from civic_tracker.countries.lookup import Found, Lookup
from civic_tracker.countries.results import SCORES, CountryMatch, How, Reason, Suggestion
from civic_tracker.countries.tables import Entry
from civic_tracker.countries.wording import (
    HARMLESS,
    PUBLISHERS,
    bracketed,
    excepting,
    in_two_scripts,
    last_bracket,
    pieces,
    qualified,
    tidied,
    without_code,
)
from civic_tracker.declared.territories import CLAIMED, codes, territory
from civic_tracker.folding import plain_key

_BELONGS = re.compile(
    r"\b(?:overseas|dependency|territory|territories|special|administrative|region|sar|part|possession|outre mer|"
    r"ultramar|collectivity|department|of|the|self governing|non|associated|with|de|du|d)\b"
)


_JOINED = re.compile(r"[;&+/]|\b(?:and|or|y|et|ou)\b", re.IGNORECASE)


def as_written(text: str, lookup: Lookup) -> CountryMatch | None:
    """The text as one name; words in another order are one name only where they are not a list of two."""
    named = lookup.found(text)
    if not named:
        return None
    if named[1] == "reordered" and _JOINED.search(text):
        several = as_list(text, lookup)
        if several and several.reason == "ambiguous":
            return several
    return answer(*named)


def as_code(text: str, _lookup: Lookup) -> CountryMatch | None:
    """A code counts in capitals only: *is*, *no*, *can* are words."""
    iso3 = codes().get(text) if text.isupper() else None
    return CountryMatch(iso3, "code", 100.0, text) if iso3 else None


def after_code(text: str, lookup: Lookup) -> CountryMatch | None:
    """*AUT: Austria*; a code and a name that disagree are ambiguous."""
    parts = without_code(text)
    if not parts or parts[0] not in codes():
        return None
    named = lookup.found(tidied(parts[1]))
    if not named:
        return None
    if named[0].iso3 and named[0].iso3 != codes()[parts[0]]:
        return refused("ambiguous", codes()[parts[0]], named[0].iso3)
    return answer(*named)


def in_brackets(text: str, lookup: Lookup) -> CountryMatch | None:
    """A name and what stands in brackets after it: a note, another name, the state it belongs to, a part of it."""
    for parts in (last_bracket(text), bracketed(text)):
        named = lookup.found(tidied(parts[0])) if parts else None
        if not parts or not named:
            continue
        entry, inside, note = named[0], parts[1], plain_key(parts[1])
        if not note or set(note.split()) <= PUBLISHERS | PARTICLES or HARMLESS.match(note):
            return answer(*named)
        others = [lookup.found(piece) for piece in pieces(inside)]
        if entry.iso3 and any(other and other[0].iso3 == entry.iso3 for other in others):
            return answer(*named)
        return _qualified(named, inside, lookup) or CountryMatch(None, reason="part_of", parent=entry.iso3)
    return None


def _qualified(named: Found, qualifier: str, lookup: Lookup) -> CountryMatch | None:
    """What a name means with a second name beside it, or ``None`` when the second is no name."""
    entry = named[0]
    also = lookup.found(_BELONGS.sub(" ", plain_key(qualifier))) or lookup.found(tidied(qualifier))
    other = codes().get(qualifier) or (also[0].iso3 if also else "")
    if not entry.iso3:
        if entry.reason != "ambiguous":
            return answer(*named)
        if other in entry.became:
            return CountryMatch(other, "alias", SCORES["alias"], qualifier)
        return CountryMatch(None, reason="ambiguous", became=entry.became)
    if also and not also[0].iso3 and not other:
        return answer(*also) if also[0].reason in ("part_of", "historical") else None
    if not other:
        return None
    if other in (entry.iso3, *_held_by(entry.iso3)):
        return answer(*named)
    if entry.iso3 in _held_by(other):
        return CountryMatch(other, "alias", SCORES["alias"], qualifier)
    return refused("ambiguous", entry.iso3, other)


def _held_by(iso3: str) -> tuple[str, str]:
    return territory(iso3).sovereign, CLAIMED.get(iso3, "")


def with_sovereign(text: str, lookup: Lookup) -> CountryMatch | None:
    """*Martinique, France* and *France, Martinique* are Martinique; *London, United Kingdom* is a part."""
    parts = qualified(text)
    if len(parts) != 2:
        return None
    named = [lookup.found(tidied(part)) for part in parts]
    if not named[0]:
        return None
    if HARMLESS.match(plain_key(parts[1])) or not plain_key(parts[1]):
        return answer(*named[0])
    return _qualified(named[0], parts[1], lookup)


def excluding(text: str, lookup: Lookup) -> CountryMatch | None:
    """*China excluding Hong Kong* is China, for what is left out has its own code; *Asia excluding Japan* is none."""
    parts = excepting(text)
    if not parts:
        return None
    whole = lookup.found(tidied(parts[0]))
    if not whole or not whole[0].iso3:
        return CountryMatch(None, reason="not_a_country")
    left = [lookup.found(piece) for piece in pieces(parts[1])]
    if left and all(row and row[0].iso3 and row[0].iso3 != whole[0].iso3 for row in left):
        return answer(*whole)
    return CountryMatch(None, reason="part_of", parent=whole[0].iso3)


def twice_in_two_scripts(text: str, lookup: Lookup) -> CountryMatch | None:
    parts = in_two_scripts(text)
    if not parts:
        return None
    named, other = lookup.found(parts[0]), lookup.found(parts[1])
    if not named or (other and other[0].meaning != named[0].meaning):
        return None
    return answer(*named)


def as_list(text: str, lookup: Lookup) -> CountryMatch | None:
    """Several names: one territory when all are names of it, ambiguous when they name more, else part of the one."""
    parts = pieces(text)
    if len(parts) < 2:
        return None
    named = [lookup.found(tidied(part)) for part in parts]
    entries = [row[0] for row in named if row]
    countries = list(dict.fromkeys(entry.iso3 for entry in entries if entry.iso3))
    if len(countries) > 1:
        return refused("ambiguous", *countries)
    if len(countries) == 1 and len(entries) == len(named) and all(entry.iso3 for entry in entries):
        return CountryMatch(countries[0], "alias", SCORES["reordered"], entries[0].name)
    if len(countries) == 1:
        return CountryMatch(None, reason="part_of", parent=countries[0])
    return None


def of_several(text: str, lookup: Lookup) -> CountryMatch | None:
    """Two or more names with nothing between them (*Bolivia Peru*), or one name said twice (*China China*)."""
    told = text.split()
    for cut in range(1, len(told)):
        left, right = lookup.found(" ".join(told[:cut])), lookup.found(" ".join(told[cut:]))
        if left and right and left[0].iso3 and right[0].iso3:
            if left[0].iso3 == right[0].iso3:
                return answer(*left)
            return refused("ambiguous", left[0].iso3, right[0].iso3)
    return None


def answer(entry: Entry, how: How) -> CountryMatch:
    """The match, or the refusal, that an entry stands for."""
    if entry.iso3:
        return CountryMatch(entry.iso3, how, SCORES[how], entry.name)
    return CountryMatch(None, "", 0.0, entry.name, entry.reason, entry.parent or None, entry.became)


def refused(reason: Reason, *iso3: str) -> CountryMatch:
    """A refusal that names the territories in question."""
    named = tuple(Suggestion(code, territory(code).name_en, 100.0) for code in iso3)
    return CountryMatch(None, reason=reason, suggestions=named)


READINGS = (
    as_written,
    as_code,
    after_code,
    excluding,
    in_brackets,
    with_sovereign,
    twice_in_two_scripts,
    as_list,
    of_several,
)
