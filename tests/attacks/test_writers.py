"""Two programs that write into one folder at once: afterwards it holds what one of them wrote, whole."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from civic_tracker import paths as resources
from civic_tracker.disk import storage
from civic_tracker.errors import DatasetError
from civic_tracker.linking import decisions
from civic_tracker.store.layout import is_ours
from tests.attacks import ROUNDS
from tests.attacks.writer import NAMES, TASKS, do
from tests.website.sites import few_members

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs processes that answer through pipes")
ROOT = Path(__file__).resolve().parents[2]
Writer = subprocess.Popen[str]


def a_writer(name: str) -> Writer:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "tests.attacks.writer", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def tell(writer: Writer, line: str) -> None:
    assert writer.stdin
    writer.stdin.write(line + "\n")
    writer.stdin.flush()


def answer(writer: Writer) -> str:
    assert writer.stdout
    return writer.stdout.readline().rstrip("\n")


@pytest.fixture(scope="module")
def writers() -> Iterator[list[Writer]]:
    both = [a_writer(name) for name in NAMES]
    assert [answer(one) for one in both] == ["ready", "ready"]
    yield both
    for one in both:
        one.communicate()


def every_file(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize("task", [one for one in TASKS if one not in {"release", "runs"}])
def test_two_writers_at_once_leave_what_one_of_them_wrote(
    task: str, writers: list[Writer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_members(monkeypatch)
    whole = []
    for name in NAMES:
        assert do(task, name, tmp_path / name) == "done"
        whole.append(every_file(tmp_path / name))
    assert whole[0] != whole[1]
    both = tmp_path / "both"
    for _ in range(ROUNDS):
        shutil.rmtree(both, ignore_errors=True)
        for one in writers:
            tell(one, f"{task} {both}")
        answers = [answer(one) for one in writers]
        assert "done" in answers
        assert all(said == "done" or "is being written by process" in said for said in answers), answers
        assert every_file(both) in whole, answers


def test_two_reports_and_two_releases_at_once_are_all_there(writers: list[Writer], tmp_path: Path) -> None:
    for number in range(ROUNDS):
        for task in ("runs", "release"):
            for one in writers:
                tell(one, f"{task} {tmp_path / f'{task}-{number}'}")
            assert [answer(one) for one in writers] == ["done", "done"]
        reports = every_file(tmp_path / f"runs-{number}")
        assert len(reports) == 3
        assert reports.pop("latest.json") in reports.values()
        releases = tmp_path / f"release-{number}"
        assert len(list((releases / "releases").iterdir())) == 2
        latest = every_file(releases / "latest")
        assert latest in [every_file(path) for path in (releases / "releases").iterdir()]


def test_a_writer_waits_a_little_for_another_and_then_says_who_holds_the_folder(
    writers: list[Writer], tmp_path: Path
) -> None:
    with storage.locked(tmp_path / "held"):
        tell(writers[0], f"export {tmp_path / 'held'}")
    assert answer(writers[0]) == "done", "it came after"
    with storage.locked(tmp_path / "data"):
        tell(writers[0], f"run {tmp_path}")
        assert "data: is being written by process" in answer(writers[0]), "a run takes long, and is not waited for"


def test_a_decision_that_was_made_meanwhile_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "links.csv"
    table.write_text("left,right,answer,who,when,why\n", encoding="utf-8")
    monkeypatch.setattr(resources, "mappings_dir", lambda: tmp_path)
    decisions.decisions.cache_clear()
    assert decisions.decisions() == {}
    other = "left,right,answer,who,when,why\nicnl-1,icnl-2,same,Ana,2026-11-02,\n"
    table.write_text(other, encoding="utf-8")  # by another program, after ours had read it
    decisions.decide("icnl-3", "icnl-4", "different", who="Bo", when="2026-11-02", why="")
    assert len(decisions.decisions()) == 2
    decisions.decisions.cache_clear()


def test_a_file_of_a_journal_that_is_nowhere_is_told_and_nothing_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.write_together(tmp_path, {"a.txt": b"old", "b.txt": b"old"})
    with monkeypatch.context() as patch:
        patch.setattr(storage, "_finish", lambda *_: None)
        storage.write_together(tmp_path, {"a.txt": b"new", "b.txt": b"new"})
    (ready,) = tmp_path.glob(".next/*/b.txt")
    for damage in (lambda: ready.write_bytes(b"ne"), ready.unlink):
        damage()
        with pytest.raises(DatasetError, match=r"cannot be finished: b\.txt is neither ready in \.next nor in place"):
            storage.recover(tmp_path, {"a.txt", "b.txt"}.__contains__)
        assert (tmp_path / "a.txt").read_bytes() == b"old"


def test_what_lies_ready_is_each_writers_own_and_hidden_from_version_control(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_finish", lambda *_: None)
    places = set()
    for number in range(2):
        folder = tmp_path / str(number)
        storage.write_together(folder, {"local/texts/icnl.jsonl": b"a publisher's text"}, kinds=is_ours)
        (text,) = folder.glob(".next/*/local/texts/icnl.jsonl")
        places.add(text.relative_to(folder).parts[1])
        assert (folder / ".next" / ".gitignore").read_bytes() == b"*\n"
    assert len(places) == 2
