"""A refresh that is told to end, by a person or a scheduler, ends at once, says so, and leaves nothing to repair."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from civic_tracker import fetching
from civic_tracker.cli import main
from civic_tracker.declared.sources import all_sources
from civic_tracker.disk import storage
from civic_tracker.fetching import Client
from civic_tracker.refreshing import refresh as refreshing
from civic_tracker.refreshing.refresh import refresh
from civic_tracker.store import dataset as store
from tests.fetching.conftest import LOOPBACK, Waits
from tests.fetching.publisher import Behaviour, Publisher, answers, stalls
from tests.support.pages import WHOLE, entry, page
from tests.support.program import HANGS, source_at, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals between processes")

DAY, LATER = date(2026, 11, 2), date(2026, 11, 9)
NEWER = page([*WHOLE, entry(420)])
# By name: what the publisher does at which path; the program is stopped once it has asked for the last of them.
MOMENTS: dict[str, dict[str, tuple[Behaviour, ...]]] = {
    "before robots.txt came": {"/robots.txt": (stalls(),)},
    "before the page came": {"/tracker": (stalls(),)},
    "in the middle of the page": {"/tracker": (stalls(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<html>"),)},
    "while it waits to try again": {"/tracker": (answers(status=503, retry_after="60"),)},
}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A dataset with a complete, healthy page in it."""
    with Publisher() as publisher:
        source = source_at(publisher.at("/tracker", answers(page(WHOLE))))
        refresh(tmp_path / "data", Client(LOOPBACK, clock=Waits().clock), sources=[source], day=DAY)
    assert own(tmp_path / "data") == 420
    return tmp_path / "data"


def own(folder: Path) -> int:
    return sum(one.source == "icnl" for one in store.load(folder).measures)


def every_file(folder: Path) -> dict[str, bytes]:
    """All of the folder, the documents as received included, but the lock, which is free or held and has no content."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def begun(publisher: Publisher, folder: Path, path: str) -> subprocess.Popen[str]:
    """A refresh as a process of its own, which has just asked the publisher for the path."""
    address = publisher.address("/tracker")
    run = start(address, "refresh", "icnl", f"--data-dir={folder}", f"--runs={folder.parent / 'runs'}")
    end = time.monotonic() + HANGS
    while path not in publisher.paths and run.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    assert path in publisher.paths, run.communicate()
    time.sleep(0.2)
    return run


def latest_report(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder.parent / "runs" / "latest.json").read_bytes())
    return report


@pytest.mark.parametrize("moment", sorted(MOMENTS))
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_refresh_that_is_stopped_leaves_all_as_it_was(
    good: Path, number: signal.Signals, status: int, moment: str
) -> None:
    before = every_file(good)
    with Publisher() as publisher:
        for path, does in MOMENTS[moment].items():
            publisher.at(path, *does)
        with begun(publisher, good, path) as run:
            run.send_signal(number)  # the publisher would go on for longer than the program is waited for
            out, err = run.communicate(timeout=HANGS)
    assert (run.returncode, out, err) == (status, "", f"stopped by {number.name}; nothing was changed\n")
    assert every_file(good) == before
    report = latest_report(good)
    assert (report["exit_status"], report["error"]) == (status, err.strip())
    assert not storage.needs_recovery(good)
    with storage.locked(good):  # nobody holds it
        pass
    with Publisher() as publisher:
        source = source_at(publisher.at("/tracker", answers(NEWER)))
        _, (after,) = refresh(good, Client(LOOPBACK, clock=Waits().clock), sources=[source], day=LATER)
    assert after.outcome == "taken over"
    assert own(good) == 421


def test_a_signal_that_was_ignored_from_the_start_stays_ignored(good: Path) -> None:
    with Publisher() as publisher:
        publisher.at("/tracker", stalls())
        arguments = ["refresh", "icnl", f"--data-dir={good}", f"--runs={good.parent / 'runs'}"]

        def ignoring() -> None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

        with start(publisher.address("/tracker"), *arguments, before=ignoring) as run:
            while "/tracker" not in publisher.paths and run.poll() is None:
                time.sleep(0.02)
            run.send_signal(signal.SIGINT)
            time.sleep(0.3)
            assert run.poll() is None
            run.send_signal(signal.SIGTERM)
            _, err = run.communicate(timeout=HANGS)
    assert (run.returncode, err) == (143, "stopped by SIGTERM; nothing was changed\n")


@dataclass(frozen=True)
class Ended:
    status: int
    err: str


Run = Callable[[], Ended]


@pytest.fixture
def run_here(good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A refresh in this process that meets a newer page, so that a test can send a signal at an instant it chooses."""
    arguments = ["refresh", "icnl", f"--data-dir={good}", f"--runs={good.parent / 'runs'}"]

    def run() -> Ended:
        with Publisher() as publisher, monkeypatch.context() as patch:
            patch.setitem(all_sources(), "icnl", source_at(publisher.at("/tracker", answers(NEWER))))
            patch.setitem(vars(fetching), "Client", lambda: Client(LOOPBACK, clock=Waits().clock))
            patch.setattr(sys, "argv", ["civic-tracker", *arguments])
            capsys.readouterr()
            with pytest.raises(SystemExit) as caught:
                main()
        assert isinstance(caught.value.code, int)
        return Ended(caught.value.code, capsys.readouterr().err)

    return run


def signals_first(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Let the process be told to end whenever it comes to a function of ours."""
    real = getattr(module, name)

    def signalled(*given: Any, **named: Any) -> Any:
        signal.raise_signal(signal.SIGTERM)
        return real(*given, **named)

    monkeypatch.setattr(module, name, signalled)


def test_a_stop_between_the_journal_and_its_end_says_that_the_next_command_ends_it(
    good: Path, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        signals_first(patch, storage, "waiting")
        ended = run_here()
    words = "stopped by SIGTERM; the new files lie ready, and the next command puts them in place"
    assert ended == Ended(143, words + "\n")
    assert latest_report(good)["error"] == words
    assert storage.needs_recovery(good)
    assert own(good) == 421
    store.recover(good)
    assert own(good) == 421
    assert not storage.needs_recovery(good)


def test_a_stop_after_the_last_file_does_not_say_that_nothing_was_changed(
    good: Path, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        signals_first(patch, refreshing, "_after")
        ended = run_here()
    assert ended == Ended(143, "stopped by SIGTERM; the new dataset is in place\n")
    assert own(good) == 421


def test_a_stop_while_the_report_is_written_comes_too_late_to_lose_it(
    good: Path, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        signals_first(patch, refreshing, "write_report")
        ended = run_here()
    assert ended == Ended(0, "")
    assert latest_report(good)["sources"][0]["outcome"] == "taken over"


def test_who_calls_the_program_has_its_own_handlers_back(run_here: Run) -> None:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    assert run_here().status == 0
    assert [signal.getsignal(number) for number in numbers] == before
