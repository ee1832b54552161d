"""What a maintainer decided about single names of single sources: ``mappings/country_decisions.csv``.

A decision holds for its source alone and goes before the tables: ``MO`` is Macao for ISO and Morocco in OGP's
commitment numbers. A decision without a code means *never a country*.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from civic_tracker.countries.results import CountryMatch
from civic_tracker.declared.tables import CellError, read_rows
from civic_tracker.declared.territories import codes
from civic_tracker.disk import storage
from civic_tracker.errors import UsageError
from civic_tracker.folding import plain_key
from civic_tracker.paths import is_mapping_table, mappings_dir

HEADER = ("source", "name", "iso3", "note")


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """One row: a name as a source writes it, and the alpha-3 code it has there, or empty."""

    source: str
    name: str
    iso3: str
    note: str


def decisions_path() -> Path:
    return mappings_dir() / "country_decisions.csv"


@cache
def decisions() -> Mapping[tuple[str, str], Decision]:
    """Every decision by (source, plain key); raises ``DeclarationError`` for an unknown code or two for one name."""
    by_key: dict[tuple[str, str], Decision] = {}

    def add(row: dict[str, str]) -> None:
        one = Decision(*(row[name] for name in HEADER))
        if one.iso3 and codes().get(one.iso3) != one.iso3:
            raise CellError(f"{one.name!r} of {one.source} has the unknown code {one.iso3!r}", "iso3")
        if by_key.setdefault((one.source, plain_key(one.name)), one) is not one:
            raise CellError(f"{one.name!r} of {one.source} is decided twice", "name")

    read_rows(decisions_path(), add, required=HEADER, allowed=HEADER)
    return by_key


def decided(source: str, name: str) -> CountryMatch | None:
    """The answer that was decided for this name of this source, or ``None``."""
    row = decisions().get((source, plain_key(name)))
    if row is None:
        return None
    if row.iso3:
        return CountryMatch(row.iso3, "alias", 100.0, row.name)
    return CountryMatch(None, matched=row.name, reason="not_a_country")


def with_decision(decision: Decision) -> tuple[str, str]:
    """(new text of the table, unified diff) after ``decision`` is added; replaces an earlier one for the same name.

    Raises ``UsageError`` for a code that is none. Nothing is written: see ``record``.
    """
    if decision.iso3 and codes().get(decision.iso3) != decision.iso3:
        raise UsageError(f"{decision.iso3!r} is no ISO 3166-1 alpha-3 code")
    from difflib import unified_diff  # rarely used, and slow to import

    kept = {**decisions(), (decision.source, plain_key(decision.name)): decision}
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((row.source, row.name, row.iso3, row.note) for row in sorted(kept.values()))
    before, after = decisions_path().read_text(encoding="utf-8-sig"), written.getvalue()
    name = f"mappings/{decisions_path().name}"
    difference = unified_diff(before.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}")
    return after, "".join(difference)


def record(decision: Decision) -> str:
    """Write ``decision`` into the table and return the change as a diff."""
    table = decisions_path()
    with storage.locked(table.parent, patience=storage.PATIENCE):
        storage.recover(table.parent, is_mapping_table)
        decisions.cache_clear()  # another program may have written since
        after, difference = with_decision(decision)
        storage.write_together(table.parent, {table.name: after.encode()}, kinds=is_mapping_table)
    decisions.cache_clear()
    return difference


def unused(names: Mapping[str, Iterable[str]]) -> list[Decision]:
    """The decisions that met no name, given every name each source wrote; of sources not given, none is reported."""
    met = {(source, plain_key(name)) for source, written in names.items() for name in written}
    return sorted(row for key, row in decisions().items() if key[0] in names and key not in met)
