"""The dataset for programs: a Data Package with CSV, JSON Lines, Parquet and SQLite, and its addresses per release.

Files are made once beside the target, in a folder that is thrown away; then they are put in place together.
"""

import json
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from civic_tracker.declared.sources import Source, all_sources
from civic_tracker.disk import storage
from civic_tracker.disk.storage import Content
from civic_tracker.errors import DatasetError
from civic_tracker.publish.csv_files import attribution_text
from civic_tracker.publish.package import about
from civic_tracker.publish.package.columns import Table
from civic_tracker.publish.package.formats import CsvWriter, JsonLinesWriter, ParquetWriter, Writer, has_parquet
from civic_tracker.publish.package.sqlite import Database
from civic_tracker.publish.package.tables import tables_of
from civic_tracker.store.contents import Dataset

DESCRIPTOR = "datapackage.json"
RELEASES, LATEST, LISTING = "releases", "latest", "releases.json"
_IN_ALL_FORMS = {"measures", "spells", "observations"}
_ROWS_AT_ONCE = 20_000
_BYTES_AT_ONCE = 1 << 20
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{12}")
_SAYS_THE_SAME = ("csv", "jsonl")
# The names of files that are written into a package, into releases, and into a site, in whose folder releases may lie.
_OURS = re.compile(
    rf"[a-z_]{{1,60}}+\.(?:csv|jsonl|parquet)|{re.escape(about.DATABASE)}|CITATION\.cff|README\.md"
    rf"|{'|'.join(map(re.escape, (DESCRIPTOR, 'metadata.json', 'settings.json', about.ATTRIBUTION)))}"
)
_OF_RELEASES = re.compile(
    rf"{re.escape(LISTING)}|(?:{LATEST}|{RELEASES}/{_VERSION.pattern})/(?:{_OURS.pattern})",
)
_OF_A_SITE = re.compile(
    r"(?:[a-z]{2,3}(?:-\w+)?|assets|data)/(?:[\w-]+/)*[\w.-]+\.(?:atom|css|csv|html|ics|js|json|svg|txt|xlsx)"
    r"|(?:index|404)\.html|\.nojekyll|\.civic-tracker-site\.json",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Package:
    """A package that lies ready: its version, its files by name, and the names that a package can have."""

    version: str
    files: dict[str, Content]
    names: frozenset[str]


def write_package(dataset: Dataset, folder: Path, on: date) -> list[str]:
    """Write the package into ``folder`` in one step; return the names of the files written or changed.

    Raises:
        DatasetError: when the folder holds something else or cannot be written, or the dataset contradicts itself.
    """
    _refuse_foreign(folder)
    with _made(dataset, on) as package, storage.locked(folder, patience=storage.PATIENCE):
        storage.recover(folder, is_ours)
        _refuse_foreign(folder)
        gone = package.names - package.files.keys()
        return storage.write_together(folder, package.files, remove=gone, kinds=is_ours)


def write_release(dataset: Dataset, base: Path, on: date) -> list[str]:
    """Write the package as ``releases/<version>/`` and as ``latest/`` of ``base``, and list all in ``releases.json``.

    A release that is there stays as it is: its address has been given away.

    Raises:
        DatasetError: as ``write_package``.
    """
    _refuse_foreign(base / LATEST)
    with _made(dataset, on) as package, storage.locked(base, patience=storage.PATIENCE):
        storage.recover(base, is_of_a_site)
        _refuse_foreign(base / LATEST)
        versions = _released(base)
        files = {f"{LATEST}/{name}": content for name, content in package.files.items()}
        if package.version not in versions:
            files |= {f"{RELEASES}/{package.version}/{name}": content for name, content in package.files.items()}
        listing = {
            "name": about.NAME,
            "latest": package.version,
            "releases": [
                {"version": one, "statusOn": one[:10], "path": f"{RELEASES}/{one}/{DESCRIPTOR}"}
                for one in sorted({*versions, package.version})
            ],
        }
        files[LISTING] = Content.of(about.as_json(listing))
        gone = frozenset(f"{LATEST}/{name}" for name in package.names - package.files.keys())
        return storage.write_together(base, files, remove=gone, kinds=is_of_a_site)


def is_ours(name: str) -> bool:
    """Whether a name is of a file of a package."""
    return bool(_OURS.fullmatch(name))


def is_of_a_site(name: str) -> bool:
    """Whether a name is of a file of a site, or of the releases that lie in it."""
    return bool(_OF_A_SITE.fullmatch(name) or _OF_RELEASES.fullmatch(name))


def version_in(folder: Path) -> str:
    """The version of the package that lies in ``folder``; empty when none does."""
    try:
        found = json.loads((folder / DESCRIPTOR).read_bytes())
    except (OSError, ValueError):
        return ""
    ours = isinstance(found, dict) and found.get("name") == about.NAME
    return str(found.get("version", "")) if ours else ""


def left_out() -> list[str]:
    """What a package made here does not have, and what to do about it: a sentence each."""
    if has_parquet():
        return []
    return ["No Parquet files: they need pyarrow. Install it with: pip install 'civic-tracker[parquet]'"]


@contextmanager
def _made(dataset: Dataset, on: date) -> Iterator[Package]:
    """The package, its large files in a folder that lasts as long as the block."""
    used = {one.source for one in dataset.measures} | {one.source for one in dataset.observations}
    sources = [source for name, source in all_sources().items() if name in used]
    with tempfile.TemporaryDirectory(prefix="civic-tracker-") as name:
        workshop = Path(name)
        tables = tables_of(dataset, on)
        try:
            files = _write_tables(tables, workshop)
        except (OSError, sqlite3.OperationalError) as error:
            raise DatasetError(
                f"{workshop}: the package cannot be made there ({error}). Nothing was changed."
            ) from error
        version = _version(files, sources, on)
        contents = {file.path: _content_of(workshop / file.path) for file in files}
        contents |= _words(files, tables, sources, on, version)
        paths = {f"{table.name}.{form}" for table in tables for form in _forms(table)}
        yield Package(version, contents, frozenset({*paths, *contents, about.DATABASE}))


def _forms(table: Table) -> tuple[str, ...]:
    return ("csv", "jsonl", "parquet") if table.name in _IN_ALL_FORMS else ("csv",)


def _write_tables(tables: Sequence[Table], folder: Path) -> list[about.File]:
    """Write every table in its forms and all of them into SQLite; return the files in the order of the descriptor."""
    files: list[about.File] = []
    database = Database(folder / about.DATABASE)
    try:
        for table in tables:
            forms = [form for form in _forms(table) if form != "parquet" or has_parquet()]
            writers = [_writer(form, folder / f"{table.name}.{form}", table) for form in forms]
            number = _fill([*writers, database.table(table)], table)
            files += [_file(folder, f"{table.name}.{form}", form, table, number) for form in forms]
        database.finish()
    finally:
        database.close()
    order = {form: place for place, form in enumerate(("csv", "jsonl", "parquet"))}
    files.sort(key=lambda file: order[file.form])
    return [*files, _file(folder, about.DATABASE, "sqlite", None, 0)]


def _writer(form: str, path: Path, table: Table) -> Writer:
    kinds: dict[str, type[CsvWriter | JsonLinesWriter | ParquetWriter]] = {
        "csv": CsvWriter,
        "jsonl": JsonLinesWriter,
        "parquet": ParquetWriter,
    }
    return kinds[form](path, table)


def _fill(writers: Sequence[Writer], table: Table) -> int:
    """Give every writer the rows of the table, which are made once; return how many there are."""
    number = 0
    rows = table.rows()
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        number += len(some)
        for writer in writers:
            writer.add(some)
    for writer in writers:
        writer.close()
    return number


def _file(folder: Path, path: str, form: str, table: Table | None, rows: int) -> about.File:
    digest = storage.file_sha256(folder / path) or ""
    return about.File(path, form, table, rows, (folder / path).stat().st_size, digest)


def _version(files: Sequence[about.File], sources: Sequence[Source], on: date) -> str:
    """The day, and the beginning of a checksum of the tables and of what is said about them.

    Only the forms that are plain text count, so that the libraries that write Parquet and SQLite have no say in it.
    """
    plain = [file for file in files if file.form in _SAYS_THE_SAME]
    return f"{on.isoformat()}-{storage.sha256(about.as_json(about.descriptor(plain, sources, on)))[:12]}"


def _words(
    files: Sequence[about.File], tables: Sequence[Table], sources: Sequence[Source], on: date, version: str
) -> dict[str, Content]:
    texts = {
        DESCRIPTOR: about.as_json(about.descriptor(files, sources, on, version)),
        "metadata.json": about.as_json(about.datasette_metadata(tables, sources, version)),
        "settings.json": about.as_json(about.datasette_settings()),
        "CITATION.cff": about.citation(sources, on, version).encode(),
        "README.md": about.readme(files, on, version).encode(),
        about.ATTRIBUTION: attribution_text((one.id for one in sources), on).encode(),
    }
    return {name: Content.of(text) for name, text in texts.items()}


def _content_of(path: Path) -> Content:
    def pieces() -> Iterator[bytes]:
        with path.open("rb") as stream:
            while piece := stream.read(_BYTES_AT_ONCE):
                yield piece

    return Content(pieces)


def _released(base: Path) -> set[str]:
    return {
        path.parent.name for path in (base / RELEASES).glob(f"*/{DESCRIPTOR}") if _VERSION.fullmatch(path.parent.name)
    }


def _refuse_foreign(folder: Path) -> None:
    """Refuse to write into a folder that is somebody else's: the names of our files are not rare ones."""
    if folder.exists() and not folder.is_dir():
        raise DatasetError(f"{folder}: is a file, not a folder. Choose another folder.")
    if version_in(folder) or storage.needs_recovery(folder) or not folder.is_dir():
        return
    if any(not path.name.startswith(".") for path in folder.iterdir()):
        raise DatasetError(f"{folder}: holds files that are no data package of civic-tracker. Choose another folder.")
