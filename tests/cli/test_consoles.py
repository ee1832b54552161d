"""Every command on any console: nothing breaks, nothing is cut, no word is broken, in any encoding and at any width."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from rich.cells import cell_len

from civic_tracker.building.pipeline import rebuild
from civic_tracker.cli import console, main
from civic_tracker.publish.printing import WIDTH_OF_LOG, in_encoding
from civic_tracker.store import dataset as store
from tests.support.examples import a_measure, a_problem

ALL = bool(os.environ.get("CIVIC_TRACKER_ATTACK_ROUNDS"))
ENCODINGS = ("cp1252", "cp437", "cp850", "ascii", "koi8-r") if ALL else ("cp1252", "cp437")
TITLE = "Указ № 5 “чрезвычайное положение” – 北京 【bold】 œuvre de l’État… ≥ 10 €"
COMMANDS = (
    "summary",
    "members",
    "members --local",
    "sources",
    "problems",
    "problems --unused",
    "doctor",
    "acts Kenya",
    "rollback",
    "rollback Kenya",
    "changes",
    "indicator --source idea_tracker --list",
    "indicator --source idea_tracker --period 2024-03 --where country_month_score<0",
    "verify ogp-2020",
    "match Congo Kénia Нигерия",
    "links",
    "report Kenya",
    "report Perú --language fr",
    "report Perú --language es",
    "report Perú --language fr --format md",
    "schedule cron",
    "schedule systemd",
    "check-sources",
    *(["run --data-dir other --out exports"] if ALL else []),  # which takes some seconds
    "--help",
    "report --help",
    "export --help",
    "nonsense",
)


class _System(io.RawIOBase):
    """Standard output as a system gives it, which keeps what it is given."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.content = bytearray()
        self._terminal = terminal

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._terminal

    def write(self, content: object) -> int:
        added = bytes(content)  # type: ignore[call-overload]
        self.content += added
        return len(added)


@dataclass(frozen=True)
class Printed:
    status: int
    out: str
    err: str


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dataset whose records have words that few consoles can show."""
    folder = tmp_path_factory.mktemp("home")
    rebuild(folder / "data")
    dataset = store.load(folder / "data")
    dataset.measures = [*dataset.measures, a_measure(id="icnl-KEN-0123456789", title=TITLE)]
    dataset.problems = [*dataset.problems, a_problem(title=TITLE, reason=f"Nobody reads it: {TITLE} {TITLE}")]
    store.save(dataset, folder / "data")
    return folder


def _print(
    patch: pytest.MonkeyPatch, home: Path, command: str, *, encoding: str = "utf-8", width: int = WIDTH_OF_LOG
) -> Printed:
    """What a command prints at a width of terminal, or without one, and how it ends."""
    streams = {name: _System(terminal=width < WIDTH_OF_LOG) for name in ("stdout", "stderr")}
    patch.chdir(home)
    patch.setenv("CIVIC_TRACKER_DATA_DIR", str(home / "data"))
    patch.setenv("TERM", "xterm")
    patch.setattr(sys, "argv", ["civic-tracker", *command.split()])
    for name, raw in streams.items():
        patch.setattr(sys, name, io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, newline="\n"))
    for one in (console.out, console.err):
        patch.setattr(one, "_width", width)
    with pytest.raises(SystemExit) as end:
        main()
    patch.undo()
    assert isinstance(end.value.code, int)
    return Printed(end.value.code, *(_plain(bytes(raw.content).decode(encoding)) for raw in streams.values()))


def _plain(text: str) -> str:
    """A text without what makes a terminal bold or moves its cursor."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.fixture(scope="module")
def in_a_log(home: Path) -> Iterator[dict[str, Printed]]:
    """Each command as a file takes it, in UTF-8, by command."""
    with pytest.MonkeyPatch.context() as patch:
        yield {command: _print(patch, home, command) for command in COMMANDS}


def _words(text: str) -> set[str]:
    """The words of a text; a list has a colon behind what stands above it."""
    return {word.removesuffix(":") for word in text.split() if word.strip("─")}


def _letters(text: str) -> str:
    """A text without blanks and without the lines under headings, which are as long as their columns."""
    return re.sub(r"[\s─-]+|unchanged|\d+ files changed", "", text)


@pytest.mark.parametrize("command", COMMANDS)
def test_in_any_encoding_everything_is_printed(
    command: str, home: Path, in_a_log: dict[str, Printed], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = in_a_log[command]
    assert "Traceback" not in whole.err
    assert whole.status == {"nonsense": 2, "check-sources": 0}.get(command, whole.status)
    for encoding in ENCODINGS:
        printed = _print(monkeypatch, home, command, encoding=encoding)
        assert printed.status == whole.status
        assert _letters(printed.out) == _letters(in_encoding(whole.out, encoding)), encoding


def test_a_terminal_that_lacks_letters_gets_the_nearest(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _print(monkeypatch, home, "report Perú --language fr", encoding="ascii", width=80).out
    assert "Perou : restrictions enregistrees des libertes civiles" in shown
    assert "acces a l'information" in shown
    shown = _print(monkeypatch, home, "acts Kenya", encoding="cp1252", width=80).out
    assert "Ukaz No 5 “chrezvych" in shown
    assert "œuvre de l’État…" in " ".join(shown.split())
    assert "[(bold)]" in shown  # not read as markup


WIDTHS = (60, 80, 100, 140, 200)


@pytest.mark.parametrize(
    ("command", "width"),
    [pair for pair in product(COMMANDS, WIDTHS) if ALL or pair[1] == 80] + [("summary", 200), ("summary", 60)],
)
def test_no_word_is_broken_and_no_line_is_longer_than_the_terminal(
    command: str, width: int, home: Path, in_a_log: dict[str, Printed], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = in_a_log[command]
    printed = _print(monkeypatch, home, command, width=width)
    assert printed.status == whole.status
    if "--help" in command or command == "nonsense" or " --format " in command or command.startswith("schedule"):
        return  # the lines of others: typer's, Markdown's, systemd's
    for line in printed.out.splitlines():
        assert cell_len(line.rstrip()) <= width or len(line.split()) == 1, line
    own = _words("A wider terminal, or --json, shows also: . faults") | _words(" ".join(_spare(printed.out)))
    if not command.startswith("run"):  # which says its table in sentences
        new = _words(printed.out) - _words(whole.out)
        if command == "doctor":  # what is free on the disk changes between two runs
            new = {word for word in new if not word.replace(".", "").isdigit()}
        assert new <= own


def _spare(text: str) -> list[str]:
    """The names of columns that were left out, as the sentence below a table has them."""
    return re.findall(r"shows also: ([^.]*\.)", text)


def test_at_80_columns_the_sum_of_a_source_is_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _print(monkeypatch, home, "run --data-dir other --out exports", width=80).out
    assert "- idea_tracker: 473 parsed = 262 measures + 211 figures; an excerpt" in shown


def test_a_wide_terminal_gets_every_column(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = _print(monkeypatch, home, "summary", width=80).out
    wide = _print(monkeypatch, home, "summary", width=160).out
    assert "A wider terminal, or --json, shows also: First, Latest, Liberties." in narrow
    assert "Liberties" in wide
    assert "A wider terminal" not in wide


def test_in_a_log_a_row_is_a_line(in_a_log: dict[str, Printed]) -> None:
    (line,) = (line for line in in_a_log["problems"].out.splitlines() if line.startswith("icnl"))
    assert line.count(TITLE) == 2
    assert all(line == line.rstrip() for one in in_a_log.values() for line in one.out.splitlines())


def test_a_report_in_a_log_is_the_one_in_a_file(
    home: Path, in_a_log: dict[str, Printed], monkeypatch: pytest.MonkeyPatch
) -> None:
    for encoding in ("utf-8", "cp1252"):
        _print(monkeypatch, home, "report Kenya --out kenya.txt", encoding=encoding)
        assert (home / "kenya.txt").read_text(encoding="utf-8") == in_a_log["report Kenya"].out


def test_json_is_whole_in_every_encoding(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    whole = json.loads(_print(monkeypatch, home, "problems --json").out)
    assert TITLE in {one["title"] for one in whole}
    for encoding in ENCODINGS:
        assert json.loads(_print(monkeypatch, home, "problems --json", encoding=encoding).out) == whole


@pytest.mark.parametrize("form", ["html", "csv", "json"])
def test_what_is_a_file_stays_utf_8_in_a_pipe(form: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = f"report Kenya --format {form}"
    _print(monkeypatch, home, f"{command} --out kenya.{form}")
    printed = _print(monkeypatch, home, command, encoding="cp437").out
    assert printed.encode("cp437") == (home / f"kenya.{form}").read_bytes()
    assert "Ukaz" in _print(monkeypatch, home, command, encoding="cp437", width=80).out


def _start(home: Path, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return] # noqa: S603
        [sys.executable, "-m", "civic_tracker", *arguments],
        cwd=home,
        env=os.environ | {"CIVIC_TRACKER_DATA_DIR": str(home / "data")} | options.pop("env", {}),  # type: ignore[operator]
        stderr=subprocess.PIPE,
        **options,
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_output_is_one_line_and_status_2(home: Path, unbuffered: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = _start(home, "summary", stdout=full, env={"PYTHONUNBUFFERED": unbuffered})
        _, err = ended.communicate()
    said = "error: standard output cannot be written (No space left on device); what was printed is not complete\n"
    assert (ended.returncode, err.decode()) == (2, said)


def test_a_closed_output_is_one_line_and_status_2(home: Path) -> None:
    ended = _start(home, "summary", preexec_fn=lambda: os.close(1))
    _, err = ended.communicate()
    said = "error: standard output cannot be written (it is closed); what was printed is not complete\n"
    assert (ended.returncode, err.decode()) == (2, said)


def test_the_work_is_done_where_nothing_can_be_printed(home: Path) -> None:
    ended = _start(home, "export", "--country", "KEN", "--out", "unseen", preexec_fn=lambda: os.close(1))
    ended.communicate()
    assert ended.returncode == 2
    assert (home / "unseen" / "KEN-measures.csv").is_file()


@pytest.mark.parametrize("command", ["summary", "changes --json", "report Kenya --format html", "--help"])
def test_a_reader_that_goes_away_is_no_trouble(home: Path, command: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = _start(home, *command.split(), stdout=writing)
    os.close(writing)
    _, err = ended.communicate()
    assert (ended.returncode, err) == (0, b"")


def test_a_windows_code_page_without_pythons_utf_8_mode(home: Path) -> None:
    codes = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp437"}
    ended = _start(home, "report", "Perú", "--language", "fr", stdout=subprocess.PIPE, env=codes)
    out, err = ended.communicate()
    assert (ended.returncode, err) == (0, b"")
    assert "Pérou\xa0: restrictions enregistrées des libertés civiles" in out.decode("cp437")
