"""The dataset on disk: plain, sorted files, one per source, that a scheduled job can commit and a person can diff.

``<data>/measures/<source>.jsonl`` and ``<data>/observations/<source>.csv`` hold the records,
``problems/<source>.jsonl`` what could not be understood, ``imports.jsonl`` which documents were imported,
``dataset.json`` the counts and checksums.
Under ``<data>/local/`` lie publishers' full texts (snapshots, descriptions): never to be committed or exported.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from civic_tracker.declared.sources import all_sources
from civic_tracker.disk import storage, versions
from civic_tracker.disk.files import refuse_links
from civic_tracker.disk.storage import Content
from civic_tracker.disk.versions import OpenFile, Version
from civic_tracker.errors import DatasetError, NewerFormatError
from civic_tracker.model.changes import Change
from civic_tracker.model.runs import Receipt
from civic_tracker.model.schema import (
    ActRow,
    LinkRow,
    Problem,
    Record,
    WholeWords,
)
from civic_tracker.store import intact
from civic_tracker.store.contents import Dataset, Import, Manifest
from civic_tracker.store.layout import (
    ACTS,
    ATTRIBUTES,
    CHANGES,
    IGNORE,
    IMPORTS,
    KEPT,
    LINKS,
    MANIFEST,
    RECEIPTS,
    SHARED,
    TEXTS,
    files_of_records,
    is_ours,
    repair_of,
    snapshots,
    source_of,
)
from civic_tracker.store.rows import (
    AnyModel,
    AnyRecord,
    fitted_line,
    line_of_texts,
    line_that_leaves,
    lines_of,
    may_leave,
    read_lines,
    read_observations,
    read_table,
    read_texts,
    table_of,
    table_of_observations,
)

FORMAT = 2
"""Of what is written; 1, which is read too, had no checksum of the manifest and no counts of a document's entries."""

_FIRST_FORMAT = 1

_NO_CONVERSION = b"* -text\n"


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
    return any(source_of(name) for name in files_of_records(folder) if not name.startswith("local/"))


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
            wanted[name] = lines_of(rows)
    wanted |= link_files(dataset.acts, dataset.links)
    present = files_of_records(folder)
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
        wanted[IGNORE] = Content.of(b"*\n")
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
        files[ACTS] = table_of(ActRow, acts)
    if links:
        files[LINKS] = table_of(LinkRow, links)
    return files


def record_files(dataset: Dataset, sources: Iterable[str]) -> dict[str, Content]:
    """The files that hold the records of these sources, with the publishers' texts that stay on this machine."""
    all_measures, all_figures = _by_source(dataset.measures), _by_source(dataset.observations)
    all_problems, words = _by_source(dataset.problems), _by_source(dataset.words)
    files = {}
    for source in sorted(sources):
        measures, figures, problems = all_measures[source], all_figures[source], all_problems[source]
        if measures:
            files[f"measures/{source}.jsonl"] = lines_of(measures, line_that_leaves)
        if figures:
            files[f"observations/{source}.csv"] = table_of_observations(figures)
        if problems:
            files[f"problems/{source}.jsonl"] = lines_of(problems, fitted_line)
        texts = [one for one in measures if (one.description or one.updates) and not may_leave(one)]
        if texts:
            files[f"local/texts/{source}.jsonl"] = lines_of(texts, line_of_texts)
        if words[source]:
            files[f"local/words/{source}.jsonl"] = lines_of(words[source])
    return files


def _by_source(records: Iterable[AnyRecord]) -> defaultdict[str, list[AnyRecord]]:
    found: defaultdict[str, list[AnyRecord]] = defaultdict(list)
    for record in records:
        found[record.source].append(record)
    return found


def altered(folder: Path, files: Mapping[str, Content]) -> set[str]:
    """The sources whose files in the folder differ from these."""
    present = {name: storage.file_sha256(folder / name) for name in files_of_records(folder) | files.keys()}
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
            imports=read_lines(shared[IMPORTS], Import),
            receipts=read_lines(shared[RECEIPTS], Receipt),
            changes=read_lines(shared[CHANGES], Change),
            acts=read_table(shared[ACTS], ActRow),
            links=read_table(shared[LINKS], LinkRow),
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
            found = read_lines(file, Record, countries)
            into.measures += [one.model_copy(update=texts[one.id]) if one.id in texts else one for one in found]
        elif name.startswith("observations/"):
            into.observations.extend(read_observations(file, countries))
        elif name.startswith("problems/"):
            into.problems += read_lines(file, Problem)
    return into


def read_files_as_they_are(folder: Path, sources: frozenset[str]) -> Dataset:
    """The records of these sources in the files that can be read, where no checksum is known to compare them with."""
    found = Dataset()
    for name in sorted(files_of_records(folder)):
        if source_of(name) in sources:
            with suppress(DatasetError, OSError):
                if name.startswith("measures/"):
                    texts = read_texts(folder / "local" / "texts" / Path(name).name)
                    rows = read_lines(folder / name, Record)
                    found.measures += [row.model_copy(update=texts.get(row.id, {})) for row in rows]
                elif name.startswith("observations/"):
                    found.observations += list(read_observations(folder / name, None))
    return found


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
        return read_table(file, ActRow)


def read_links(folder: Path, content: bytes | None = None) -> list[LinkRow]:
    """What pairs of records are to each other."""
    with _open_one(folder, LINKS, content) as file:
        return read_table(file, LinkRow)


def read_words(folder: Path, source: str) -> list[WholeWords]:
    """The words of one source of which only a term leaves, as far as they are on this machine."""
    return read_lines(folder / "local" / "words" / f"{source}.jsonl", WholeWords)


def read_problems(folder: Path, source: str) -> list[Problem]:
    """The problems of one source."""
    return _read_one(folder, f"problems/{source}.jsonl", Problem)


def _read_one(folder: Path, name: str, model: type[AnyModel], content: bytes | None = None) -> list[AnyModel]:
    with _open_one(folder, name, content) as file:
        return read_lines(file, model)


@contextmanager
def _open_one(folder: Path, name: str, content: bytes | None) -> Iterator[OpenFile]:
    """A file of the dataset, or what it held where that is known."""
    if content is not None:
        yield OpenFile.holding(folder / name, content)
        return
    with versions.one_file(folder, name, is_ours) as file:
        yield file


def keep_snapshot(folder: Path, content: bytes) -> str:
    """Store a document as received, where version control cannot see it; return its SHA-256."""
    refuse_links(folder, [IGNORE, "local/snapshots"])
    storage.write_together(folder, {IGNORE: b"*\n"}, kinds=is_ours)
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
