"""The doctor finds what needs a person, says what to do next, and leaves everything as it is."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from civic_tracker.building.pipeline import rebuild
from civic_tracker.cli import main
from civic_tracker.declared.sources import all_sources
from civic_tracker.disk import storage
from civic_tracker.fetching import Client
from civic_tracker.refreshing import doctor
from civic_tracker.refreshing.diagnosis import Diagnosis, Finding
from civic_tracker.refreshing.refresh import RunReport, SourceReport, refresh, write_report
from civic_tracker.store import dataset as store
from civic_tracker.store.layout import snapshots
from tests.fetching.conftest import LOOPBACK, Waits
from tests.fetching.publisher import Publisher, answers
from tests.support.examples import a_problem, alter_manifest, make_stale
from tests.support.pages import WHOLE, page
from tests.support.program import HANGS, source_at, start, without_powers

TODAY = date(2026, 11, 23)
DAY = date(2026, 11, 20)
ENDED = datetime(2026, 11, 20, 5, 18, tzinfo=UTC)
needs_modes = pytest.mark.skipif(os.name != "posix", reason="needs folders with modes and locks")


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    """A dataset in which ICNL's page was taken over; the others hold the starter facts."""
    with Publisher() as publisher:
        source = source_at(publisher.at("/tracker", answers(page(WHOLE))))
        refresh(tmp_path / "data", Client(LOOPBACK, clock=Waits().clock), sources=[source], day=DAY)
    return tmp_path / "data"


def examined(folder: Path, today: date = TODAY) -> Diagnosis:
    return doctor.examine(folder, folder.parent / "runs", today=today)


def found(diagnosis: Diagnosis, words: str) -> Finding:
    """The one finding with these words."""
    (one,) = [one for one in diagnosis.findings if words in one.what]
    return one


def a_run(folder: Path, *sources: SourceReport, ended: datetime = ENDED, exit_status: int = 0, error: str = "") -> None:
    report = RunReport(
        started=ended - timedelta(minutes=1),
        ended=ended,
        version="0.1.0",
        exit_status=exit_status,
        error=error,
        sources=sources,
    )
    write_report(report, folder.parent / "runs")


def every_file(folder: Path) -> dict[str, tuple[bytes, int]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


# What it says when there is little to say.


def test_a_dataset_of_which_all_is_known_needs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (icnl,) = [one for one in all_sources().values() if one.id == "icnl"]
    monkeypatch.setattr(doctor, "all_sources", lambda: {"icnl": icnl})
    with Publisher() as publisher:
        source = source_at(publisher.at("/tracker", answers(page(WHOLE))))
        refresh(tmp_path / "data", Client(LOOPBACK, clock=Waits().clock), sources=[source], day=DAY)
    a_run(tmp_path / "data", SourceReport(source="icnl", outcome="taken over"))
    diagnosis = examined(tmp_path / "data")
    assert [one for one in diagnosis.findings if one.level != "note"] == []
    assert diagnosis.exit_status == 0
    (facts,) = diagnosis.sources
    assert (facts.loaded, facts.newest_document, facts.days_old) == ("complete", DAY, 3)
    assert (facts.snapshots_here, facts.snapshots_needed) == (1, 1)
    assert diagnosis.files_checked > 3
    assert diagnosis.disk.dataset > 100_000
    assert diagnosis.disk.local > 0


def test_where_there_is_no_dataset_it_says_how_to_make_one_and_makes_none(tmp_path: Path) -> None:
    diagnosis = examined(tmp_path / "data")
    assert diagnosis.exit_status == 1
    assert "civic-tracker refresh" in found(diagnosis, "holds no dataset yet").next
    assert list(tmp_path.iterdir()) == []


def test_a_source_of_which_an_excerpt_is_loaded_can_be_refreshed(healthy: Path) -> None:
    finding = found(examined(healthy), "Only an excerpt is loaded of cld_rti")
    assert finding.level == "look"
    assert finding.next.startswith("civic-tracker refresh cld_rti")


# What is broken.


def test_a_file_that_was_changed_by_hand_breaks_the_dataset_and_every_such_file_is_named(healthy: Path) -> None:
    with (healthy / "measures" / "icnl.jsonl").open("ab") as stream:
        stream.write(b"{")
    (healthy / "imports.jsonl").unlink()
    diagnosis = examined(healthy)
    assert diagnosis.exit_status == 2
    assert set(diagnosis.damaged) == {"measures/icnl.jsonl", "imports.jsonl"}
    assert found(diagnosis, "icnl.jsonl: was damaged or changed by hand").level == "broken"
    assert "civic-tracker run" in found(diagnosis, "imports.jsonl: is missing").next


def test_a_file_with_other_line_ends_is_a_note_and_nothing_is_broken(healthy: Path) -> None:
    path = healthy / "imports.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    diagnosis = examined(healthy)
    assert diagnosis.damaged == ()
    assert found(diagnosis, "imports.jsonl: has other line ends").level == "note"


def test_a_manifest_that_cannot_be_read_is_broken(healthy: Path) -> None:
    (healthy / "dataset.json").write_bytes(b"{")
    diagnosis = examined(healthy)
    assert diagnosis.exit_status == 2
    assert "civic-tracker run" in found(diagnosis, "cannot be read as the manifest").next


def test_a_dataset_of_another_format_is_broken(healthy: Path) -> None:
    alter_manifest(healthy, lambda manifest: manifest.update(format=99))
    assert found(examined(healthy), "has format 99").level == "broken"


def test_a_record_that_breaks_the_schema_is_broken_though_its_checksum_is_right(healthy: Path) -> None:
    path = healthy / "problems" / "icnl.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b'{"no": "problem"}\n')
    digest = storage.file_sha256(path)
    alter_manifest(healthy, lambda manifest: manifest["files"].update({"problems/icnl.jsonl": digest}))
    diagnosis = examined(healthy)
    assert diagnosis.exit_status == 2
    assert diagnosis.damaged == ()
    assert found(diagnosis, "problems/icnl.jsonl: line 1").level == "broken"
    assert diagnosis.mappings.unknown_terms is None


def test_a_file_in_the_place_of_the_folder_is_broken(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    assert found(examined(tmp_path / "data"), "is a file, not a folder").next.endswith("--data-dir.")


def test_a_write_that_was_interrupted_is_left_to_the_next_command(
    healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_finish", lambda *_: None)
    storage.write_together(healthy, {"dataset.json": (healthy / "dataset.json").read_bytes() + b"\n"})
    monkeypatch.undo()
    before = every_file(healthy)
    diagnosis = examined(healthy)
    assert found(diagnosis, "last write was interrupted").level == "look"
    assert diagnosis.exit_status == 1
    assert every_file(healthy) == before
    (healthy / ".journal.json").write_bytes(b"{}")
    assert "Delete it and the folder" in found(examined(healthy), ".journal.json: is damaged").next


# What is to be looked at.


def test_a_stale_source_is_named_with_the_reason_of_the_last_run_and_the_next_step(healthy: Path) -> None:
    dataset = store.load(healthy)
    make_stale(dataset, "icnl", "shrunk")
    store.save(dataset, healthy)
    reason = "It holds 3 entries."
    a_run(healthy, SourceReport(source="icnl", outcome="failed", failure="shrunk", reason=reason), exit_status=1)
    a_run(healthy, SourceReport(source="icnl", outcome="nothing to fetch"), ended=ENDED + timedelta(hours=1))
    diagnosis = examined(healthy)
    finding = found(diagnosis, "icnl is stale since 20 November 2026 (shrunk): It holds 3 entries.")
    assert finding.next.endswith("civic-tracker refresh icnl --accept-shrink icnl")
    (facts,) = [one for one in diagnosis.sources if one.source == "icnl"]
    assert facts.last_failure is not None
    assert (facts.last_failure.day, facts.last_failure.reason) == (DAY, reason)


def test_a_refresh_that_failed_or_is_long_ago_is_to_be_looked_at(healthy: Path) -> None:
    a_run(healthy, exit_status=2, error="data: cannot be written (No space left on device).")
    diagnosis = examined(healthy, today=TODAY + timedelta(days=30))
    assert diagnosis.last_run is not None
    assert diagnosis.last_run.exit_status == 2
    assert found(diagnosis, "ended with 2: data: cannot be written").level == "look"
    assert "docs/scheduling.md" in found(diagnosis, "The last refresh was 33 days ago").next


def test_a_dataset_that_was_never_refreshed_has_no_report(healthy: Path) -> None:
    assert found(examined(healthy), "No report of a refresh").level == "look"


def test_a_report_that_cannot_be_read_is_named(healthy: Path) -> None:
    a_run(healthy)
    (healthy.parent / "runs" / "latest.json").write_bytes(b"[]")
    assert "Delete it" in found(examined(healthy), "latest.json: is no report").next


def test_documents_that_are_elsewhere_are_noted_and_damaged_ones_looked_at(healthy: Path) -> None:
    (document,) = snapshots(healthy).rglob("*.gz")
    content = document.read_bytes()
    document.write_bytes(content[:-9])
    damaged = examined(healthy)
    assert "Import the same document again" in found(damaged, f"{document}: the stored document cannot be read").next
    document.unlink()
    absent = examined(healthy)
    assert found(absent, "Documents of icnl that are not on this machine: 1 of 1.").level == "note"
    (facts,) = [one for one in absent.sources if one.source == "icnl"]
    assert (facts.snapshots_here, facts.snapshots_needed) == (0, 1)


def test_what_the_mapping_tables_do_not_explain_is_counted(healthy: Path) -> None:
    dataset = store.load(healthy)
    terms = [a_problem(code="unknown_term", field="tag", value="Gatherings", entry=f"entry {n}") for n in range(3)]
    names = [a_problem(code="country_not_matched", field="country", value=name) for name in ("Ruritania", "Freedonia")]
    dataset.problems += [*terms, *names]
    store.save(dataset, healthy)
    diagnosis = examined(healthy)
    assert (diagnosis.mappings.unknown_terms, diagnosis.mappings.refused_countries) == (1, 2)
    assert "problems --code unknown_term" in found(diagnosis, "does not know: 1, in 3 entries").next
    assert "civic-tracker review" in found(diagnosis, "names that were refused: 2").next
    assert diagnosis.mappings.unused_rows
    assert found(diagnosis, "that no entry uses").level == "note"


def test_a_disk_that_is_nearly_full_is_to_be_looked_at(healthy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1_000_000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    assert "Free some" in found(examined(healthy), "Only 1.0 MB are free").next


# Others at work, and folders that may only be read.


@pytest.fixture
def held(healthy: Path) -> Iterator[Path]:
    """The dataset while another process holds its lock."""
    code = (
        "import sys, time; from pathlib import Path; from civic_tracker.disk import storage\n"
        "with storage.locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(3600)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(healthy)], stdout=subprocess.PIPE, text=True) as other:  # noqa: S603
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield healthy
        other.kill()


@needs_modes
def test_a_run_that_holds_the_dataset_is_named_and_not_disturbed(held: Path) -> None:
    before = every_file(held)
    diagnosis = examined(held)
    assert diagnosis.lock.startswith("process ")
    assert diagnosis.exit_status == 1
    assert found(diagnosis, "is being written by process").next.startswith("Wait")
    assert diagnosis.file_words == "Files: not checked"
    assert every_file(held) == before


@needs_modes
def test_a_lock_whose_holder_died_is_free(held: Path) -> None:
    who = (held / ".next" / "holder").read_text(encoding="utf-8")
    os.kill(int(who.split()[1]), 9)
    end = time.monotonic() + HANGS
    while (diagnosis := examined(held)).lock and time.monotonic() < end:
        time.sleep(0.05)
    assert diagnosis.lock == ""
    assert (held / ".next" / "holder").is_file(), "it is looked at, not tidied up"


@needs_modes
def test_a_dataset_that_may_only_be_read_is_examined_all_the_same(healthy: Path) -> None:
    a_run(healthy)
    for path in (healthy, *healthy.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    with start("http://127.0.0.1:1/", "doctor", "--data-dir", str(healthy), "--json", before=without_powers) as run:
        out, err = run.communicate(timeout=HANGS)
    for path in (healthy, *healthy.rglob("*")):
        path.chmod(0o700)
    assert (run.returncode, err) == (1, "")
    diagnosis = Diagnosis.model_validate_json(out)
    assert not diagnosis.disk.writable
    assert "--data-dir" in found(diagnosis, "may not be written by this user").next
    assert diagnosis.damaged == ()
    assert diagnosis.mappings.unknown_terms == 0


def test_whatever_it_finds_it_changes_nothing(healthy: Path) -> None:
    a_run(healthy, exit_status=2, error="A full disk.")
    (healthy / "measures" / "cld_rti.jsonl").write_bytes(b"damaged")
    before = every_file(healthy.parent)
    assert examined(healthy).exit_status == 2
    assert every_file(healthy.parent) == before


# The command.


@pytest.fixture
def ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    def call(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["civic-tracker", "doctor", *arguments])
        monkeypatch.setenv("CIVIC_TRACKER_DATA_DIR", str(tmp_path / "data"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        assert captured.err == ""
        assert isinstance(ended.value.code, int)
        return ended.value.code, captured.out

    return call


def test_the_command_prints_each_finding_with_what_to_do_next(
    tmp_path: Path, ask: Callable[..., tuple[int, str]]
) -> None:
    rebuild(tmp_path / "data")
    (tmp_path / "data" / "measures" / "icnl.jsonl").unlink()
    status, out = ask()
    assert status == 2
    for words in ("Last refresh: no report of one", "Lock: free", "Disk: dataset", "Mappings: unknown terms not known"):
        assert words in out
    _, todo = out.split("What to do next\n")
    lines = todo.splitlines()
    assert lines[0].startswith("- broken: ")
    assert lines[0].endswith("icnl.jsonl: is missing.")
    assert all(line.startswith(("- ", "  ")) for line in lines)
    assert len(lines) == 2 * sum(line.startswith("- ") for line in lines)


def test_as_json_it_is_the_whole_diagnosis(tmp_path: Path, ask: Callable[..., tuple[int, str]]) -> None:
    status, out = ask("--json")
    diagnosis = Diagnosis.model_validate_json(out)
    assert (status, diagnosis.exit_status) == (1, 1)
    assert diagnosis.data_dir == str(tmp_path / "data")


def test_reports_of_scheduled_jobs_lie_beside_the_dataset_and_are_found(
    healthy: Path, ask: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    a_run(healthy)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    _, out = ask()
    assert "Last refresh: 2026-11-20 05:18 UTC, exit status 0 (all well)" in out
