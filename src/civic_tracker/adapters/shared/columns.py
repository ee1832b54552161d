"""Recognising the columns of a table whose header nobody has seen, by the names that people give to such columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from civic_tracker.documents.document import Document
from civic_tracker.documents.tabular import Row, Table
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named

Aliases = Mapping[str, Sequence[str]]

YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"", "no", "n", "false", "0", "-"})
PLACE_ALIASES = {
    "country": ("country", "countryname", "countries", "location", "idcountryname"),
    "iso3": ("iso3", "iso3c", "iso", "isocode", "countrycode", "iso3code"),
}

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"|]{4,1000}", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """The column that holds each field of ``aliases``, ``by_field``, and the columns that no field took."""

    aliases: Aliases
    by_field: Mapping[str, str]
    unknown: tuple[str, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        return (f"columns kept as extra: {shown(self.unknown)}",) if self.unknown else ()

    def said_in(self, row: Row) -> dict[str, str]:
        """What the row says for each field, the empty string where the table has no column for it."""
        return {name: row.cells[self.by_field[name]].strip() if name in self.by_field else "" for name in self.aliases}

    def unread_in(self, row: Row) -> dict[str, str]:
        """What the row holds in columns that no field took."""
        return {name or "(unnamed)": said for name in self.unknown if (said := row.cells[name].strip())}


def columns_of(document: Document, table: Table, aliases: Aliases, needed: Sequence[str]) -> Columns:
    """The columns of a table that has every field of ``needed``, where ``a|b`` means that either will do.

    Raises:
        DocumentError: with the header, and the names by which a missing column would be recognised.
    """
    found = columns_by_field(table.columns, aliases)
    absent = [field.split("|") for field in needed if not any(name in found for name in field.split("|"))]
    if absent:
        wanted = "; ".join(f"{names[0]} ({', '.join(aliases[names[0]][:4])})" for names in absent)
        header = shown(table.columns, at_most=40)
        raise DocumentError(f"{document.name}: needs a column for {wanted}; its header is: {header}.")
    unknown = tuple(column for column in table.columns if column not in found.values())
    return Columns(aliases, found, unknown)


def columns_by_field(columns: Sequence[str], aliases: Aliases) -> dict[str, str]:
    """Each field of ``aliases`` with the column that holds it. Earlier aliases win; capitals and signs do not count."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(_plain(column), column)
    found: dict[str, str] = {}
    for name, spellings in aliases.items():
        present = [by_name[spelling] for spelling in spellings if spelling in by_name]
        if present:
            found[name] = present[0]
    return found


def shown(columns: Sequence[str], at_most: int = 12) -> str:
    """Column names for a message of one line, counted where they are too many."""
    told = ", ".join(named(name) or "(unnamed)" for name in columns[:at_most])
    return f"{told} and {len(columns) - at_most} more" if len(columns) > at_most else told


def listed(cell: str) -> list[str]:
    """The members of a cell that lists several, apart by lines, ``;`` or ``|``, else by commas."""
    separator = r"[;|\n]" if re.search(r"[;|\n]", cell) else ","
    return list(dict.fromkeys(part.strip() for part in re.split(separator, cell) if part.strip()))


def addresses_in(cell: str) -> tuple[str, ...]:
    """The web addresses in a cell, whatever stands between them."""
    return tuple(
        dict.fromkeys(address.rstrip(".,;)]'") for part in cell.split(";") for address in _ADDRESS.findall(part))
    )


def _plain(name: str) -> str:
    return _NOT_A_LETTER.sub("", name.casefold())
