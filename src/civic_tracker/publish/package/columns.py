"""Tables of the data package and their columns: types and constraints, read from the models of the schema.

A column is described once; Table Schema, SQLite, Parquet and Datasette each get their own words for it from here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from civic_tracker.model.schema import Model
from civic_tracker.publish.columns import BETWEEN

Kind = Literal["text", "integer", "number", "flag", "day", "list", "records", "object"]
Value = str | int | float | bool | date | list[str] | list[dict[str, Any]] | dict[str, Any] | None
Row = tuple[Value, ...]

_KIND_OF: dict[str, Kind] = {"integer": "integer", "number": "number", "boolean": "flag", "object": "object"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``parts`` are those of the records in its cells, where its kind is ``records``.

    ``required`` says that no row leaves the cell empty. Where ``empty_counts``, an empty text is a value, as in a key.
    """

    name: str
    kind: Kind = "text"
    meaning: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    least: int | None = None
    required: bool = False
    empty_counts: bool = False
    parts: tuple["Column", ...] = ()

    def field(self, *, unique: bool) -> dict[str, Any]:
        """The field of a Table Schema (Data Package version 2) for the cells of a CSV file.

        A list is a string to it: the type ``list`` of version 2 is one that few readers know yet.
        """
        kinds: dict[Kind, str] = {
            "text": "string",
            "flag": "boolean",
            "day": "date",
            "list": "string",
            "records": "array",
        }
        found: dict[str, Any] = {"name": self.name, "type": kinds.get(self.kind, self.kind)}
        meaning = f"{self.meaning} Items are separated by '{BETWEEN}'." if self.kind == "list" else self.meaning
        if meaning:
            found["description"] = meaning
        if self.empty_counts:
            found["missingValues"] = []
        constraints: dict[str, Any] = {}
        if self.required:
            constraints["required"] = True
        if unique:
            constraints["unique"] = True
        if self.choices:
            constraints["enum"] = list(self.choices)
        if self.pattern:
            constraints["pattern"] = self.pattern
        if self.least is not None:
            constraints["minimum"] = self.least
        return found | ({"constraints": constraints} if constraints else {})


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns whose values are the key of another table."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``rows`` makes its rows anew each time it is called. Without a ``key``, rows may repeat."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Row]]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    indexes: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    newest_first: str = ""


def columns_of(model: type[Model], *, meanings: Mapping[str, str] | None = None) -> dict[str, Column]:
    """The columns of a model's fields by name; ``meanings`` replace the descriptions of the fields."""
    schema = model.model_json_schema(mode="serialization")
    found = _columns(schema, schema.get("$defs", {}))
    if not meanings:
        return found
    return {name: replace(column, meaning=meanings.get(name, column.meaning)) for name, column in found.items()}


def value_of(value: Any, column: Column) -> Value:
    """A field's value as the tables hold it: an empty text is nothing, dates with reduced precision are text."""
    if value is None or value in ("", {}):
        return "" if column.empty_counts else None
    if column.kind == "text":
        return value if type(value) is str else str(value)
    if column.kind == "list":
        return [str(one) for one in value]
    if column.kind == "records":
        return [{part.name: value_of(getattr(one, part.name), part) for part in column.parts} for one in value]
    plain: Value = value
    return plain


def _columns(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Column]:
    return {name: _column(name, told, shared) for name, told in schema["properties"].items()}


def _column(name: str, told: Mapping[str, Any], shared: Mapping[str, Any]) -> Column:
    meaning = _plain(told.get("description", ""))
    alternatives = told.get("anyOf", [told])
    given = next(one for one in alternatives if one.get("type") != "null")
    optional = len(alternatives) > 1
    shape = given.get("type", "object")
    if shape == "array":
        item = given["items"]
        if "$ref" not in item:
            return Column(name, "list", meaning)
        parts = _columns(shared[item["$ref"].rpartition("/")[2]], shared)
        return Column(name, "records", meaning, parts=tuple(parts.values()))
    if shape != "string":
        kind = _KIND_OF[shape]
        return Column(name, kind, meaning, least=given.get("minimum"), required=not optional and kind != "object")
    if given.get("format") == "date":
        return Column(name, "day", meaning, required=not optional)
    choices = tuple(given["enum"]) if "enum" in given else (given["const"],) if "const" in given else ()
    pattern = given.get("pattern", "")
    empty_refused = (
        (bool(choices) and "" not in choices)
        or given.get("minLength", 0) > 0
        or bool(pattern and not re.search(pattern, ""))
    )
    return Column(
        name,
        "text",
        meaning,
        choices=tuple(filter(None, choices)),
        pattern=pattern,
        required=empty_refused and not optional,
    )


def _plain(text: str) -> str:
    return text.replace("`", "")
