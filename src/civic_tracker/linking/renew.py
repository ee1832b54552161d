"""Linking the dataset anew, when its records or the tables that decide have changed, and only then."""

import hashlib
from dataclasses import replace
from pathlib import Path

from civic_tracker import __version__, resources, storage
from civic_tracker import dataset as store
from civic_tracker.dataset import Manifest
from civic_tracker.linking.decisions import decisions
from civic_tracker.linking.link import Links, Say, link
from civic_tracker.sources import all_sources

TABLES = ("links.csv", "link_weights.csv", "link_words.csv")


def renew(folder: Path, *, say: Say = lambda _: None) -> Links | None:
    """Link the records of the dataset, and write the acts; ``None`` when they are up to date, or cannot be renewed.

    The publishers' texts help to tell acts apart. Where they lie on another machine the acts stay as they are, since
    linking by titles alone would take apart what the texts had put together.

    Raises:
        DatasetError: when the folder cannot be read or written, or another run holds it.
        DeclarationError: when decisions contradict each other.
    """
    with store.locked(folder):
        manifest = store.read_manifest(folder)
        basis = basis_of(manifest)
        if manifest.linked_from == basis or (manifest.linked_from and _texts_elsewhere(folder, manifest)):
            return None
        dataset = store.load(folder)
        homes = {row.record: row.home for row in dataset.acts}
        found = link(dataset.measures, decisions(), homes, say=say)
        changed = store.save_links(folder, found.acts, found.links, basis)
    return replace(found, changed=tuple(changed))


def basis_of(manifest: Manifest) -> str:
    """What the acts depend on: the records of measures, and the tables that decide."""
    digest = hashlib.sha256(__version__.encode())
    for name, checksum in sorted(manifest.files.items()):
        if name.startswith("measures/"):
            digest.update(f"{name} {checksum}\n".encode())
    for table in TABLES:
        digest.update((resources.mappings_dir() / table).read_bytes())
    return digest.hexdigest()


def _texts_elsewhere(folder: Path, manifest: Manifest) -> bool:
    """Whether a source has documents, and none of its texts is on this machine."""
    return any(
        state.documents
        and state.measures
        and source in all_sources()
        and not (folder / "local" / "texts" / f"{source}.jsonl").is_file()
        and not any(storage.has_snapshot(store.snapshots(folder), one.sha256) for one in store.read_imports(folder))
        for source, state in manifest.sources.items()
    )
