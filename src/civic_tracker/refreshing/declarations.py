"""Everything that is wrong in ``sources/``, ``mappings/`` and ``data/starter/``, found at once.

Each file is read by the function that the program reads it with, so that this finds what a run would meet, and nothing
else; then the files are compared with each other.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from civic_tracker import countries
from civic_tracker import paths as resources
from civic_tracker.building import starter
from civic_tracker.building.figures import indicators
from civic_tracker.counting import verify
from civic_tracker.counting.conditions import read_condition
from civic_tracker.countries import decisions as country_decisions
from civic_tracker.countries import tables as country_tables
from civic_tracker.declared import map_tiles, members, routes, terms, vocabulary
from civic_tracker.declared.sources import read_source
from civic_tracker.errors import CivicTrackerError, DeclarationFaultsError, Fault
from civic_tracker.linking import decisions as link_decisions
from civic_tracker.linking import words
from civic_tracker.linking.score import weights

OGP = "ogp"  # whose names and prefixes have decisions, though it is no source
_NAMES = ("aliases", "aliases_ours", "never", "parts", "refused")
TABLES: Mapping[str, Callable[[], object]] = {
    "territories.csv": countries.all_territories,
    **{f"country_{name}.csv": partial(country_tables.rows_of, f"country_{name}.csv") for name in _NAMES},
    "country_decisions.csv": country_decisions.decisions,
    "indicators.csv": indicators,
    "keywords.csv": terms.keywords,
    "liberties.csv": vocabulary.liberties,
    "link_weights.csv": weights,
    "link_words.csv": words.word_rows,
    "links.csv": link_decisions.decisions,
    "ogp_members.csv": members.ever_members,
    "ogp_membership_events.csv": members.all_events,
    "ogp_local.csv": members.local_members,
    "map_tiles.csv": map_tiles.all_tiles,
    "ogp_routes.csv": routes.route_table,
    "ogp_statements.csv": verify.statements,
    "terms.csv": terms.term_rows,
}
"""What reads each table of ``mappings/``."""


def all_faults() -> list[Fault]:
    """Every fault of every file, by file and line."""
    declared = {path.stem for path in resources.sources_dir().glob("*.toml")}
    faults = [*_of_sources(), *_of_tables(), *_of_starter_facts(declared)]
    for compare in (_sources_of_terms, _sources_of_indicators, _sources_of_decisions, _questions):
        try:
            faults += compare(declared)
        except CivicTrackerError:  # a table that cannot be read is among the faults already
            continue
    return sorted(set(faults), key=lambda one: (one.file, one.line or 0, one.what))


def _met(name: str, load: Callable[[], object]) -> list[Fault]:
    """What a file's own reader says against it."""
    try:
        load()
    except DeclarationFaultsError as error:
        return list(error.faults)
    except CivicTrackerError as error:
        return [Fault(name, str(error).removeprefix(f"{name}: ").removesuffix("."))]
    return []


def _strays(folder: Path, known: set[str]) -> list[Fault]:
    """Files that nobody reads: a copy that an editor left, or one whose name is misspelt."""
    return [
        Fault(path.name, f"is read by nobody; take it out of {folder.name}/, or mend its name")
        for path in sorted(folder.iterdir())
        if path.name not in known and not path.name.startswith(".")
    ]


def _of_sources() -> Iterator[Fault]:
    folder = resources.sources_dir()
    paths = sorted(folder.glob("*.toml"))
    yield from _strays(folder, {path.name for path in paths})
    for path in paths:
        try:
            adapter = read_source(path).adapter
        except DeclarationFaultsError as error:
            yield from error.faults
            continue
        try:
            parse = importlib.import_module(f"civic_tracker.adapters.{adapter}").parse if adapter else None
        except (ImportError, AttributeError, SyntaxError) as error:
            yield Fault(path.name, f"adapter: '{adapter}' cannot be used ({error})")
        else:
            if adapter and not callable(parse):
                yield Fault(path.name, f"adapter: '{adapter}' has no function 'parse'")


def _of_tables() -> Iterator[Fault]:
    found = [fault for name, load in TABLES.items() for fault in _met(name, load)]
    yield from found
    yield from _strays(resources.mappings_dir(), {*TABLES})
    if not any(one.file.startswith(("country_", "territories")) for one in found):
        yield from _met("country tables", country_tables.index)


def _of_starter_facts(declared: set[str]) -> Iterator[Fault]:
    folder = resources.bundled_data_dir() / "starter"
    if not folder.is_dir():
        return
    known = {f"{source}{kind}.csv" for source in declared for kind in ("", "_figures")}
    yield from _strays(folder, known)
    for path in sorted(folder.glob("*.csv")):
        if path.name in known:
            yield from _met(path.name, partial(starter.read_starter, path))


def _unknown(source: str, declared: set[str], *others: str) -> str:
    return f"there is no source '{source}'; there are: {', '.join((*others, *sorted(declared)))}"


def _sources_of_terms(declared: set[str]) -> Iterator[Fault]:
    for term in terms.term_rows():
        if term.source not in {*declared, terms.ANY_SOURCE}:
            yield Fault("terms.csv", _unknown(term.source, declared, terms.ANY_SOURCE), int(term.line), "source")


def _sources_of_indicators(declared: set[str]) -> Iterator[Fault]:
    for source, column in indicators():
        if source not in declared:
            yield Fault("indicators.csv", f"column {column}: {_unknown(source, declared)}", None, "source")


def _sources_of_decisions(declared: set[str]) -> Iterator[Fault]:
    for one in country_decisions.decisions().values():
        if one.source not in {*declared, OGP}:
            yield Fault("country_decisions.csv", f"{one.name}: {_unknown(one.source, declared, OGP)}", None, "source")


def _questions(declared: set[str]) -> Iterator[Fault]:
    """The conditions of statements, which nothing reads before their figures are loaded."""
    for one in verify.statements():
        for source in one.source.split():
            if source not in declared:
                yield Fault("ogp_statements.csv", f"{one.id}: {_unknown(source, declared)}", None, "source")
        for fault in _met("", partial(read_condition, one.where)) if one.where else ():
            yield Fault("ogp_statements.csv", f"{one.id}: {fault.what}", None, "where")
