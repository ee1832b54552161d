"""Linking the dataset anew, when its records or the tables that decide have changed, and only then."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from civic_tracker import paths
from civic_tracker.declared.sources import all_sources
from civic_tracker.disk import storage
from civic_tracker.linking.decisions import decisions
from civic_tracker.linking.link import Kept, Links, Say, link
from civic_tracker.store import dataset as store
from civic_tracker.store.batches import needed
from civic_tracker.store.contents import Dataset, Import, Manifest
from civic_tracker.store.layout import snapshots
from civic_tracker.store.rows import may_leave
from civic_tracker.version import __version__

TABLES = ("links.csv", "link_weights.csv", "link_words.csv")


def renew(folder: Path, *, say: Say = lambda _: None) -> Links | None:
    """Link the records of the dataset, and write the acts; ``None`` when they are up to date.

    The publishers' texts help to tell acts apart. A record whose text lies on another machine keeps the links it had
    and gets no new one, since its title alone would take apart what the text had put together; all others are linked
    anew. Once the texts are here, all are.

    Raises:
        DatasetError: when the folder cannot be read or written, or another run holds it.
        DeclarationError: when decisions contradict each other.
    """
    with store.locked(folder):
        manifest = store.read_manifest(folder)
        basis = basis_of(manifest)
        if manifest.linked_from == basis:
            elsewhere = _sources_elsewhere(folder, manifest, store.read_imports(folder))
            if elsewhere.issuperset(manifest.linked_without):
                return None
        dataset = store.load(folder)
        silent = silent_records(folder, dataset)
        without = tuple(sorted({one.source for one in dataset.measures if one.id in silent}))
        homes = {row.record: row.home for row in dataset.acts}
        # What was never linked is linked by what there is.
        earlier = Kept(silent, dataset.links, dataset.acts) if manifest.linked_from else Kept()
        found = link(dataset.measures, decisions(), homes, earlier=earlier, say=say)
        changed = store.save_links(folder, found.acts, found.links, basis, without)
    return replace(found, changed=tuple(changed), without=without)


def basis_of(manifest: Manifest) -> str:
    """What the acts depend on: the records of measures, and the tables that decide."""
    digest = hashlib.sha256(__version__.encode())
    for name, checksum in sorted(manifest.files.items()):
        if name.startswith("measures/"):
            digest.update(f"{name} {checksum}\n".encode())
    for table in TABLES:
        digest.update((paths.mappings_dir() / table).read_bytes())
    return digest.hexdigest()


def silent_records(folder: Path, dataset: Dataset) -> frozenset[str]:
    """The records whose running text is not here: neither it nor the document that would give it."""
    here = {f"sha256:{one.sha256[:16]}" for one in dataset.imports if _is_here(folder, one)}
    return frozenset(
        one.id
        for one in dataset.measures
        if one.is_act
        and not (one.description or one.updates or may_leave(one))
        and one.source_record.partition(" ")[0] not in here
    )


def _sources_elsewhere(folder: Path, manifest: Manifest, imports: Sequence[Import]) -> set[str]:
    """The sources that need documents which are not on this machine."""
    return {
        source
        for source in manifest.sources
        if source in all_sources() and not all(_is_here(folder, one) for one in needed(imports, source))
    }


def _is_here(folder: Path, one: Import) -> bool:
    return storage.has_snapshot(snapshots(folder), one.sha256)
