"""A set of files is replaced whole or not at all, whatever interrupts it."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from civic_tracker.disk.storage import (
    has_snapshot,
    keep_snapshot,
    needs_recovery,
    read_snapshot,
    recover,
    sha256,
    write_together,
)
from civic_tracker.errors import DatasetError

OLD = {"a.txt": b"old a", "deep/b.txt": b"old b", "gone.txt": b"old, soon gone"}
NEW = {"a.txt": b"new a", "deep/b.txt": b"new b", "other/c.txt": b"new c"}


def _any(_: str) -> bool:
    """Any file may be written here."""
    return True


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _write_new(folder: Path) -> list[str]:
    return write_together(folder, NEW, remove=frozenset({"gone.txt"}))


def test_files_are_written_with_their_folders_and_named_as_changed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert write_together(folder, OLD) == sorted(OLD)
    assert _files(folder) == OLD


def test_only_what_differs_is_written_and_only_what_is_named_is_removed(tmp_path: Path) -> None:
    write_together(tmp_path, OLD | {"mine.txt": b"mine"})
    changed = write_together(tmp_path, OLD | {"a.txt": b"new a"}, remove=frozenset({"gone.txt", "never.txt"}))
    assert changed == ["a.txt", "gone.txt"]
    assert set(_files(tmp_path)) == {"a.txt", "deep/b.txt", "mine.txt"}


def test_a_file_can_be_removed_when_no_other_changes(tmp_path: Path) -> None:
    write_together(tmp_path, OLD)
    assert write_together(tmp_path, {}, remove=frozenset({"gone.txt"})) == ["gone.txt"]
    assert set(_files(tmp_path)) == {"a.txt", "deep/b.txt"}


def test_unchanged_content_touches_nothing(tmp_path: Path) -> None:
    write_together(tmp_path, OLD)
    for path in [tmp_path, *tmp_path.rglob("*")]:
        os.utime(path, ns=(1, 1))
    assert write_together(tmp_path, OLD) == []
    assert {path.stat().st_mtime_ns for path in [tmp_path, *tmp_path.rglob("*")]} == {1}


class _Killed(BaseException):
    """Stands for the end of the process: nothing in the program may catch it."""


def _interrupted_at(step: int, error: BaseException, folder: Path) -> BaseException | None:
    """How writing the new files ends when the ``step``-th access to the disk fails; ``None`` when it takes fewer."""
    passed = 0

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            nonlocal passed
            passed += 1
            if passed == step:
                raise error
            return real(*given, **named)

        return counted

    with pytest.MonkeyPatch.context() as patch:
        for name in ("replace", "unlink", "mkdir", "open", "read_bytes"):
            patch.setattr(Path, name, counting(getattr(Path, name)))
        for name in ("fsync", "open", "rmdir", "unlink"):
            patch.setattr(os, name, counting(getattr(os, name)))
        try:
            _write_new(folder)
        except (_Killed, DatasetError) as caught:
            return caught
    assert passed < step, "the error was swallowed"
    return None


def test_an_interruption_at_any_step_leaves_all_old_or_all_new_files(tmp_path: Path) -> None:
    found = []
    for step in range(1, 1000):
        folder = tmp_path / str(step)
        write_together(folder, OLD)
        if not _interrupted_at(step, _Killed(), folder):
            break
        recover(folder, _any)
        assert _files(folder) in (OLD, NEW), f"interrupted at step {step}"
        found.append(_files(folder))
    assert len(found) > 30
    assert found == sorted(found, key=lambda files: files == NEW), "once the new files are there, they stay"
    assert OLD in found
    assert NEW in found


def test_the_next_write_succeeds_whatever_interrupted_the_last_one(tmp_path: Path) -> None:
    for step in range(1, 1000):
        folder = tmp_path / str(step)
        write_together(folder, OLD)
        interrupted = _interrupted_at(step, _Killed(), folder)
        _write_new(folder)
        assert _files(folder) == NEW, f"interrupted at step {step}"
        if not interrupted:
            break


def test_a_disk_that_fails_at_any_step_says_truly_what_became_of_the_files(tmp_path: Path) -> None:
    outcomes = set()
    for step in range(1, 1000):
        folder = tmp_path / str(step)
        write_together(folder, OLD)
        try:
            error = _interrupted_at(step, OSError(28, "No space left on device"), folder)
        except AssertionError:  # what could not be swept up is swept up later
            assert {name: _files(folder).get(name) for name in NEW} == NEW
            continue
        if not error:
            break
        message = str(error)
        assert message.startswith(f"{folder}: cannot be written (No space left on device). ")
        assert "\n" not in message
        if "Nothing was changed" in message:
            assert {name: _files(folder).get(name) for name in OLD} == OLD, f"failed at step {step}"
        else:
            assert "the next command puts them in place" in message
            recover(folder, _any)
            assert _files(folder) == NEW, f"failed at step {step}"
        outcomes.add(message.removeprefix(str(folder)))
    assert len(outcomes) == 2


def test_a_failed_write_leaves_no_half_written_files_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_together(tmp_path, OLD)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DatasetError, match="Nothing was changed"):
        _write_new(tmp_path)
    assert _files(tmp_path) == OLD


def test_what_waits_to_be_put_in_place_is_kept_out_of_version_control(tmp_path: Path) -> None:
    write_together(tmp_path, OLD)
    waiting = []
    for step in range(1, 60):
        folder = tmp_path / str(step)
        _interrupted_at(step, _Killed(), folder)
        if any(folder.glob(".next/*/a.txt")):
            waiting.append((folder / ".next" / ".gitignore").read_text())
    assert set(waiting) == {"*\n"}


_WRITER = """
import sys
from pathlib import Path
from civic_tracker.disk.storage import write_together

folder = Path(sys.argv[1])
one = {f"{number}/file.txt": b"one" * 5000 for number in range(6)} | {"only-one.txt": b"one"}
two = {f"{number}/file.txt": b"two" * 5000 for number in range(6)} | {"only-two.txt": b"two"}
print("ready", flush=True)
while True:
    write_together(folder, one, remove=frozenset({"only-two.txt"}))
    write_together(folder, two, remove=frozenset({"only-one.txt"}))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a signal that ends a process at once")
def test_a_process_killed_while_it_writes_leaves_one_set_or_the_other(tmp_path: Path) -> None:
    chance = random.Random(2020)  # noqa: S311
    write_together(tmp_path, {f"{number}/file.txt": b"old" for number in range(6)} | {"only-one.txt": b"old"})
    interrupted = 0
    for _ in range(36):
        with subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.005, 0.05))
            process.kill()
        interrupted += needs_recovery(tmp_path) or (tmp_path / ".next").exists()
        recover(tmp_path, _any)
        found = _files(tmp_path)
        assert len(found) == 7
        assert len({content[:3] for content in found.values()}) == 1, "a mixture of two sets"
    assert interrupted, "no process was killed in the midst of a write"


@pytest.mark.parametrize("journal", ["", "{", "[]", '{"move": 1}', '{"move": []}', "\udcff"])
def test_a_damaged_journal_is_reported_and_changes_nothing(tmp_path: Path, journal: str) -> None:
    write_together(tmp_path, OLD)
    (tmp_path / ".journal.json").write_bytes(journal.encode(errors="surrogateescape"))
    with pytest.raises(DatasetError, match=r"journal\.json: is damaged\. Delete it"):
        recover(tmp_path, _any)
    assert {name: _files(tmp_path)[name] for name in OLD} == OLD


def test_a_folder_that_is_a_file_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "taken"
    path.write_bytes(b"mine")
    with pytest.raises(DatasetError, match="taken: cannot be written") as caught:
        write_together(path, NEW)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"mine"


def test_a_file_where_a_folder_is_needed_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "deep").write_bytes(b"mine")
    with pytest.raises(DatasetError, match="Nothing was changed"):
        write_together(tmp_path, NEW)
    assert _files(tmp_path) == {"deep": b"mine"}


def test_a_folder_where_a_file_is_needed_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(DatasetError, match="Nothing was changed"):
        write_together(tmp_path, NEW)
    assert _files(tmp_path) == {}


def test_nothing_to_recover_changes_nothing(tmp_path: Path) -> None:
    write_together(tmp_path, OLD)
    recover(tmp_path, _any)
    assert not needs_recovery(tmp_path)
    assert _files(tmp_path) == OLD


def test_a_snapshot_gives_back_the_bytes_that_were_kept(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10
    digest = keep_snapshot(tmp_path, content)
    assert digest == sha256(content)
    assert has_snapshot(tmp_path, digest)
    assert read_snapshot(tmp_path, digest) == content


def test_a_snapshot_is_stored_once(tmp_path: Path) -> None:
    digest = keep_snapshot(tmp_path, b"page")
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    os.utime(path, ns=(1, 1))
    assert keep_snapshot(tmp_path, b"page") == digest
    assert len(_files(tmp_path)) == 1
    assert path.stat().st_mtime_ns == 1


def test_the_same_document_is_stored_in_the_same_bytes(tmp_path: Path) -> None:
    keep_snapshot(tmp_path / "one", b"page" * 100)
    keep_snapshot(tmp_path / "two", b"page" * 100)
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_a_missing_snapshot_is_refused(tmp_path: Path) -> None:
    digest = sha256(b"page")
    assert not has_snapshot(tmp_path, digest)
    with pytest.raises(DatasetError, match=f"{digest}.*cannot be read"):
        read_snapshot(tmp_path, digest)


def test_a_snapshot_damaged_at_any_byte_is_refused(tmp_path: Path) -> None:
    content = b"an example page of some length " * 3
    digest = keep_snapshot(tmp_path, content)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    stored = path.read_bytes()
    refused = 0
    for position in range(len(stored)):
        path.write_bytes(stored[:position] + bytes([stored[position] ^ 0xFF]) + stored[position + 1 :])
        try:
            assert read_snapshot(tmp_path, digest) == content  # some bytes of the envelope mean nothing
        except DatasetError:
            refused += 1
    assert refused > len(stored) - 12


def test_a_snapshot_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    digest = keep_snapshot(tmp_path, b"an example page")
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    stored = path.read_bytes()
    for length in range(len(stored)):
        path.write_bytes(stored[:length])
        with pytest.raises(DatasetError):
            read_snapshot(tmp_path, digest)


def test_a_snapshot_of_another_document_is_refused(tmp_path: Path) -> None:
    digest, other = keep_snapshot(tmp_path, b"page"), sha256(b"another page")
    right, wrong = tmp_path / digest[:2] / f"{digest}.gz", tmp_path / other[:2] / f"{other}.gz"
    wrong.parent.mkdir(exist_ok=True)
    right.rename(wrong)
    with pytest.raises(DatasetError, match="is damaged"):
        read_snapshot(tmp_path, other)


def test_a_snapshot_that_cannot_be_kept_gives_one_error(tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_bytes(b"")
    with pytest.raises(DatasetError, match="cannot be written"):
        keep_snapshot(tmp_path / "snapshots", b"page")
