"""A reader beside a writer sees one version, whole, always; neither makes the other fail."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from civic_tracker.disk import storage, versions
from civic_tracker.errors import DatasetError
from civic_tracker.store import dataset as store
from civic_tracker.store.contents import Dataset
from tests.attacks import ROUNDS
from tests.attacks.test_writers import Writer, a_writer, answer, every_file, tell
from tests.attacks.writer import NAMES, world

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs processes that answer through pipes")
READS = 20 * ROUNDS


@pytest.fixture
def writer() -> Iterator[Writer]:
    one = a_writer("one")
    assert answer(one) == "ready"
    yield one
    one.communicate()


def version_of(dataset: Dataset) -> set[str]:
    """Whose records these are, by their titles and by their texts, which lie in files of their own."""
    titles = {one.title.rpartition(", ")[2] for one in dataset.measures}
    texts = {one.description.partition(".")[0].rpartition(", ")[2] for one in dataset.measures}
    return titles | texts


def test_readers_beside_a_writer_see_one_version_whole_and_disturb_nobody(writer: Writer, tmp_path: Path) -> None:
    store.save(world("two"), tmp_path)
    number = len(world("two").measures)
    tell(writer, f"for-ever {tmp_path}")
    assert answer(writer) == "begun"
    seen = set()
    for _ in range(READS):
        found = store.load(tmp_path)
        (version,) = version_of(found)
        assert len(found.measures) == number
        seen.add(version)
    tell(writer, "dataset " + str(tmp_path / "another"))
    written = int(answer(writer))
    assert answer(writer) == "done"
    assert written > 1
    assert seen <= set(NAMES)
    print(f"{READS} reads beside {written} writes")


@pytest.fixture
def interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset of the first version, and the second one that lies ready beside it, with its journal."""
    folder = tmp_path / "data"
    store.save(world("one"), folder)
    with monkeypatch.context() as patch:
        patch.setattr(storage, "_finish", lambda *_: None)
        store.save(world("two"), folder)
    assert storage.needs_recovery(folder)
    return folder


def test_what_lies_ready_is_read_where_it_lies_at_every_step_of_its_way(interrupted: Path) -> None:
    ready = sorted(path for path in interrupted.glob(".next/*/**/*.*") if path.name != ".journal.json")
    assert len(ready) > 3
    for path in [None, *ready]:
        if path is not None:
            path.replace(interrupted / Path(*path.relative_to(interrupted).parts[2:]))
        before = every_file(interrupted)
        assert version_of(store.load(interrupted)) == {"two"}
        assert every_file(interrupted) == before


def test_a_folder_that_may_only_be_read_is_read_with_a_journal_pending(
    interrupted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("write_together", "recover", "locked"):
        monkeypatch.setattr(storage, name, None)  # whoever reads needs none of them
    assert version_of(store.load(interrupted)) == {"two"}
    assert store.read_manifest(interrupted).files
    assert store.read_imports(interrupted) == []


def test_files_are_not_opened_again_after_their_checksums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save(world("one"), tmp_path)
    read = store._add_records

    def replaced(*given: Any) -> Dataset:
        store.save(world("two"), tmp_path)
        return read(*given)

    monkeypatch.setattr(store, "_add_records", replaced)
    assert version_of(store.load(tmp_path)) == {"one"}


def test_a_version_that_changes_while_it_is_opened_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(world("one"), tmp_path)
    opened = versions.Version.file
    times: list[str] = []

    def slow(version: versions.Version, name: str) -> versions.OpenFile:
        if name.startswith("measures/") and not times:
            times.append(name)
            store.save(world("two"), tmp_path)
        return opened(version, name)

    monkeypatch.setattr(versions.Version, "file", slow)
    assert version_of(store.load(tmp_path)) == {"two"}
    assert times


def test_a_file_that_is_damaged_beside_nobody_is_told_at_once(tmp_path: Path) -> None:
    store.save(world("one"), tmp_path)
    (tmp_path / "measures" / "icnl.jsonl").unlink()
    with pytest.raises(DatasetError, match=r"icnl\.jsonl: is missing"):
        store.load(tmp_path)


def test_a_pipe_in_place_of_a_file_holds_nobody_up(tmp_path: Path) -> None:
    store.save(world("one"), tmp_path)
    (tmp_path / "measures" / "icnl.jsonl").unlink()
    os.mkfifo(tmp_path / "measures" / "icnl.jsonl")
    with pytest.raises(DatasetError, match=r"icnl\.jsonl: cannot be read \(it is no plain file\)"):
        store.load(tmp_path)
