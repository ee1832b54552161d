"""A scheduled job leaves a report of each run, true also when the clock is set, or says that it could not."""

import json
import os
import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from civic_tracker import clock
from civic_tracker.cli import console, main, refreshing
from civic_tracker.fetching import Client
from civic_tracker.refreshing.refresh import RunReport, SourceReport, refresh
from civic_tracker.store import dataset as store
from tests.fetching.conftest import LOOPBACK, Waits
from tests.fetching.publisher import Publisher, answers
from tests.support.pages import WHOLE, entry, page
from tests.support.program import HANGS, source_at, start, without_powers

NEWER = page([*WHOLE, entry(420)])
needs_modes = pytest.mark.skipif(os.name != "posix", reason="needs folders with modes")


def good_on(day: date, folder: Path) -> Path:
    """A dataset with a page that was taken over on a day."""
    with Publisher() as publisher:
        source = source_at(publisher.at("/tracker", answers(page(WHOLE))))
        refresh(folder, Client(LOOPBACK, clock=Waits().clock), sources=[source], day=day)
    return folder


def own(folder: Path) -> int:
    return sum(one.source == "icnl" for one in store.load(folder).measures)


def test_a_run_does_not_end_before_it_began_though_the_clock_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looks: list[datetime] = []

    def set_back() -> datetime:
        looks.append(datetime(2026, 11, 2, tzinfo=UTC) - timedelta(hours=len(looks)))
        return looks[-1]

    monkeypatch.setattr(clock, "now", set_back)
    monkeypatch.setattr(sys, "argv", ["civic-tracker", "refresh", "--offline", f"--runs={tmp_path / 'runs'}"])
    monkeypatch.setenv("CIVIC_TRACKER_DATA_DIR", str(tmp_path / "data"))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0, capsys.readouterr().err
    report = json.loads((tmp_path / "runs" / "latest.json").read_bytes())
    began, ended_at = (datetime.fromisoformat(report[name]) for name in ("started", "ended"))
    assert looks[0] == began < ended_at < began + timedelta(minutes=5)


def test_a_clock_that_went_back_is_told_to_whoever_reads_the_run(tmp_path: Path) -> None:
    folder = good_on(date(2099, 1, 1), tmp_path / "data")
    with Publisher() as publisher:
        address = publisher.at("/tracker", answers(NEWER))
        with start(address, "refresh", "icnl", f"--data-dir={folder}", f"--runs={tmp_path / 'runs'}") as run:
            out, err = run.communicate(timeout=HANGS)
    assert (run.returncode, err) == (0, "")
    assert "icnl: The clock of this machine says 20" in out
    assert "the newest document is of 2099-01-01" in out
    assert own(folder) == 421


@needs_modes
def test_a_report_that_has_no_place_is_an_error_and_the_dataset_is_good(tmp_path: Path) -> None:
    folder = good_on(date(2026, 11, 2), tmp_path / "data")
    runs = tmp_path / "runs"
    runs.mkdir(mode=0o500)
    with Publisher() as publisher:
        arguments = ["refresh", "icnl", f"--data-dir={folder}", f"--runs={runs}"]
        with start(publisher.at("/tracker", answers(NEWER)), *arguments, before=without_powers) as run:
            out, err = run.communicate(timeout=HANGS)
    assert run.returncode == 2
    assert err == f"error: {runs}: cannot take the report of this run (Permission denied).\n"
    assert "taken over" in out
    assert own(folder) == 421


@needs_modes
def test_a_run_that_fails_says_why_also_when_its_report_has_no_place(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    folder, runs = tmp_path / "closed" / "data", tmp_path / "closed" / "runs"
    arguments = ["refresh", "icnl", f"--data-dir={folder}", f"--runs={runs}"]
    with start("http://127.0.0.1:1/", *arguments, before=without_powers) as run:
        _, err = run.communicate(timeout=HANGS)
    assert run.returncode == 2
    assert err.splitlines() == [
        f"error: {runs}: cannot take the report of this run (Permission denied).",
        f"error: {folder}: cannot be written (Permission denied). Nothing was changed. "
        "Free some space or choose another folder.",
    ]


def test_a_log_has_a_line_for_each_step_and_a_table_of_what_was_asked_and_read(tmp_path: Path) -> None:
    folder = good_on(date(2026, 11, 2), tmp_path / "data")
    with Publisher() as publisher:
        address = publisher.at("/tracker", answers(NEWER))
        with start(address, "refresh", "icnl", f"--data-dir={folder}", f"--runs={tmp_path / 'runs'}") as run:
            out, err = run.communicate(timeout=HANGS)
    assert (run.returncode, err) == (0, "")
    steps = [line for line in out.splitlines() if line.endswith(" s")]
    assert re.fullmatch(r"asking ICNL: \d+\.\d s", steps[0])
    assert "normalising icnl: " in steps[1]
    head, row = (
        next(line for line in out.splitlines() if line.strip().startswith(word)) for word in ("Source", "icnl ")
    )
    names = (
        "Outcome",
        "Requests",
        "Bytes",
        "Entries",
        "Least filled",
        "Measures",
        "Figures",
        "Problems",
        "Stale since",
    )
    assert [head.index(name) for name in names] == sorted(head.index(name) for name in names)
    assert re.search(rf"taken over +2 +{len(NEWER)} +421 +\w+ \d+% +421 +0 +0", row), row


def test_nothing_is_said_of_the_entries_of_a_page_that_was_not_read(
    tmp_path: Path,
) -> None:
    folder = good_on(date(2026, 11, 2), tmp_path / "data")
    with start("http://127.0.0.1:1/", "refresh", "icnl", f"--data-dir={folder}", f"--runs={tmp_path / 'runs'}") as run:
        out, _ = run.communicate(timeout=HANGS)
    assert run.returncode == 1
    row = next(line for line in out.splitlines() if line.strip().startswith("icnl "))
    assert re.search(r"unreachable +\d+ +0 +420 +0 +0 +20\d\d-\d\d-\d\d", row), row


def test_a_narrow_terminal_gets_a_table_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console.out, "width", 80)
    failed = SourceReport(source="accessnow_stop", outcome="failed", failure="not_the_format", measures=2100)
    moment = datetime(2026, 11, 2, tzinfo=UTC)
    report = RunReport(started=moment, ended=moment, version="0.1.0", exit_status=1, sources=(failed,))
    refreshing._show(report, tmp_path, None)
    out = capsys.readouterr().out
    assert re.search(r"accessnow_stop +not_the_format +2100 +0", out)
    assert "A wider terminal, or --json, shows also: Requests, Bytes" in " ".join(out.split())


def test_as_json_a_log_holds_nothing_but_json(tmp_path: Path) -> None:
    folder = good_on(date(2026, 11, 2), tmp_path / "data")
    with Publisher() as publisher:
        arguments = ["refresh", "icnl", "--json", f"--data-dir={folder}", f"--runs={tmp_path / 'runs'}"]
        with start(publisher.at("/tracker", answers(NEWER)), *arguments) as run:
            out, _ = run.communicate(timeout=HANGS)
    assert json.loads(out)["sources"][0]["outcome"] == "taken over"


@pytest.mark.parametrize(
    ("data", "status", "title"),
    [("data", 1, "# Refresh: icnl (unreachable)"), ("foreign", 2, "# The refresh could not be done")],
)
def test_a_summary_is_left_whatever_came_of_the_run(data: str, status: int, title: str, tmp_path: Path) -> None:
    good_on(date(2026, 11, 2), tmp_path / "data")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "novel.txt").write_text("It was a dark night.", encoding="utf-8")
    summary = tmp_path / "summary.md"
    arguments = [f"--summary={summary}", f"--data-dir={tmp_path / data}", f"--runs={tmp_path / 'runs'}"]
    with start("http://127.0.0.1:1/", "refresh", "icnl", *arguments) as run:
        run.communicate(timeout=HANGS)
    assert run.returncode == status
    assert summary.read_text(encoding="utf-8").splitlines()[0] == title


def test_a_summary_for_a_folder_that_is_not_there_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    summary = tmp_path / "nowhere" / "summary.md"
    with Publisher() as publisher:
        address = publisher.at("/tracker", answers(NEWER))
        with start(address, "refresh", "icnl", f"--summary={summary}", f"--data-dir={tmp_path / 'data'}") as run:
            _, err = run.communicate(timeout=HANGS)
        assert publisher.paths == []
    assert run.returncode == 2
    assert err == f"error: --summary: {summary.parent}: there is no such folder.\n"


def test_a_summary_that_cannot_be_written_is_an_error_of_one_line_and_the_dataset_is_good(tmp_path: Path) -> None:
    folder, summary = good_on(date(2026, 11, 2), tmp_path / "data"), tmp_path / "summary.md"
    summary.mkdir()
    arguments = [f"--summary={summary}", f"--data-dir={folder}", f"--runs={tmp_path / 'runs'}"]
    with (
        Publisher() as publisher,
        start(publisher.at("/tracker", answers(NEWER)), "refresh", "icnl", *arguments) as run,
    ):
        _, err = run.communicate(timeout=HANGS)
    assert run.returncode == 2
    assert err == f"error: {summary}: cannot take the summary of this run (it is a folder).\n"
    assert own(folder) == 421
