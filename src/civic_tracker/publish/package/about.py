"""What the data package says about itself: the descriptor, words for Datasette, a citation, a README."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from civic_tracker.declared.sources import Source
from civic_tracker.publish.package.columns import Table
from civic_tracker.publish.package.sqlite import LIBERTIES_OF

NAME = "civic-tracker"
TITLE = "Measures that restrict civil liberties, merged from several trackers"
DESCRIPTION = (
    "Measures, events and figures about civil liberties, as several trackers record them, in one schema, with a "
    "summary for every member of the Open Government Partnership (OGP).\n\n"
    "'No entry' does not mean 'no restriction'; 'no end recorded' does not mean 'in force'. "
    "Cite the source of each record that you use (columns stated_by, source_url)."
)
CONTRIBUTORS = "The civic-tracker contributors"
DATABASE = f"{NAME}.sqlite"
ATTRIBUTION = "ATTRIBUTION.txt"
LICENCE_TITLE = (
    "No one licence covers this package: each record keeps the terms of its source, which this file and the table "
    "sources tell; titles and notes in this project's own words are under CC BY 4.0"
)
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the package that holds a table (or all of them: then ``table`` is ``None``)."""

    path: str
    form: str
    table: Table | None
    rows: int
    size: int
    sha256: str


# A form that a validator would open as a table only with further libraries is named by another word than the file's
# ending: frictionless then compares its bytes, and needs nothing else. The standard knows no other way to say "a file".
_FORMATS = {
    "csv": ("csv", "text/csv"),
    "jsonl": ("json-lines", "application/jsonl"),
    "parquet": ("apache-parquet", "application/vnd.apache.parquet"),
    "sqlite": ("sqlite3", "application/vnd.sqlite3"),
}


def descriptor(files: Iterable[File], sources: Sequence[Source], on: date, version: str = "") -> dict[str, Any]:
    """The content of ``datapackage.json`` (Data Package 2.0, https://datapackage.org/standard/data-package/).

    ``created`` is left out: it would need a time of day, and two runs would differ by it.
    """
    found: dict[str, Any] = {"$schema": _PROFILE, "name": NAME, "title": TITLE, "description": DESCRIPTION}
    if version:
        found["version"] = version
    return found | {
        "statusOn": on.isoformat(),
        "keywords": ["civic space", "civil liberties", "emergency measures", "open government", "OGP"],
        "licenses": [{"path": ATTRIBUTION, "title": LICENCE_TITLE}],
        "contributors": [{"title": CONTRIBUTORS, "roles": ["dataCurator"]}],
        "sources": [_source(one) for one in sources],
        "resources": [_resource(one) for one in files],
    }


def datasette_metadata(tables: Sequence[Table], sources: Sequence[Source], version: str) -> dict[str, Any]:
    """The content of ``metadata.json``: titles, facets, order and the meaning of columns, for Datasette."""
    described = {table.name: _datasette_table(table, sources) for table in tables}
    for name, links in LIBERTIES_OF.items():
        described[links] = {
            "title": f"Liberties of the {name}",
            "description": f"One row for each liberty that a record of {name} concerns.",
            "facets": ["liberty"],
        }
    described["countries"]["label_column"] = "name_en"
    described["liberties"]["label_column"] = "name_en"
    described["sources"]["label_column"] = "short_name"
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "source": f"{NAME} {version}",
        "license": "Each record keeps the terms of its source: see the table sources",
        "databases": {NAME: {"tables": described}},
    }


def datasette_settings() -> dict[str, Any]:
    """The content of ``settings.json``: counting the liberties of all records takes longer than Datasette waits."""
    return {"facet_time_limit_ms": 3000, "sql_time_limit_ms": 5000}


def citation(sources: Iterable[Source], on: date, version: str) -> str:
    """``CITATION.cff`` (Citation File Format 1.2.0); a JSON text is a YAML text, so nothing needs escaping twice."""
    lines = [
        "cff-version: 1.2.0",
        f"title: {_yaml(TITLE)}",
        "message: Cite this dataset, and the source of each record that you use.",
        "type: dataset",
        f"version: {_yaml(version)}",
        f"date-released: {_yaml(on.isoformat())}",
        "authors:",
        f"  - name: {_yaml('civic-tracker contributors')}",
        f"abstract: {_yaml(DESCRIPTION)}",
    ]
    references = [line for one in sources for line in _reference(one)]
    return "\n".join([*lines, *(["references:", *references] if references else [])]) + "\n"


def readme(files: Sequence[File], on: date, version: str) -> str:
    """``README.md``: what lies here, how a cell reads, how to cite."""
    rows = [
        f"| `{one.path}` | {one.table.title if one.table else 'Every table in one SQLite file'} | "
        f"{one.rows if one.table else ''} |"
        for one in files
    ]
    return _README.format(title=TITLE, version=version, on=on.isoformat(), files="\n".join(rows))


def as_json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(file: File) -> dict[str, Any]:
    form, media = _FORMATS[file.form]
    found: dict[str, Any] = {"name": file.path.replace(".", "-").removesuffix("-csv"), "path": file.path}
    if file.form == "csv":
        found["type"] = "table"
    found["title"] = file.table.title if file.table else "Every table in one SQLite file"
    found |= {"format": form, "mediatype": media}
    if file.form in {"csv", "jsonl"}:
        found["encoding"] = "utf-8"
    found |= {"bytes": file.size, "hash": f"sha256:{file.sha256}"}
    if file.table and file.form == "csv":
        found |= {"rows": file.rows, "schema": _schema(file.table)}
    elif file.table:
        found["sameAs"] = file.table.name
    return found


def _schema(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {
        "fields": [column.field(unique=table.key == (column.name,)) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        found["primaryKey"] = list(table.key)
    if table.references:
        found["foreignKeys"] = [
            {"fields": list(one.columns), "reference": {"resource": one.table, "fields": list(one.key)}}
            for one in table.references
        ]
    return found


def _source(source: Source) -> dict[str, Any]:
    found = {"title": f"{source.name} ({source.publisher})"}
    if source.addresses:
        found["path"] = source.addresses[0]
    found |= {"id": source.id, "attribution": source.attribution, "licence": source.licence.name}
    if source.licence.url:
        found["licenceUrl"] = source.licence.url
    return found | {"licenceBasis": source.licence.basis}


def _datasette_table(table: Table, sources: Sequence[Source]) -> dict[str, Any]:
    lists = {column.name for column in table.columns if column.kind == "list"}
    found: dict[str, Any] = {
        "title": table.title,
        "columns": {column.name: column.meaning for column in table.columns if column.meaning},
    }
    if any(column.name == "source" for column in table.columns):
        found["source"] = "; ".join(one.short_name for one in sources) or "no source is loaded"
        found["license"] = "Each record keeps the terms of its source: see the table sources"
    if table.facets:
        found["facets"] = [{"array": name} if name in lists else name for name in table.facets]
    if table.newest_first:
        found["sort_desc"] = table.newest_first
    return found


def _reference(source: Source) -> list[str]:
    lines = [
        "  - type: data",
        f"    title: {_yaml(source.name)}",
        "    authors:",
        f"      - name: {_yaml(source.publisher)}",
    ]
    if source.addresses:
        lines.append(f"    url: {_yaml(source.addresses[0])}")
    licence = f"Licence: {source.licence.name}."
    return [*lines, f"    notes: {_yaml(f'{source.attribution} {licence}')}"]


def _yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_README = """\
# {title}

Version `{version}`. Status of measures and membership of OGP are as of {on}.

The same records give the same version; a version's files are never replaced by others. The part behind the day is the
beginning of a checksum of the tables and of their description.

| file | what it holds | rows |
|---|---|---:|
{files}

`datapackage.json` describes every column (Data Package 2.0): `frictionless validate datapackage.json` checks the
package. `metadata.json` and `settings.json` are for Datasette: `datasette .` in this folder opens it.

## How a cell reads

- Every form of a table has the same columns. An empty cell (CSV) or `null` (JSON Lines, Parquet, SQLite) says that
  nothing is known. The release of a figure is empty, and not `null`, where its source has no releases: it is a part of
  the key.
- A date is as precise as it is known: `2020`, `2020-03` or `2020-03-15`. The columns that end in `_first_day` and
  `_last_day` are the whole days that it can mean.
- A list is one cell with ` | ` between its items in CSV, a list in JSON Lines and Parquet, and a JSON text in SQLite.
- **JSON Lines, Parquet and SQLite hold the text as it is. In CSV, a cell that a spreadsheet would run as a formula has
  an apostrophe before it**, since CSV files are opened by people too. No key, number, date or code is touched by this.
  A program that needs the exact text reads one of the other forms.
- Titles, tags and links are the publishers' words: treat them as untrusted text, whatever shows them.

## Licences

No one licence covers this package. Facts, titles and links are here; a publisher's running text only where its licence
lets it leave. Each record keeps the terms of its source: `ATTRIBUTION.txt` and the table `sources` tell them. Titles
and notes in this project's own words (column `title_by`) are under CC BY 4.0.

`CITATION.cff` says how to cite this version. Cite the source of each record that you use as well.
"""
