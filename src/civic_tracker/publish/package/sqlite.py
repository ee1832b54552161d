"""One SQLite file with every table, made so that the same records give the same bytes.

The only bytes that depend on something else are those that SQLite writes itself: its version (bytes 96 to 99 of the
header) and what a newer version of it may lay out differently.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from civic_tracker.errors import DatasetError
from civic_tracker.publish.package.columns import Column, Kind, Row, Table, Value
from civic_tracker.publish.package.formats import as_json

_TYPES: dict[Kind, str] = {"integer": "INTEGER", "flag": "INTEGER", "number": "REAL"}
# Records whose liberties get a table of their own, and of these the ones whose titles can be searched.
LIBERTIES_OF = {"measures": "measure_liberties", "spells": "spell_liberties"}
_SEARCHED = "measures"


class Database:
    """A new SQLite file; tables are added one after another, then it is finished."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        # Freed bytes are overwritten with zeros: what lies in unused parts of a page must not vary either.
        for pragma in ("page_size = 4096", "secure_delete = ON", "journal_mode = OFF", "synchronous = OFF"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._indexes: list[tuple[str, str]] = []

    def table(self, table: Table) -> "TableWriter":
        """A new table to add rows to."""
        self._connection.execute(_create(table))
        self._indexes += [(table.name, column) for column in table.indexes]
        links = LIBERTIES_OF.get(table.name)
        if links:
            self._connection.execute(
                f'CREATE TABLE "{links}" ("id" TEXT NOT NULL REFERENCES "{table.name}" ("id"), '
                '"liberty" TEXT NOT NULL REFERENCES "liberties" ("code"), PRIMARY KEY ("id", "liberty")) WITHOUT ROWID'
            )
            self._indexes.append((links, "liberty"))
        return TableWriter(self._connection, table, links)

    def finish(self) -> None:
        """Add the indexes and the search of titles, check that every reference leads somewhere, and close.

        Raises:
            DatasetError: when a record names a country, source or indicator that there is not.
        """
        run = self._connection.execute
        for table, column in self._indexes:
            run(f'CREATE INDEX "{table}_{column}" ON "{table}" ("{column}")')
        for table, rowid, parent, _ in run("PRAGMA foreign_key_check"):
            raise DatasetError(f"{table}: row {rowid or ''} names an entry of {parent} that there is not.")
        run("PRAGMA user_version = 1")
        run("VACUUM")
        # After VACUUM, which may number the rows anew.
        run(
            f'CREATE VIRTUAL TABLE "{_SEARCHED}_fts" USING fts5 ("title", content="{_SEARCHED}", '
            "tokenize='unicode61 remove_diacritics 2')"
        )
        run(f'INSERT INTO "{_SEARCHED}_fts" ("{_SEARCHED}_fts") VALUES (?)', ("rebuild",))  # noqa: S608
        self.close()

    def close(self) -> None:
        self._connection.close()


class TableWriter:
    """Puts the rows of one table, and the liberties of its records, into the file."""

    def __init__(self, connection: sqlite3.Connection, table: Table, links: str | None) -> None:
        self._connection = connection
        names = [column.name for column in table.columns]
        marks = ", ".join("?" * len(names))
        self._insert = f'INSERT INTO "{table.name}" VALUES ({marks})'  # noqa: S608
        self._link = f'INSERT INTO "{links}" VALUES (?, ?)'  # noqa: S608
        self._place = (names.index("id"), names.index("liberties")) if links else None

    def add(self, rows: Sequence[Row]) -> None:
        self._connection.execute("BEGIN")
        self._connection.executemany(self._insert, (tuple(map(_stored, row)) for row in rows))
        if self._place:
            key, liberties = self._place
            pairs = ((row[key], one) for row in rows for one in _listed(row[liberties]))
            self._connection.executemany(self._link, pairs)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Nothing is left to do: the file is closed as a whole."""


def _create(table: Table) -> str:
    lines = [_column(column, table) for column in table.columns]
    if table.key:
        lines.append(f"PRIMARY KEY ({_names(table.key)})")
    for one in table.references:
        lines.append(f'FOREIGN KEY ({_names(one.columns)}) REFERENCES "{one.table}" ({_names(one.key)})')
    # A key of several columns would be stored twice; a search of titles needs the numbers of rows.
    compact = " WITHOUT ROWID" if len(table.key) > 1 else ""
    return f'CREATE TABLE "{table.name}" ({", ".join(lines)}){compact}'


def _column(column: Column, table: Table) -> str:
    needed = " NOT NULL" if column.required or column.name in table.key else ""
    return f'"{column.name}" {_TYPES.get(column.kind, "TEXT")}{needed}'


def _names(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _stored(value: Value) -> str | int | float | None:
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (list, dict)):
        return as_json(value) if value else None
    return value.isoformat()


def _listed(value: Value) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
