"""A disk that is full, at once or in the middle: every command that writes says so in one line; all is as it was."""

import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from civic_tracker import paths
from civic_tracker.cli import main
from civic_tracker.countries import decisions as names
from civic_tracker.linking import decisions as links
from civic_tracker.refreshing.refresh import RunReport
from civic_tracker.store import dataset as store
from tests.attacks.test_writers import every_file
from tests.attacks.writer import MOMENT, world
from tests.website.sites import few_members

resource = pytest.importorskip("resource", reason="no limits of this kind here")
SYNTHETIC = Path(__file__).resolve().parents[1] / "adapters" / "synthetic"
COMMANDS = {
    "run": ("run", "--out", "{out}"),
    "import": ("import", "icnl", str(SYNTHETIC / "icnl_2021_synthetic.html")),
    "export": ("export", "--out", "{out}"),
    "export of one": ("export", "--country", "Kenya", "--out", "{out}"),
    "package": ("package", "--out", "{out}"),
    "release": ("package", "--release", "--out", "{out}"),
    "site": ("site", "--out", "{out}", "--language", "en"),
    "spreadsheet": ("spreadsheet", "Kenya", "--out", "{out}/file"),
    "report in html": ("report", "Kenya", "--format", "html", "--out", "{out}/file"),
    "report in json": ("report", "Kenya", "--format", "json", "--out", "{out}/file"),
    "report in csv": ("report", "Kenya", "--format", "csv", "--out", "{out}/file"),
    "schedule": ("schedule", "systemd", "--out", "{out}"),
    "links decide": ("links", "decide", "icnl-KEN-0000000001", "icnl-KEN-0000000002", "same", "--why", "x" * 3000),
    "review": ("review", "--source", "icnl", "--name", "Ruritania", "--never", "--why", "x" * 3000),
}
NOT_AT_ONCE = {"run", "import", "export", "package", "release", "site"}


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as on a disk that has only so many left."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "data"
    made = world("one")
    made.linked_from = "0" * 64
    store.save(made, folder)
    return folder


@pytest.fixture
def place(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the dataset, a copy of the mapping tables, and outputs of an earlier day."""
    few_members(monkeypatch)
    shutil.copytree(dataset, tmp_path / "data")
    shutil.copytree(paths.mappings_dir(), tmp_path / "mappings")
    for module in (paths, names):
        monkeypatch.setattr(module, "mappings_dir", lambda: tmp_path / "mappings")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIVIC_TRACKER_DATA_DIR", str(tmp_path / "data"))
    yield tmp_path
    for table in (links, names):
        table.decisions.cache_clear()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_full_disk_is_one_line_and_everything_stays(
    name: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [one.format(out=place / "out") for one in COMMANDS[name]]
    (place / "out").mkdir()
    if arguments[-1].endswith("/file"):
        (place / "out" / "file").write_bytes(b"an earlier report")
    monkeypatch.setattr(sys, "argv", ["civic-tracker", *arguments])
    before = every_file(place)
    for size in (0, 1500) if name in NOT_AT_ONCE else (0,):
        capsys.readouterr()
        with disk_of(size), pytest.raises(SystemExit) as caught:
            main()
        err = capsys.readouterr().err
        assert caught.value.code == 2, err
        assert err.startswith("error: ")
        assert "(File too large)" in err or "(disk I/O error)" in err, "SQLite says it in words of its own"
        assert err.count("\n") == 1, err
        # A document that was stored stays, and is found again when the import is tried again.
        assert {path: one for path, one in every_file(place).items() if "local/snapshots" not in path} == before


def test_the_summary_of_a_run_is_written_whole_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from civic_tracker.cli.refreshing import _write_summary

    path = tmp_path / "summary.md"
    path.write_bytes(b"an earlier one")
    report = RunReport(started=MOMENT, ended=MOMENT, version="1", exit_status=0)
    with disk_of(10):
        assert not _write_summary(report, path)
    assert "cannot take the summary of this run (File too large)" in capsys.readouterr().err
    assert every_file(tmp_path) == {"summary.md": b"an earlier one"}
    assert _write_summary(report, path)
