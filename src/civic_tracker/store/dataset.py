"""The dataset on disk: plain, sorted files, one per source, that a scheduled job can commit and a person can diff.

``<data>/measures/<source>.jsonl`` and ``<data>/observations/<source>.csv`` hold the records,
``problems/<source>.jsonl`` what could not be understood, ``imports.jsonl`` which documents were imported,
``dataset.json`` the counts and checksums.
Under ``<data>/local/`` lie publishers' full texts (snapshots, descriptions): never to be committed or exported.
"""

import codecs
import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args

from pydantic import Field, ValidationError

from civic_tracker import leaving
from civic_tracker.declared.sources import all_sources
from civic_tracker.disk import storage, versions
from civic_tracker.disk.files import refuse_links
from civic_tracker.disk.storage import Content
from civic_tracker.disk.versions import OpenFile, Version
from civic_tracker.errors import DatasetError, NewerFormatError
from civic_tracker.model.changes import Change
from civic_tracker.model.runs import FailureKind, Receipt
from civic_tracker.model.schema import (
    ActRow,
    Address,
    Code,
    LinkRow,
    Model,
    Observation,
    Problem,
    Record,
    SourceCount,
    Title,
    WholeWords,
)
from civic_tracker.store import intact
from civic_tracker.store.fitting import fitted

FORMAT = 2
"""Of what is written; 1, which is read too, had no checksum of the manifest and no counts of a document's entries."""

_FIRST_FORMAT = 1
MANIFEST = "dataset.json"
IMPORTS = "imports.jsonl"
RECEIPTS = "receipts.jsonl"
CHANGES = "changes.jsonl"
ACTS = "acts.csv"
LINKS = "links.csv"
KEPT = (IMPORTS, RECEIPTS, CHANGES)
"""What cannot be made again from anything else."""

SHARED = frozenset({*KEPT, ACTS, LINKS})
ATTRIBUTES = ".gitattributes"
_NO_CONVERSION = b"* -text\n"
PER_SOURCE = (
    *("measures/*.jsonl", "observations/*.csv", "problems/*.jsonl"),
    *("local/texts/*.jsonl", "local/words/*.jsonl"),
)
TEXTS = "local/texts/*.jsonl"
_IGNORE = "local/.gitignore"
_OF_A_SOURCE = re.compile(
    r"(?:(?:measures|problems|local/texts|local/words)/[\w-]+\.jsonl|observations/[\w-]+\.csv)", re.ASCII
)
TEXT_FIELDS = leaving.text_fields(Record)
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
AnyRecord = TypeVar("AnyRecord", Record, Observation, Problem, WholeWords)


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
    entries: int | None = Field(
        default=None, ge=0, description="Entries and figures in it, those set aside not counted; empty when not known."
    )
    asides: int | None = Field(default=None, ge=0, description="Entries set aside; empty when not known.")


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
    linked_without: tuple[str, ...] = Field(
        default=(),
        description="Sources of which some texts were on another machine when the acts were made: their records kept "
        "the links that they had.",
    )
    files: dict[str, str] = Field(description="SHA-256 of every file of the dataset.")
    sha256: str = Field(default="", description="SHA-256 of this file as it is with this value empty.")


@dataclass
class Dataset:
    """All records in memory, sorted as they are written."""

    measures: list[Record] = field(default_factory=list)
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
    linked_without: tuple[str, ...] = ()


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


def is_ours(name: str) -> bool:
    """Whether a name, relative to the folder, is of a file that is written into a dataset."""
    return name in SHARED or name in {MANIFEST, ATTRIBUTES, _IGNORE} or bool(_OF_A_SOURCE.fullmatch(name))


@contextmanager
def locked(folder: Path, *, patience: float = 0) -> Iterator[None]:
    """Hold the dataset for one writer; a write that was interrupted is finished first.

    Most of what is done with a dataset takes minutes, so that it is not waited for without ``patience`` (seconds).

    Raises:
        DatasetError: when another run holds it, with who that is; when the folder holds other things than a dataset, or
            cannot be written.
    """
    refuse_foreign(folder)
    with storage.locked(folder, patience=patience):
        recover(folder)
        yield


def recover(folder: Path) -> None:
    """Finish, or forget, a write of the dataset that was interrupted; see :func:`storage.recover`."""
    storage.recover(folder, is_ours)


def exists(folder: Path) -> bool:
    """Whether the folder holds a dataset, though its manifest may be missing."""
    if any((folder / name).is_file() for name in (MANIFEST, *KEPT)) or storage.needs_recovery(folder):
        return True
    return any(source_of(name) for name in _present(folder) if not name.startswith("local/"))


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
        DatasetError: when the folder holds other things than a dataset, or one of a newer format, or cannot be written.
    """
    with locked(folder, patience=storage.PATIENCE):
        refuse_newer(folder)
        return _save(dataset, folder, untouched, files)


def _save(dataset: Dataset, folder: Path, untouched: frozenset[str], files: Mapping[str, Content] | None) -> list[str]:
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
        linked_without=dataset.linked_without,
        files=dict(sorted(checksums.items())),
    )
    if _may_write_attributes(folder):
        wanted[ATTRIBUTES] = Content.of(_NO_CONVERSION)
    wanted[MANIFEST] = _manifest_text(manifest)
    if (folder / "local").is_dir() or any(name.startswith("local/") for name in wanted):
        wanted[_IGNORE] = Content.of(b"*\n")
    gone = frozenset((present | SHARED) - stay - wanted.keys())
    return storage.write_together(folder, wanted, remove=gone, kinds=is_ours)


def save_links(
    folder: Path,
    acts: Sequence[ActRow],
    links: Sequence[LinkRow],
    linked_from: str,
    linked_without: tuple[str, ...] = (),
) -> list[str]:
    """Write acts and links beside the records they were made from; return the files that changed.

    Raises:
        DatasetError: when the folder holds no dataset, or cannot be written.
    """
    manifest = read_manifest(folder)
    wanted = link_files(acts, links)
    kept = {name: digest for name, digest in manifest.files.items() if name not in {ACTS, LINKS}}
    files = dict(sorted((kept | {name: content.sha256 for name, content in wanted.items()}).items()))
    made_from = {"linked_from": linked_from, "linked_without": linked_without}
    renewed = manifest.model_copy(update={"format": FORMAT, "files": files} | made_from)
    gone = frozenset({ACTS, LINKS} - wanted.keys())
    return storage.write_together(folder, wanted | {MANIFEST: _manifest_text(renewed)}, remove=gone, kinds=is_ours)


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
    known = frozenset(all_sources()) if sources is None else sources
    with versions.one_version(folder, is_ours, partial(_open_all, folder, known)) as (version, manifest):
        shared = {
            name: _as_written(folder, version.file(name), name, manifest.files.get(name)) for name in sorted(SHARED)
        }
        dataset = Dataset(
            states={source: state for source, state in manifest.sources.items() if source in all_sources()},
            imports=_read_lines(shared[IMPORTS], Import),
            receipts=_read_lines(shared[RECEIPTS], Receipt),
            changes=_read_lines(shared[CHANGES], Change),
            acts=_read_table(shared[ACTS], ActRow),
            links=_read_table(shared[LINKS], LinkRow),
            linked_from=manifest.linked_from,
            linked_without=manifest.linked_without,
        )
        return _add_records(dataset, folder, version, _files_of(manifest.files, known), countries)


def read_records(
    folder: Path,
    files: Mapping[str, str],
    sources: frozenset[str],
    *,
    into: Dataset,
    countries: frozenset[str] | None = None,
) -> Dataset:
    """Add the records of these sources to a dataset, which is returned; ``files`` holds the checksums to compare with.

    Raises:
        DatasetError: naming the file and line that is missing, damaged or changed by hand.
    """
    wanted = _files_of(files, sources)
    with versions.one_version(folder, is_ours, partial(_open_files, folder, wanted)) as (version, _):
        return _add_records(into, folder, version, wanted, countries)


def _files_of(files: Mapping[str, str], sources: frozenset[str]) -> dict[str, str]:
    """Of the files with their checksums, those that hold records of these sources."""
    return {name: digest for name, digest in files.items() if is_ours(name) and source_of(name) in sources}


def _open_all(folder: Path, sources: frozenset[str], version: Version) -> Manifest:
    """Open every file that ``load`` reads; return the manifest."""
    manifest = read_manifest(folder, version)
    shared = {name: manifest.files.get(name, "") for name in SHARED}
    _open_files(folder, shared | _files_of(manifest.files, sources), version)
    return manifest


def _open_files(folder: Path, files: Mapping[str, str], version: Version) -> None:
    """Open these files, and the texts that stay on this machine; a file without a checksum may be missing."""
    for name in (*files, *version.names(TEXTS)):
        try:
            is_missing = not version.file(name).is_file()
        except OSError as error:
            raise DatasetError(
                f"{folder / name}: cannot be read ({error.strerror}). {repair_of(folder, name)}"
            ) from error
        if is_missing and files.get(name):
            raise DatasetError(f"{folder / name}: is missing. {repair_of(folder, name)}")


def _as_written(folder: Path, file: OpenFile, name: str, digest: str | None) -> OpenFile:
    """The file if it holds what was written, but for line ends and the like; any, where no checksum is known.

    Raises:
        DatasetError: naming the file that was damaged or changed by hand.
    """
    if not digest or file.sha256() == digest:
        return file
    content = intact.plain(file.read_bytes())
    if storage.sha256(content) != digest:
        raise DatasetError(f"{folder / name}: was damaged or changed by hand. {repair_of(folder, name)}")
    return OpenFile.holding(folder / name, content)


def _add_records(
    into: Dataset, folder: Path, version: Version, files: Mapping[str, str], countries: frozenset[str] | None
) -> Dataset:
    texts: dict[str, dict[str, Any]] = {}
    for name in version.names(TEXTS) if files else ():
        texts |= read_texts(version.file(name))
    for name, digest in sorted(files.items()):
        file = _as_written(folder, version.file(name), name, digest)
        if name.startswith("measures/"):
            found = _read_lines(file, Record, countries)
            into.measures += [one.model_copy(update=texts[one.id]) if one.id in texts else one for one in found]
        elif name.startswith("observations/"):
            into.observations.extend(_read_observations(file, countries))
        elif name.startswith("problems/"):
            into.problems += _read_lines(file, Problem)
    return into


def read_files_as_they_are(folder: Path, sources: frozenset[str]) -> Dataset:
    """The records of these sources in the files that can be read, where no checksum is known to compare them with."""
    found = Dataset()
    for name in sorted(_present(folder)):
        if source_of(name) in sources:
            with suppress(DatasetError, OSError):
                if name.startswith("measures/"):
                    texts = read_texts(folder / "local" / "texts" / Path(name).name)
                    rows = _read_lines(folder / name, Record)
                    found.measures += [row.model_copy(update=texts.get(row.id, {})) for row in rows]
                elif name.startswith("observations/"):
                    found.observations += list(_read_observations(folder / name, None))
    return found


def source_of(name: str) -> str:
    """The declared source whose records a file holds; empty for any other file."""
    folder, _, file = name.rpartition("/")
    return Path(file).stem if folder and Path(file).stem in all_sources() else ""


def repair_of(folder: Path, name: str) -> str:
    """What to do about a file that is damaged."""
    if name not in KEPT:
        return intact.REBUILD
    return f"{intact.restoring(folder, name)} To take it as it stands: civic-tracker run --accept {name}"


def read_manifest(folder: Path, version: Version | None = None) -> Manifest:
    """The manifest of the dataset in ``folder``, or in a version of it that is being read.

    Raises:
        NewerFormatError: for one that a newer program wrote.
        DatasetError: for one that is missing or damaged.
    """
    path = folder / MANIFEST
    if version is None:
        with versions.one_version(folder, is_ours, partial(read_manifest, folder)) as (_, found):
            return found
    try:
        content = intact.plain(version.file(MANIFEST).read_bytes())
        _refuse_newer(path, content)
        manifest = Manifest.model_validate_json(content)
    except FileNotFoundError as error:
        raise DatasetError(f"{folder}: holds no dataset yet. Make one with: civic-tracker run") from error
    except (OSError, ValidationError) as error:
        raise DatasetError(f"{path}: cannot be read as the manifest of a dataset. {intact.REBUILD}") from error
    if manifest.sha256 != _seal(manifest) and (manifest.sha256 or manifest.format > _FIRST_FORMAT):
        raise DatasetError(f"{path}: was damaged or changed by hand. {intact.REBUILD}")
    return manifest


def refuse_newer(folder: Path) -> None:
    """Refuse to write over a dataset of a newer program's.

    Raises:
        NewerFormatError: naming both formats.
    """
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except OSError:
        return
    _refuse_newer(path, intact.plain(content))


def _refuse_newer(path: Path, content: bytes) -> None:
    try:
        written = json.loads(content)["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if isinstance(written, int) and not _FIRST_FORMAT <= written <= FORMAT:
        raise NewerFormatError(
            f"{path}: has format {written}; this program reads formats {_FIRST_FORMAT} to {FORMAT}. Nothing was "
            "changed. Use the version of civic-tracker that wrote it, or a newer one."
        )


def read_imports(folder: Path, content: bytes | None = None) -> list[Import]:
    """The documents imported so far, in their order; ``content`` is what the file held, where its line ends changed."""
    return _read_one(folder, IMPORTS, Import, content)


def read_receipts(folder: Path, content: bytes | None = None) -> list[Receipt]:
    """What is remembered of the addresses that a refresh asks."""
    return _read_one(folder, RECEIPTS, Receipt, content)


def read_changes(folder: Path, content: bytes | None = None) -> list[Change]:
    """The history, oldest first."""
    return _read_one(folder, CHANGES, Change, content)


def read_acts(folder: Path, content: bytes | None = None) -> list[ActRow]:
    """Which record stands in which act."""
    with _open_one(folder, ACTS, content) as file:
        return _read_table(file, ActRow)


def read_links(folder: Path, content: bytes | None = None) -> list[LinkRow]:
    """What pairs of records are to each other."""
    with _open_one(folder, LINKS, content) as file:
        return _read_table(file, LinkRow)


def read_words(folder: Path, source: str) -> list[WholeWords]:
    """The words of one source of which only a term leaves, as far as they are on this machine."""
    return _read_lines(folder / "local" / "words" / f"{source}.jsonl", WholeWords)


def read_problems(folder: Path, source: str) -> list[Problem]:
    """The problems of one source."""
    return _read_one(folder, f"problems/{source}.jsonl", Problem)


def _read_one(folder: Path, name: str, model: type[AnyModel], content: bytes | None = None) -> list[AnyModel]:
    with _open_one(folder, name, content) as file:
        return _read_lines(file, model)


@contextmanager
def _open_one(folder: Path, name: str, content: bytes | None) -> Iterator[OpenFile]:
    """A file of the dataset, or what it held where that is known."""
    if content is not None:
        yield OpenFile.holding(folder / name, content)
        return
    with versions.one_file(folder, name, is_ours) as file:
        yield file


def snapshots(folder: Path) -> Path:
    """Where the documents as received are kept."""
    return folder / "local" / "snapshots"


def keep_snapshot(folder: Path, content: bytes) -> str:
    """Store a document as received, where version control cannot see it; return its SHA-256."""
    refuse_links(folder, [_IGNORE, "local/snapshots"])
    storage.write_together(folder, {_IGNORE: b"*\n"}, kinds=is_ours)
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


_EXPECTED = {"starter", "local", "README.md", "LICENSE.md"}


def _is_foreign(item: Path) -> bool:
    """Whether it is neither ours nor one of the hidden files that version control and desktops leave everywhere."""
    return item.name not in _EXPECTED and not item.name.startswith(".")


def _manifest_text(manifest: Manifest) -> Content:
    return Content.of(_as_json(sealed(manifest)))


def sealed(manifest: Manifest) -> Manifest:
    """The manifest with its own checksum."""
    return manifest.model_copy(update={"sha256": _seal(manifest)})


def _seal(manifest: Manifest) -> str:
    return storage.sha256(_as_json(manifest.model_copy(update={"sha256": ""})))


def _as_json(manifest: Manifest) -> bytes:
    return (json.dumps(manifest.model_dump(mode="json"), indent=1, sort_keys=True) + "\n").encode()


def _may_write_attributes(folder: Path) -> bool:
    """Whether git's attributes beside the data are ours to write: there are none, or ours with other line ends."""
    path = folder / ATTRIBUTES
    return not path.exists() or (path.is_file() and intact.plain(path.read_bytes()) == _NO_CONVERSION)


def _table_of(model: type[Model], rows: Sequence[Model]) -> Content:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(model.model_fields)
    for row in rows:
        writer.writerow("true" if value is True else "" if value is False else value for value in dict(row).values())
    return Content.of(stream.getvalue().encode())


def _read_table(path: Path | OpenFile, model: type[AnyModel]) -> list[AnyModel]:
    """The rows of a table of flat records; none when there is no such file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            return [
                model.model_validate({name: value for name, value in row.items() if value})
                for row in csv.DictReader(stream)
            ]
        except ValidationError as error:
            raise DatasetError(f"{path}: {error.errors()[0]['msg']}. {intact.REBUILD}") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise DatasetError(f"{path}: cannot be read ({error}). {intact.REBUILD}") from error


def _present(folder: Path) -> set[str]:
    """The files of records in the folder."""
    found = {path.relative_to(folder).as_posix() for pattern in PER_SOURCE for path in folder.glob(pattern)}
    return set(filter(is_ours, found))


def may_leave(measure: Record) -> bool:
    """Whether the record's running text may be committed and exported: it is ours, or its licence lets it leave."""
    source = all_sources().get(measure.source)
    return measure.is_starter or bool(source and source.licence.republish_descriptions)


def _sparse(model: Model) -> str:
    return model.model_dump_json(exclude_defaults=True)


def _fitted(model: Model) -> str:
    return _sparse(fitted(model))


def _as_it_leaves(measure: Record) -> str:
    """The record without the publisher's running text, whatever was put into it and whoever did."""
    if measure.is_starter:
        return _sparse(measure)
    hidden = set() if may_leave(measure) else set(TEXT_FIELDS)
    return fitted(measure).model_dump_json(exclude_defaults=True, exclude=hidden)


def _text_only(measure: Record) -> str:
    return measure.model_dump_json(include={"id", *TEXT_FIELDS})


def read_texts(path: Path | OpenFile) -> dict[str, dict[str, Any]]:
    """The texts of one source that stay on this machine, by the id of their record; none when there is no such file.

    Raises:
        DatasetError: naming the line that is damaged.
    """
    texts: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(path.read_bytes().splitlines() if path.is_file() else (), start=1):
        try:
            row = json.loads(line)
            texts[row["id"]] = {"description": row["description"], "updates": tuple(row["updates"])}
        except (ValueError, KeyError, TypeError) as error:
            raise DatasetError(f"{path}: line {number} is damaged. {intact.REBUILD}") from error
    return texts


def _lines_of(rows: Sequence[AnyModel], line: Callable[[AnyModel], str] = _sparse) -> Content:
    return Content(lambda: (line(row).encode() + b"\n" for row in rows))


def _read_lines(
    path: Path | OpenFile, model: type[AnyModel], countries: frozenset[str] | None = None
) -> list[AnyModel]:
    """The records of a file, or those about some countries; none when there is no such file."""
    if not path.is_file():
        return []
    rows = []
    wanted = None if countries is None else {iso3.encode() for iso3 in countries}
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
            if wanted is not None and line[(at := line.find(_COUNTRY) + len(_COUNTRY)) : at + 3] not in wanted:
                continue
            if line.isspace():
                continue
            try:
                rows.append(model.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                file = Path(str(path))
                repair = repair_of(file.parent, file.name)
                raise DatasetError(f"{path}: line {number}: {where}: {first['msg']}. {repair}") from error
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


def _read_observations(path: Path | OpenFile, countries: frozenset[str] | None) -> Iterator[Observation]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        try:
            columns = next(reader, [])
            place = columns.index("country") if "country" in columns else 0
            for row in reader:
                if not row or (countries is not None and row[place] not in countries):
                    continue
                cells = {
                    name: value
                    for name, value in zip(columns, row, strict=False)
                    if value or name not in _EMPTY_IS_DEFAULT
                }
                yield Observation.model_validate(cells)
        except ValidationError as error:
            where, reason = reader.line_num, error.errors()[0]["msg"]
            raise DatasetError(f"{path}: line {where}: {reason}. {intact.REBUILD}") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise DatasetError(f"{path}: cannot be read ({error}). {intact.REBUILD}") from error
