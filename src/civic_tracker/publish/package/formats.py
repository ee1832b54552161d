"""Writing the rows of a table as CSV, JSON Lines and Parquet, some thousands at a time, with the same bytes each time.

A cell of a CSV file gets an apostrophe where a spreadsheet would run it; the other forms hold the plain value.
"""

import csv
import importlib.util
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic_core import to_json

from civic_tracker.publish.columns import BETWEEN
from civic_tracker.publish.csv_files import harmless
from civic_tracker.publish.package.columns import Column, Kind, Row, Table, Value

if TYPE_CHECKING:
    import pyarrow as pa


class Writer(Protocol):
    """What takes the rows of one table, in their order, and is then closed."""

    def add(self, rows: Sequence[Row]) -> None: ...

    def close(self) -> None: ...


class CsvWriter:
    """CSV in UTF-8 as RFC 4180 has it; a list is one cell, a list of records is JSON in one cell."""

    def __init__(self, path: Path, table: Table) -> None:
        self._stream = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\r\n")
        self._writer.writerow([column.name for column in table.columns])

    def add(self, rows: Sequence[Row]) -> None:
        self._writer.writerows([_cell(value) for value in row] for row in rows)

    def close(self) -> None:
        self._stream.close()


class JsonLinesWriter:
    """One JSON object a line, lists and records nested, ``null`` for what is not known."""

    def __init__(self, path: Path, table: Table) -> None:
        self._stream = path.open("wb")
        self._names = [column.name for column in table.columns]

    def add(self, rows: Sequence[Row]) -> None:
        self._stream.writelines(to_json(dict(zip(self._names, row, strict=True))) + b"\n" for row in rows)

    def close(self) -> None:
        self._stream.close()


class ParquetWriter:
    """Parquet with proper types, compressed with Zstandard."""

    def __init__(self, path: Path, table: Table) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        described = [
            pa.field(
                column.name,
                _arrow_type(column),
                nullable=not column.required,
                metadata={"description": column.meaning} if column.meaning else None,
            )
            for column in table.columns
        ]
        self._schema = pa.schema(described, metadata={"title": table.title})
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd")

    def add(self, rows: Sequence[Row]) -> None:
        import pyarrow as pa

        cells = zip(*rows, strict=True)
        arrays = [pa.array(values, type=field.type) for values, field in zip(cells, self._schema, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


def has_parquet() -> bool:
    """Whether the library that writes Parquet is installed (the optional extra ``parquet``)."""
    return importlib.util.find_spec("pyarrow") is not None


def _cell(value: Value) -> str:
    text = _text(value)
    # Nearly all cells are empty or begin with a letter or digit, and cannot run.
    return text if not text or text[0].isalnum() else harmless(text)


def _text(value: Value) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return as_json(value)
    if isinstance(value, list):
        texts = [one for one in value if isinstance(one, str)]
        return BETWEEN.join(texts) if len(texts) == len(value) else as_json(value)
    return str(value)


def as_json(value: object) -> str:
    """A list or record as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _arrow_type(column: Column) -> "pa.DataType":
    import pyarrow as pa

    if column.kind == "records":
        return pa.list_(pa.struct([pa.field(part.name, _arrow_type(part)) for part in column.parts]))
    types: dict[Kind, pa.DataType] = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "list": pa.list_(pa.string()),
    }
    return types.get(column.kind, pa.string())
