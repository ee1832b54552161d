"""A scheduled job leaves a report of each run, true also when the clock is set, or says that it could not."""

import json
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from civic_tracker import dataset as store
from civic_tracker.cli import main, refreshing
from civic_tracker.fetching import Client
from civic_tracker.refresh import refresh
from tests.fetching.conftest import LOOPBACK, Waits
from tests.fetching.publisher import Publisher, answers
from tests.pages import WHOLE, entry, page
from tests.program import source_at, start, without_powers

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

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            looks.append(datetime(2026, 11, 2, tzinfo=tz or UTC) - timedelta(hours=len(looks)))
            return looks[-1]

    monkeypatch.setattr(refreshing, "datetime", SetBack)
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
            out, err = run.communicate(timeout=60)
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
            out, err = run.communicate(timeout=60)
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
        _, err = run.communicate(timeout=60)
    assert run.returncode == 2
    assert err.splitlines() == [
        f"error: {runs}: cannot take the report of this run (Permission denied).",
        f"error: {folder}: cannot be written (Permission denied). Nothing was changed. "
        "Free some space or choose another folder.",
    ]
