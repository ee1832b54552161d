"""The dataset on disk: plain, sorted files, one per source, that a scheduled job can commit and a person can diff.

``<data>/measures/<source>.jsonl`` and ``<data>/observations/<source>.csv`` hold the records,
``problems/<source>.jsonl`` what could not be understood, ``imports.jsonl`` which documents were imported,
``dataset.json`` the counts and checksums.
Under ``<data>/local/`` lie publishers' full texts (snapshots, descriptions): never to be committed or exported.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args

from pydantic import Field, ValidationError

from civic_tracker import leaving, storage
from civic_tracker.changes import Change
from civic_tracker.errors import DatasetError
from civic_tracker.fetching.outcomes import Receipt
from civic_tracker.health import FailureKind
from civic_tracker.schema import (
    ActRow,
    Address,
    Code,
    LinkRow,
    Measure,
    Model,
    Observation,
    Problem,
    SourceCount,
    Title,
    WholeWords,
)
from civic_tracker.sources import all_sources
from civic_tracker.storage import Content

FORMAT = 1
MANIFEST = "dataset.json"
IMPORTS = "imports.jsonl"
RECEIPTS = "receipts.jsonl"
CHANGES = "changes.jsonl"
ACTS = "acts.csv"
LINKS = "links.csv"
SHARED = frozenset({IMPORTS, RECEIPTS, CHANGES, ACTS, LINKS})
PER_SOURCE = (
    *("measures/*.jsonl", "observations/*.csv", "problems/*.jsonl"),
    *("local/texts/*.jsonl", "local/words/*.jsonl"),
)
TEXT_FIELDS = leaving.text_fields(Measure)
OBSERVATION_COLUMNS = tuple(Observation.model_fields)
_COUNTRY = b'"country":"'
_DAILY = OBSERVATION_COLUMNS.index("daily")
_ROWS_AT_ONCE = 1000
_EMPTY_IS_DEFAULT = {
    name
    for name, field in Observation.model_fields.items()
    if field.annotation is bool or NoneType in get_args(field.annotation)
}
AnyModel = TypeVar("AnyModel", bound=Model)
AnyRecord = TypeVar("AnyRecord", Measure, Observation, Problem, WholeWords)


class Import(Model):
    """One document that a person or a refresh brought in."""

    source: Code = Field(description="Id of the source declaration.")
    batch: Code = Field(description="Documents imported together share it.")
    sha256: Code = Field(pattern=r"^[0-9a-f]{64}$", description="The document's bytes.")
    name: Title = Field(description="The file's name.")
    url: Address = Field(default="", description="The address it was saved from, when known.")
    retrieved: date = Field(description="The day it was retrieved or, when not told, imported.")
    release: Code = Field(default="", description="The publisher's release that it holds.")
    entries_sha256: Code = Field(
        default="", description="The entries read from it: a page that changes around them says nothing new."
    )
    complete: bool = Field(
        default=False, description="Whether its batch held as much as the source's declaration called complete."
    )


class Staleness(Model):
    """Since when a source's records are those of an earlier day, because its newer document could not be taken over."""

    since: date = Field(description="The day of the first failed refresh.")
    kind: FailureKind = Field(description="Kind of failure; the run's summary has the reason.")


class SourceState(Model):
    """What the dataset holds of one source."""

    count: SourceCount
    measures: int = Field(ge=0, description="Measures in the dataset.")
    observations: int = Field(ge=0, description="Observations in the dataset.")
    complete: bool = Field(description="Whether a complete document of the source is loaded, or only an excerpt.")
    documents: int = Field(ge=0, description="Imported documents that the records come from.")
    retrieved: date | None = Field(default=None, description="Day the newest of them was retrieved.")
    stale: Staleness | None = Field(default=None, description="Set while a refresh of the source fails.")


class Manifest(Model):
    """`dataset.json`."""

    all_words = leaving.CODE

    format: int = Field(description="Version of this layout.")
    sources: dict[str, SourceState] = Field(description="State by source.")
    linked_from: Code = Field(
        default="",
        description="SHA-256 of the records and tables that the acts were made from; others are out of date.",
    )
    files: dict[str, str] = Field(description="SHA-256 of every file of the dataset.")


@dataclass
class Dataset:
    """All records in memory, sorted as they are written."""

    measures: list[Measure] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    words: list[WholeWords] = field(default_factory=list)
    """Of the sources that were just normalised: the words of which only a term leaves. Nothing reads them again."""
    imports: list[Import] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    acts: list[ActRow] = field(default_factory=list)
    links: list[LinkRow] = field(default_factory=list)
    states: dict[str, SourceState] = field(default_factory=dict)
    linked_from: str = ""


def by_country(dataset: Dataset) -> dict[str, Dataset]:
    """The records of each country that has any, its lines of the history, and the states of all sources."""
    parts: dict[str, Dataset] = {}
    for measure in dataset.measures:
        parts.setdefault(measure.country, Dataset(states=dataset.states)).measures.append(measure)
    for observation in dataset.observations:
        parts.setdefault(observation.country, Dataset(states=dataset.states)).observations.append(observation)
    country_of = {one.id: one.country for one in dataset.measures}
    for act in dataset.acts:
        if act.record in country_of:
            parts[country_of[act.record]].acts.append(act)
    for link in dataset.links:
        if link.left in country_of:
            parts[country_of[link.left]].links.append(link)
    for change in dataset.changes:
        if change.country:
            parts.setdefault(change.country, Dataset(states=dataset.states)).changes.append(change)
    return parts


def only(dataset: Dataset, iso3: str) -> Dataset:
    """The records of one country, with the states of all sources; quicker than ``by_country`` for one."""
    measures = [one for one in dataset.measures if one.country == iso3]
    ids = {one.id for one in measures}
    return Dataset(
        measures=measures,
        observations=[one for one in dataset.observations if one.country == iso3],
        acts=[one for one in dataset.acts if one.record in ids],
        links=[one for one in dataset.links if one.left in ids],
        changes=[one for one in dataset.changes if one.country == iso3],
        states=dataset.states,
    )


def exists(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (MANIFEST, IMPORTS)) or storage.needs_recovery(folder)


def save(
    dataset: Dataset,
    folder: Path,
    *,
    untouched: frozenset[str] = frozenset(),
    files: Mapping[str, Content] | None = None,
) -> list[str]:
    """Write the dataset in one step; return the files that changed (none when nothing did).

    The files of the sources in ``untouched`` stay as they are; of these the dataset holds the state only. ``files``
    are the others' ``record_files``, where the caller has made them.

    Raises:
        DatasetError: when the folder holds other things than a dataset, or cannot be written.
    """
    refuse_foreign(folder)
    wanted = dict(record_files(dataset, dataset.states.keys() - untouched) if files is None else files)
    for name, rows in ((IMPORTS, dataset.imports), (RECEIPTS, dataset.receipts), (CHANGES, dataset.changes)):
        if rows:
            wanted[name] = _lines_of(rows)
    wanted |= link_files(dataset.acts, dataset.links)
    present = _present(folder)
    stay = {name for name in present if Path(name).stem in untouched}
    former = read_manifest(folder).files if stay else {}
    checksums = {name: content.sha256 for name, content in wanted.items() if not name.startswith("local/")}
    checksums |= {name: former[name] for name in stay if name in former}
    manifest = Manifest(
        format=FORMAT,
        sources=dict(sorted(dataset.states.items())),
        linked_from=dataset.linked_from,
        files=dict(sorted(checksums.items())),
    )
    wanted[MANIFEST] = _manifest_text(manifest)
    if (folder / "local").is_dir() or any(name.startswith("local/") for name in wanted):
        wanted["local/.gitignore"] = Content.of(b"*\n")
    gone = frozenset((present | SHARED) - stay - wanted.keys())
    return storage.write_together(folder, wanted, remove=gone)


def save_links(folder: Path, acts: Sequence[ActRow], links: Sequence[LinkRow], linked_from: str) -> list[str]:
    """Write acts and links beside the records they were made from; return the files that changed.

    Raises:
        DatasetError: when the folder holds no dataset, or cannot be written.
    """
    manifest = read_manifest(folder)
    wanted = link_files(acts, links)
    kept = {name: digest for name, digest in manifest.files.items() if name not in {ACTS, LINKS}}
    files = dict(sorted((kept | {name: content.sha256 for name, content in wanted.items()}).items()))
    renewed = manifest.model_copy(update={"files": files, "linked_from": linked_from})
    gone = frozenset({ACTS, LINKS} - wanted.keys())
    return storage.write_together(folder, wanted | {MANIFEST: _manifest_text(renewed)}, remove=gone)


def link_files(acts: Sequence[ActRow], links: Sequence[LinkRow]) -> dict[str, Content]:
    """The files of acts and links; none where nothing is linked."""
    files = {}
    if acts:
        files[ACTS] = _table_of(ActRow, acts)
    if links:
        files[LINKS] = _table_of(LinkRow, links)
    return files


def record_files(dataset: Dataset, sources: Iterable[str]) -> dict[str, Content]:
    """The files that hold the records of these sources, with the publishers' texts that stay on this machine."""
    all_measures, all_figures = _by_source(dataset.measures), _by_source(dataset.observations)
    all_problems, words = _by_source(dataset.problems), _by_source(dataset.words)
    files = {}
    for source in sorted(sources):
        measures, figures, problems = all_measures[source], all_figures[source], all_problems[source]
        if measures:
            files[f"measures/{source}.jsonl"] = _lines_of(measures, _as_it_leaves)
        if figures:
            files[f"observations/{source}.csv"] = _observation_table(figures)
        if problems:
            files[f"problems/{source}.jsonl"] = _lines_of(problems, _fitted)
        texts = [one for one in measures if (one.description or one.updates) and not may_leave(one)]
        if texts:
            files[f"local/texts/{source}.jsonl"] = _lines_of(texts, _text_only)
        if words[source]:
            files[f"local/words/{source}.jsonl"] = _lines_of(words[source])
    return files


def _by_source(records: Iterable[AnyRecord]) -> defaultdict[str, list[AnyRecord]]:
    found: defaultdict[str, list[AnyRecord]] = defaultdict(list)
    for record in records:
        found[record.source].append(record)
    return found


def altered(folder: Path, files: Mapping[str, Content]) -> set[str]:
    """The sources whose files in the folder differ from these."""
    present = {name: storage.file_sha256(folder / name) for name in _present(folder) | files.keys()}
    wanted = {name: content.sha256 for name, content in files.items()}
    return {Path(name).stem for name, digest in present.items() if digest != wanted.get(name)}


def load(folder: Path, *, countries: frozenset[str] | None = None, sources: frozenset[str] | None = None) -> Dataset:
    """Read the dataset, or only what is about some countries, or of some sources.

    Raises:
        DatasetError: naming the file and line that is missing, damaged or changed by hand.
    """
    if storage.needs_recovery(folder):
        storage.recover(folder)
    manifest = read_manifest(folder)
    known = all_sources().keys() if sources is None else sources & all_sources().keys()
    wanted = {name: digest for name, digest in manifest.files.items() if Path(name).stem in known or name in SHARED}
    for name, digest in wanted.items():
        try:
            actual = storage.file_sha256(folder / name)
        except OSError as error:
            raise DatasetError(f"{folder / name}: cannot be read ({error.strerror}). {_REPAIR}") from error
        if actual is None:
            raise DatasetError(f"{folder / name}: is missing. {_REPAIR}")
        if actual != digest:
            raise DatasetError(f"{folder / name}: was damaged or changed by hand. {_REPAIR}")
    states = {source: state for source, state in manifest.sources.items() if source in all_sources()}
    dataset = Dataset(
        states=states,
        imports=read_imports(folder),
        receipts=read_receipts(folder),
        changes=read_changes(folder),
        acts=_read_table(folder / ACTS, ActRow),
        links=_read_table(folder / LINKS, LinkRow),
        linked_from=manifest.linked_from,
    )
    texts = _load_texts(folder)
    for name in sorted(wanted):
        if name.startswith("measures/"):
            found = _read_lines(folder / name, Measure, countries)
            dataset.measures += [one.model_copy(update=texts[one.id]) if one.id in texts else one for one in found]
        elif name.startswith("observations/"):
            dataset.observations.extend(_read_observations(folder / name, countries))
        elif name.startswith("problems/"):
            dataset.problems += _read_lines(folder / name, Problem)
    return dataset


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the dataset in ``folder``."""
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise DatasetError(f"{folder}: holds no dataset yet. Make one with: civic-tracker run") from error
    except (OSError, ValidationError) as error:
        raise DatasetError(f"{path}: cannot be read as the manifest of a dataset. {_REPAIR}") from error
    if manifest.format != FORMAT:
        raise DatasetError(f"{path}: has format {manifest.format}; this program reads format {FORMAT}.")
    return manifest


def read_imports(folder: Path) -> list[Import]:
    """The documents imported so far, in their order."""
    return _read_lines(folder / IMPORTS, Import)


def read_receipts(folder: Path) -> list[Receipt]:
    """What is remembered of the addresses that a refresh asks."""
    return _read_lines(folder / RECEIPTS, Receipt)


def read_changes(folder: Path) -> list[Change]:
    """The history, oldest first."""
    return _read_lines(folder / CHANGES, Change)


def read_words(folder: Path, source: str) -> list[WholeWords]:
    """The words of one source of which only a term leaves, as far as they are on this machine."""
    return _read_lines(folder / "local" / "words" / f"{source}.jsonl", WholeWords)


def read_problems(folder: Path, source: str) -> list[Problem]:
    """The problems of one source."""
    return _read_lines(folder / "problems" / f"{source}.jsonl", Problem)


def snapshots(folder: Path) -> Path:
    """Where the documents as received are kept."""
    return folder / "local" / "snapshots"


def keep_snapshot(folder: Path, content: bytes) -> str:
    """Store a document as received, where version control cannot see it; return its SHA-256."""
    storage.write_together(folder, {"local/.gitignore": b"*\n"})
    return storage.keep_snapshot(snapshots(folder), content)


def refuse_foreign(folder: Path) -> None:
    """Refuse to write into a folder that is somebody else's.

    Raises:
        DatasetError: when the folder holds files but no dataset.
    """
    if folder.exists() and not folder.is_dir():
        raise DatasetError(f"{folder}: is a file, not a folder. Choose another folder with --data-dir.")
    if not exists(folder) and folder.is_dir() and any(map(_is_foreign, folder.iterdir())):
        raise DatasetError(
            f"{folder}: holds files that are no civic-tracker dataset. Choose another folder with --data-dir."
        )


_REPAIR = "Rebuild it with: civic-tracker run (or restore the file from version control)."
_EXPECTED = {"starter", "local", "README.md", "LICENSE.md"}


def _is_foreign(item: Path) -> bool:
    """Whether it is neither ours nor one of the hidden files that version control and desktops leave everywhere."""
    return item.name not in _EXPECTED and not item.name.startswith(".")


def _manifest_text(manifest: Manifest) -> Content:
    text = json.dumps(manifest.model_dump(mode="json"), indent=1, sort_keys=True) + "\n"
    return Content.of(text.encode())


def _table_of(model: type[Model], rows: Sequence[Model]) -> Content:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(model.model_fields)
    for row in rows:
        writer.writerow("true" if value is True else "" if value is False else value for value in dict(row).values())
    return Content.of(stream.getvalue().encode())


def _read_table(path: Path, model: type[AnyModel]) -> list[AnyModel]:
    """The rows of a table of flat records; none when there is no such file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        try:
            return [
                model.model_validate({name: value for name, value in row.items() if value})
                for row in csv.DictReader(stream)
            ]
        except ValidationError as error:
            raise DatasetError(f"{path}: {error.errors()[0]['msg']}. {_REPAIR}") from error


def _present(folder: Path) -> set[str]:
    """The files of records in the folder."""
    return {path.relative_to(folder).as_posix() for pattern in PER_SOURCE for path in folder.glob(pattern)}


def may_leave(measure: Measure) -> bool:
    """Whether the record's running text may be committed and exported: it is ours, or its licence lets it leave."""
    source = all_sources().get(measure.source)
    return measure.is_starter or bool(source and source.licence.republish_descriptions)


def _sparse(model: Model) -> str:
    return model.model_dump_json(exclude_defaults=True)


def _fitted(model: Model) -> str:
    return _sparse(leaving.fitted(model))


def _as_it_leaves(measure: Measure) -> str:
    """The record without the publisher's running text, whatever was put into it and whoever did."""
    if measure.is_starter:
        return _sparse(measure)
    hidden = set() if may_leave(measure) else set(TEXT_FIELDS)
    return leaving.fitted(measure).model_dump_json(exclude_defaults=True, exclude=hidden)


def _text_only(measure: Measure) -> str:
    return measure.model_dump_json(include={"id", *TEXT_FIELDS})


def _load_texts(folder: Path) -> dict[str, dict[str, Any]]:
    texts: dict[str, dict[str, Any]] = {}
    for path in sorted((folder / "local" / "texts").glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            try:
                row = json.loads(line)
                texts[row["id"]] = {"description": row["description"], "updates": tuple(row["updates"])}
            except (ValueError, KeyError, TypeError) as error:
                raise DatasetError(f"{path}: line {number} is damaged. {_REPAIR}") from error
    return texts


def _lines_of(rows: Sequence[AnyModel], line: Callable[[AnyModel], str] = _sparse) -> Content:
    return Content(lambda: (line(row).encode() + b"\n" for row in rows))


def _read_lines(path: Path, model: type[AnyModel], countries: frozenset[str] | None = None) -> list[AnyModel]:
    """The records of a file, or those about some countries; none when there is no such file."""
    if not path.is_file():
        return []
    rows = []
    wanted = None if countries is None else {iso3.encode() for iso3 in countries}
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if wanted is not None and line[(at := line.find(_COUNTRY) + len(_COUNTRY)) : at + 3] not in wanted:
                continue
            try:
                rows.append(model.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                raise DatasetError(f"{path}: line {number}: {where}: {first['msg']}. {_REPAIR}") from error
    return rows


def _observation_table(observations: Sequence[Observation]) -> Content:
    def lines() -> Iterator[bytes]:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(OBSERVATION_COLUMNS)
        for start in range(0, len(observations), _ROWS_AT_ONCE):
            writer.writerows(map(_cells, observations[start : start + _ROWS_AT_ONCE]))
            yield stream.getvalue().encode()
            stream.seek(0)
            stream.truncate()

    return Content(lines)


def _cells(observation: Observation) -> list[object]:
    """The row of a figure; what is not there is an empty cell, so that most rows stay short."""
    row = [getattr(observation, name) for name in OBSERVATION_COLUMNS]
    row[_DAILY] = "true" if row[_DAILY] else ""
    return row


def _read_observations(path: Path, countries: frozenset[str] | None) -> Iterator[Observation]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        columns = next(reader, [])
        place = columns.index("country") if "country" in columns else 0
        for row in reader:
            if countries is not None and row[place] not in countries:
                continue
            cells = {
                name: value for name, value in zip(columns, row, strict=False) if value or name not in _EMPTY_IS_DEFAULT
            }
            try:
                yield Observation.model_validate(cells)
            except ValidationError as error:
                where, reason = reader.line_num, error.errors()[0]["msg"]
                raise DatasetError(f"{path}: line {where}: {reason}. {_REPAIR}") from error
