"""A folder that somebody sent: whatever journal and links lie in it, nothing outside it is written or deleted."""

import itertools
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from civic_tracker.building import pipeline
from civic_tracker.cli.console import deliver
from civic_tracker.disk import storage
from civic_tracker.disk.files import write_file
from civic_tracker.errors import CivicTrackerError, DatasetError, UsageError
from civic_tracker.publish.csv_files import export_all, export_country
from civic_tracker.publish.package.compose import write_package, write_release
from civic_tracker.publish.site.build import build_site
from civic_tracker.refreshing.refresh import RunReport, write_report
from civic_tracker.store import dataset as store
from civic_tracker.store.contents import Dataset
from tests.attacks.test_writers import every_file
from tests.attacks.writer import MOMENT, day, world
from tests.website.sites import few_members

needs_links = pytest.mark.skipif(os.name != "posix", reason="links need a privilege elsewhere")
PLACE = "0123456789abcdef"
VICTIM = b"the only copy of a thesis"
HERS = storage.sha256(b"hers")
NAMES = (
    "{outside}/thesis.txt",
    "../outside/thesis.txt",
    "measures/../../outside/thesis.txt",
    "measures/./icnl.jsonl",
    "local\\..\\..\\outside\\thesis.txt",
    ".git/config",
    "README.md",
    "starter/icnl.csv",
    "imports.jsonl/../notes.txt",
    ".next/lock",
    "",
)


@pytest.fixture
def received(tmp_path: Path) -> Path:
    """A folder with a dataset, with files that are none of ours, and with a file beside it."""
    folder = tmp_path / "received"
    store.save(world("one"), folder)
    for path in (tmp_path / "outside" / "thesis.txt", folder / "README.md", folder / "notes.txt"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(VICTIM)
    for name in (".git/config", "starter/icnl.csv"):
        (folder / name).parent.mkdir()
        (folder / name).write_bytes(VICTIM)
    return folder


def crafted(folder: Path, move: dict[str, str], remove: dict[str, str], form: int = 2) -> None:
    ready = folder / ".next" / PLACE
    ready.mkdir(parents=True)
    (ready / "thesis.txt").write_bytes(b"hers")
    told: dict[str, object] = {"format": 2, "place": PLACE, "move": move, "remove": remove}
    if form == 1:  # as an earlier version of the program wrote it
        told = {"move": list(move), "remove": list(remove)}
    (folder / ".journal.json").write_text(json.dumps(told), encoding="utf-8")


def _reads(folder: Path) -> object:
    return store.load(folder)


def _rebuilds(folder: Path) -> object:
    return pipeline.rebuild(folder)


@pytest.mark.parametrize("command", [_reads, _rebuilds])
@pytest.mark.parametrize("form", [1, 2])
def test_a_journal_that_names_what_is_not_written_there_moves_and_deletes_nothing(
    received: Path, command: Callable[[Path], object], form: int
) -> None:
    journal = received / ".journal.json"
    for name in NAMES:
        named = name.format(outside=received.parent / "outside")
        for move, remove in (({named: HERS}, {}), ({}, {named: storage.sha256(VICTIM)})):
            crafted(received, move, remove, form)
            before = every_file(received.parent)
            before.pop("received/.next/.gitignore", None)
            with pytest.raises(DatasetError, match=r"\.journal\.json: (names|is damaged)") as caught:
                command(received)
            assert "\n" not in str(caught.value)
            after = every_file(received.parent)
            after.pop("received/.next/.gitignore", None)
            assert after == before, name
            journal.unlink()
            storage._sweep(received)


def test_who_reads_never_finishes_a_write_of_files_of_ours_either(received: Path) -> None:
    crafted(received, {}, {"measures/icnl.jsonl": storage.file_sha256(received / "measures/icnl.jsonl") or ""})
    before = every_file(received)
    with pytest.raises(DatasetError, match=r"measures/icnl\.jsonl: is missing"):
        store.load(received)
    assert every_file(received) == before


def test_a_file_that_is_to_go_and_has_changed_since_stays(received: Path) -> None:
    crafted(received, {}, {"measures/icnl.jsonl": storage.sha256(b"another")})
    before = every_file(received)
    with pytest.raises(DatasetError, match=r"measures/icnl\.jsonl, which was to go, has changed since"):
        store.recover(received)
    assert every_file(received) == before | {".next/.gitignore": b"*\n"}


def _writes_the_dataset(folder: Path) -> object:
    return store.save(world("two"), folder)


# By name: what writes into a folder, and a file and a folder that it writes there.
WRITERS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "dataset": (_writes_the_dataset, "dataset.json", "measures"),
    "texts": (_writes_the_dataset, "local/texts/icnl.jsonl", "local"),
    "snapshots": (lambda folder: store.keep_snapshot(folder, b"a page"), "local/.gitignore", "local/snapshots"),
    "export": (lambda folder: export_all(world("two"), folder, day("two")), "contents.csv", "countries"),
    "export of one": (lambda folder: export_country(world("two"), "KEN", folder, day("two")), "KEN-measures.csv", ""),
    "package": (lambda folder: write_package(world("two"), folder, day("two")), "measures.csv", ""),
    "release": (lambda folder: write_release(world("two"), folder, day("two")), "releases.json", "latest"),
    "site": (lambda folder: build_site(world("two"), folder, day("two"), codes=("en",), workers=1), "404.html", "en"),
    "runs": (
        lambda folder: write_report(RunReport(started=MOMENT, ended=MOMENT, version="1", exit_status=0), folder),
        "latest.json",
        "",
    ),
}
OWN = (".next", ".journal.json", ".next/lock", ".next/holder", ".next/.gitignore")


@needs_links
@pytest.mark.parametrize("name", sorted(WRITERS))
def test_nothing_is_written_through_a_link(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_members(monkeypatch)
    write, file, inner = WRITERS[name]
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "thesis.txt").write_bytes(VICTIM)
    targets = (outside, outside / "thesis.txt", outside / "new")
    cases = [(file, targets[1]), (file, targets[2]), (inner, targets[0])]
    if name in {"dataset", "runs"}:
        cases += itertools.product(OWN, targets)
    for number, (link, target) in enumerate(case for case in cases if case[0]):
        folder = tmp_path / str(number)
        (folder / link).parent.mkdir(parents=True)
        (folder / link).symlink_to(target)
        with suppress(CivicTrackerError):  # or the link is gone, and a file of ours in its place
            write(folder)
        assert every_file(outside) == {"thesis.txt": VICTIM}, link


@needs_links
def test_a_link_in_place_of_a_single_file_is_named_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_bytes(VICTIM)
    (tmp_path / "report.html").symlink_to(tmp_path / "thesis.txt")
    with pytest.raises(UsageError, match=r"report\.html: cannot be written \(it is a link, and nothing is written"):
        deliver(b"<html>", tmp_path / "report.html")
    assert every_file(tmp_path) == {"thesis.txt": VICTIM, "report.html": VICTIM}


@needs_links
def test_a_document_is_not_stored_behind_a_link_that_leads_to_anothers_documents(tmp_path: Path) -> None:
    for name in ("mine", "hers"):
        store.keep_snapshot(tmp_path / name, b"a page")
    before = every_file(tmp_path / "hers")
    shutil.rmtree(tmp_path / "mine" / "local")
    (tmp_path / "mine" / "local").symlink_to(tmp_path / "hers" / "local")
    with pytest.raises(DatasetError, match="local: is a link"):
        store.keep_snapshot(tmp_path / "mine", b"another page")
    assert every_file(tmp_path / "hers") == before


@needs_links
def test_a_folder_that_is_reached_by_a_link_is_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    store.save(world("one"), tmp_path / "data")
    assert len(store.load(tmp_path / "disk").measures) == len(world("one").measures)


@needs_links
def test_what_lies_ready_behind_a_link_is_not_taken_from_there(received: Path) -> None:
    theirs = received.parent / "theirs"
    theirs.mkdir()
    (theirs / "icnl.jsonl").write_bytes(b"hers")
    crafted(received, {"measures/icnl.jsonl": HERS}, {})
    (received / ".next" / PLACE / "measures").symlink_to(theirs)
    with pytest.raises(DatasetError, match="is a link"):
        store.recover(received)
    assert (theirs / "icnl.jsonl").read_bytes() == b"hers"


def test_a_file_of_a_person_that_only_looks_like_a_record_stays(tmp_path: Path) -> None:
    store.save(world("one"), tmp_path)
    (tmp_path / "measures" / "my notes.jsonl").write_bytes(VICTIM)
    store.save(Dataset(), tmp_path)
    assert (tmp_path / "measures" / "my notes.jsonl").read_bytes() == VICTIM


@needs_links
def test_a_single_file_keeps_its_mode_and_a_pipe_or_device_simply_takes_the_content(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_file(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o640)
    write_file(Path(os.devnull), b"new")
    assert Path(os.devnull).is_char_device()
    assert [one.name for one in tmp_path.iterdir()] == ["summary.md"]
