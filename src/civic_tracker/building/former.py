"""What a run must know of the dataset before it, though files of it may be missing or damaged.

Imports, receipts and history are kept nowhere else: without them a run is refused. Records, acts, links and the
manifest are made again where everything that they were made from is here; where it is not, a run is refused, and told
how to restore them.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from civic_tracker.declared.sources import all_sources
from civic_tracker.disk import storage
from civic_tracker.errors import DatasetError, NewerFormatError
from civic_tracker.model.schema import ActRow
from civic_tracker.store import dataset as store
from civic_tracker.store import intact
from civic_tracker.store.batches import needed
from civic_tracker.store.contents import Dataset, Import, Manifest
from civic_tracker.store.layout import (
    ACTS,
    CHANGES,
    IMPORTS,
    KEPT,
    LINKS,
    MANIFEST,
    RECEIPTS,
    repair_of,
    snapshots,
    source_of,
)
from civic_tracker.store.rows import read_texts

NOT_KNOWN = "not known"
"""In place of the checksum of what acts were made from, where the manifest that held it is gone."""


class Damage(NamedTuple):
    """A file of the dataset, and what is wrong with it."""

    name: str
    wrong: str


@dataclass(slots=True)
class Former:
    """The dataset before a run, without its records.

    ``damaged`` holds by source the file that is, and what is wrong with it, ``acts_damaged`` the same of acts and
    links; ``files`` the checksums of the files that are sound, ``mended`` those of which only line ends and the like
    differ, as they were written; ``imports`` the documents there were before the run adds any.
    """

    dataset: Dataset = field(default_factory=Dataset)
    imports: tuple[Import, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    mended: Mapping[str, bytes] = field(default_factory=dict)
    damaged: Mapping[str, Damage] = field(default_factory=dict)
    acts_damaged: Damage | None = None
    has_manifest: bool = True

    @property
    def remarks(self) -> list[str]:
        """What was made again, in sentences."""
        if not self.has_manifest:
            return [
                "dataset.json was missing or damaged, and was made again with all records. Which sources are stale is "
                "known again after the next refresh."
            ]
        words = [f"{name} {wrong}, and was made again." for name, wrong in self.damaged.values()]
        if self.acts_damaged:
            words.append("{} {}: all records are linked again.".format(*self.acts_damaged))
        return words


def read_former(folder: Path, *, accept: frozenset[str] = frozenset()) -> Former:
    """The dataset before a run; the caller holds the folder's lock.

    The files in ``accept`` are taken as they stand, though their checksum differs or they are missing.

    Raises:
        NewerFormatError: when a newer program wrote the dataset.
        DatasetError: when a file is damaged that cannot be made again.
    """
    if not store.exists(folder):
        return Former()
    manifest = _manifest(folder)
    listed = manifest.files if manifest else {}
    kept = {
        name: intact.content_of(folder / name, listed[name], repair_of(folder, name))
        for name in KEPT
        if name in listed and name not in accept
    }
    dataset = Dataset(
        imports=store.read_imports(folder, kept.get(IMPORTS)),
        receipts=store.read_receipts(folder, kept.get(RECEIPTS)),
        changes=store.read_changes(folder, kept.get(CHANGES)),
    )
    if manifest:
        dataset.states = {source: state for source, state in manifest.sources.items() if source in all_sources()}
        dataset.linked_from, dataset.linked_without = manifest.linked_from, manifest.linked_without
    files, mended, damaged = _files_of_records(folder, listed)
    if manifest is None:
        _refuse_records_without_imports(folder, dataset)
        damaged = dict.fromkeys(all_sources(), Damage(MANIFEST, "is missing or damaged"))
    return Former(
        dataset=dataset,
        imports=tuple(dataset.imports),
        files=files,
        mended=mended,
        damaged=damaged,
        acts_damaged=_read_acts(folder, listed, dataset, known=manifest is not None),
        has_manifest=manifest is not None,
    )


def refuse_what_cannot_be_made_again(folder: Path, former: Former) -> None:
    """Refuse to go on where a damaged file was made from documents that are not on this machine.

    Raises:
        DatasetError: naming the file, and how to restore it.
    """
    for source, damage in former.damaged.items():
        if absent := _absent(folder, needed(former.imports, source)):
            raise _refusal(folder, damage, f"{len(absent)} documents of {source} are not on this machine")
    if former.acts_damaged:
        for source in all_sources():
            if _absent(folder, needed(former.imports, source)):
                raise _refusal(folder, former.acts_damaged, f"texts of {source} are not on this machine")


def _refusal(folder: Path, damage: Damage, why: str) -> DatasetError:
    return DatasetError(
        f"{folder / damage.name}: {damage.wrong}, and cannot be made again here: {why}. "
        f"{intact.restoring(folder, damage.name)} Nothing was changed."
    )


def _refuse_records_without_imports(folder: Path, dataset: Dataset) -> None:
    """Without manifest and imports nobody knows which documents there were: what they gave must not be taken back."""
    if dataset.imports:
        return
    there = store.read_files_as_they_are(folder, frozenset(all_sources()))
    if any(not one.is_starter for one in there.measures) or any(
        one.source_record.startswith("sha256:") for one in there.observations
    ):
        path = folder / IMPORTS
        raise DatasetError(f"{path}: is missing, and so is dataset.json. {intact.restoring(folder, IMPORTS)}")


def _absent(folder: Path, imports: Sequence[Import]) -> list[Import]:
    """Those of the documents that are not here whole."""
    absent = []
    for one in imports:
        try:
            storage.read_snapshot(snapshots(folder), one.sha256)
        except DatasetError:
            absent.append(one)
    return absent


def _manifest(folder: Path) -> Manifest | None:
    """The manifest; ``None`` where it is missing or damaged."""
    try:
        return store.read_manifest(folder)
    except NewerFormatError:
        raise
    except DatasetError:
        return None


def _files_of_records(
    folder: Path, listed: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, bytes], dict[str, Damage]]:
    """The files of records that are sound, what was written where only line ends differ, and by source what is not."""
    files: dict[str, str] = {}
    mended: dict[str, bytes] = {}
    damaged: dict[str, Damage] = {}
    for name, digest in listed.items():
        if source := source_of(name):
            wrong, content = intact.condition(folder / name, digest)
            if wrong:
                damaged[source] = Damage(name, wrong)
                continue
            files[name] = digest
            if content is not None:
                mended[name] = content
    for source in all_sources():
        name = f"local/texts/{source}.jsonl"
        try:
            read_texts(folder / name)
        except DatasetError:
            damaged.setdefault(source, Damage(name, "was damaged"))
    return files, mended, damaged


def _read_acts(folder: Path, listed: Mapping[str, str], dataset: Dataset, *, known: bool) -> Damage | None:
    """Read acts and links into the dataset; return what is wrong with them, where they cannot be read."""
    damage = None
    contents: dict[str, bytes | None] = {}
    for name in (ACTS, LINKS):
        wrong, contents[name] = intact.condition(folder / name, listed[name]) if name in listed else ("", None)
        if wrong:
            damage = Damage(name, wrong)
    if damage is None:
        try:
            dataset.acts = store.read_acts(folder, contents[ACTS])
            dataset.links = store.read_links(folder, contents[LINKS])
        except DatasetError:
            damage = Damage(ACTS, "was damaged")
    if damage:
        dataset.acts, dataset.links = _rows_that_can_be_read(folder), []
        dataset.linked_from, dataset.linked_without = "", ()
    elif not known and (dataset.acts or dataset.links):
        dataset.linked_from = NOT_KNOWN
    return damage


def _rows_that_can_be_read(folder: Path) -> list[ActRow]:
    """The rows of a damaged table of acts whose home another row speaks of too, so that most acts keep their ids."""
    try:
        text = intact.plain((folder / ACTS).read_bytes()).decode("utf-8", "replace")
    except OSError:
        return []
    rows = []
    with suppress(csv.Error):
        for row in csv.DictReader(io.StringIO(text, newline="")):
            with suppress(ValidationError):
                rows.append(ActRow.model_validate(row))
    spoken_of = Counter(name for row in rows for name in {row.home, row.record})
    return [row for row in rows if row.home == row.record or spoken_of[row.home] > 1]
