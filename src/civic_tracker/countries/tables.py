"""The committed tables of names, read once and indexed by the keys under which spellings meet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from civic_tracker.countries.keys import bag_key, squashed_key
from civic_tracker.countries.results import SCORES, CountryMatch, How, Reason
from civic_tracker.declared.tables import CellError, read_rows
from civic_tracker.declared.territories import all_territories, codes
from civic_tracker.errors import DeclarationError
from civic_tracker.folding import plain_key
from civic_tracker.paths import mappings_dir

REASONS: tuple[Reason, ...] = ("ambiguous", "not_a_country", "part_of", "historical")


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of the tables: an alias of ``iso3``, or a name to refuse, for ``reason``."""

    name: str
    iso3: str = ""
    reason: Reason = ""
    parent: str = ""
    became: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()

    @property
    def meaning(self) -> tuple[str, str, str, tuple[str, ...]]:
        """Two entries with one meaning may share a key."""
        return self.iso3, self.reason, self.parent, self.became


_COLUMNS = {
    "country_aliases_ours.csv": ("iso3", "alias", "language", "note"),
    "country_aliases.csv": ("iso3", "alias", "languages", "sources"),
    "country_never.csv": ("name", "note"),
    "country_parts.csv": ("name", "reason", "parent", "became", "note"),
    "country_refused.csv": ("name", "reason", "parent", "note"),
}


def rows_of(table: str) -> list[dict[str, str]]:
    """The rows of a table of names; raises ``DeclarationFaultsError`` for a row that breaks the rules."""
    known = codes()

    def checked(row: dict[str, str]) -> dict[str, str]:
        name = row.get("alias") or row.get("name")
        if not name:
            raise CellError("has no name")
        named = " ".join(filter(None, (row.get(column) for column in ("iso3", "parent", "became"))))
        unknown = [code for code in named.split() if known.get(code) != code]
        if unknown:
            raise CellError(f"{name!r} has the unknown code {unknown[0]!r}")
        if row.get("reason", REASONS[0]) not in REASONS:
            raise CellError(f"{name!r} has the unknown reason {row['reason']!r}; give {', '.join(REASONS)}", "reason")
        if not row.get("iso3", "-"):
            raise CellError(f"{name!r} has no code", "iso3")
        return row

    columns = _COLUMNS[table]
    return read_rows(mappings_dir() / table, checked, required=columns, allowed=columns)


def _aliases() -> Iterator[Entry]:
    for entry in all_territories():
        for language in ("en", "es", "fr"):
            yield Entry(entry.name(language), entry.iso3, languages=frozenset([language]))
    for table, column in (("country_aliases_ours.csv", "language"), ("country_aliases.csv", "languages")):
        for row in rows_of(table):
            yield Entry(row["alias"], row["iso3"], languages=frozenset(row[column].split()))


def _refused() -> Iterator[Entry]:
    for row in rows_of("country_never.csv"):
        yield Entry(row["name"], reason="not_a_country")
    for row in rows_of("country_parts.csv"):
        yield Entry(row["name"], "", _reason(row), row["parent"], tuple(row["became"].split()))
    for row in rows_of("country_refused.csv"):
        yield Entry(row["name"], "", _reason(row), row["parent"])


def _reason(row: dict[str, str]) -> Reason:
    return next(reason for reason in REASONS if row["reason"] == reason)


def _unique(pairs: Iterable[tuple[str, Entry]]) -> dict[str, Entry | None]:
    """Key to entry; a key that two meanings share maps to ``None``."""
    index: dict[str, Entry | None] = {}
    for key, entry in pairs:
        held = index.setdefault(key, entry)
        if held is not None and held.meaning != entry.meaning:
            index[key] = None
    return index


@dataclass(frozen=True)
class Index:
    """Every name of some languages, and every name to refuse, by plain, squashed and bag key."""

    plain: dict[str, Entry]
    canonical: frozenset[str] = field(repr=False)

    @cached_property
    def squashed(self) -> dict[str, Entry | None]:
        return _unique((squashed_key(key), entry) for key, entry in self.plain.items())

    @cached_property
    def bags(self) -> dict[str, Entry | None]:
        return _unique((bag, entry) for key, entry in self.plain.items() if (bag := bag_key(key)))

    @cached_property
    def exact(self) -> dict[str, CountryMatch]:
        """Names as the tables write them, and their plain keys, with the finished answer."""
        answers = {}
        for key, entry in self.plain.items():
            if entry.iso3:
                answers[key] = answers[entry.name] = self.answer(key, entry)
        return answers

    def answer(self, key: str, entry: Entry) -> CountryMatch:
        """The match for an alias that was met under its plain key."""
        how: How = "name" if key in self.canonical else "alias"
        return CountryMatch(entry.iso3, how, SCORES[how], entry.name)


@cache
def index(languages: frozenset[str] | None = None) -> Index:
    """The index of all languages, or of the aliases in ``languages`` and those that belong to none.

    Raises ``DeclarationError`` where two entries of different meaning share a plain key, or a code is unknown.
    """
    plain: dict[str, Entry] = {}
    for entry in (*_refused(), *_aliases()):
        if languages is not None and entry.iso3 and entry.languages and not entry.languages & languages:
            continue
        key = plain_key(entry.name)
        held = plain.setdefault(key, entry)
        if held.meaning != entry.meaning:
            raise DeclarationError(
                f"country tables: {entry.name!r} and {held.name!r} are one name with two meanings, "
                f"{entry.meaning} and {held.meaning}"
            )
    canonical = frozenset(plain_key(row.name(language)) for row in all_territories() for language in ("en", "es", "fr"))
    return Index(plain, canonical)
