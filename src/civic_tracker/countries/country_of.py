"""The country of an entry: by its name, by its code, or by both where they agree."""

from dataclasses import dataclass
from functools import lru_cache

from civic_tracker import countries
from civic_tracker.leaving import quoted
from civic_tracker.limits import LONGEST_NAME
from civic_tracker.text import clean

_LONGEST_RAW = 10 * LONGEST_NAME  # with what cleaning takes away


@dataclass(frozen=True, slots=True)
class CountryAnswer:
    """The country of an entry, or why it has none; ``code`` is the kind of problem, empty when all is well.

    A name that was read in spite of a typo has both: the country, and a problem that says how it was read.
    """

    iso3: str | None
    code: str = ""
    reason: str = ""
    value: str = ""
    nearest: str = ""


def country_of(name: str, code: str, source: str) -> CountryAnswer:
    """The country that a name, a code, or both mean; two that disagree mean none."""
    answer = _country_of(_readable(name), _readable(code), source)
    longer = max(name, code, key=len)
    if answer.iso3 or len(longer) <= LONGEST_NAME:
        return answer
    reason = f"The name has {len(longer)} characters, a country's name at most {LONGEST_NAME}."
    return CountryAnswer(None, "country_not_matched", reason, longer)


def _readable(words: str) -> str:
    """The words without what is no sign; nothing where they are longer than the name of any country."""
    cleaned = clean(words[:_LONGEST_RAW])
    return cleaned if len(words) <= _LONGEST_RAW and len(cleaned) <= LONGEST_NAME else ""


@lru_cache(maxsize=65_536)
def _country_of(name: str, code: str, source: str) -> CountryAnswer:
    named = countries.match(name, source=source)
    coded = countries.codes().get(code.upper()) or countries.match(code, source=source).iso3
    if named.iso3 and coded and named.iso3 != coded:
        reason = f"The code means {coded}, the name {named.iso3}."
        return CountryAnswer(None, "code_and_name_differ", reason, f"{code}: {name}")
    if coded:
        return CountryAnswer(coded)
    if named.iso3 and named.how == "typo":
        return CountryAnswer(named.iso3, "country_read_as", f"{quoted(name)} was read as {named.matched}.", name)
    if named.iso3:
        return CountryAnswer(named.iso3)
    if not name and not code:
        return CountryAnswer(None, "country_not_matched", "The entry names no country.")
    nearest = ", ".join(f"{one.name} ({one.iso3})" for one in named.suggestions[:5])
    return CountryAnswer(None, "country_not_matched", refusal_words(name or code, named), name or code, nearest)


def refusal_words(name: str, match: countries.CountryMatch) -> str:
    """Why a name was refused, in a sentence."""
    why = {
        "unknown": "it is in no table",
        "ambiguous": "it may mean more than one",
        "not_a_country": "it is no country",
        "part_of": f"it is a part of {match.parent}",
        "historical": "it no longer exists" + (f"; today {', '.join(match.became)}" if match.became else ""),
    }.get(match.reason, match.reason)
    return f"{quoted(name)} was not matched: {why}."
