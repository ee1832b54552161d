"""What holds for every command: help with an example, JSON beside each table, and any day that a person may give."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from civic_tracker import __version__
from civic_tracker.building.pipeline import rebuild
from civic_tracker.cli import app, main

ALL = bool(os.environ.get("CIVIC_TRACKER_ATTACK_ROUNDS"))
SLOW = ("run", "package", "site")
WITHOUT_JSON = {
    "report": "has --format json",
    "spreadsheet": "writes one file and names it",
    "serve": "runs until it is stopped",
    "schedule": "prints files",
    "links decide": "says in a line what it wrote",
    "links forget": "says in a line what it took out",
}
WITH_A_DAY = {  # each option that takes a day, by the rest of its command
    ("run", "--on"): "run --out {out} --data-dir {out}",
    ("changes", "--since"): "changes",
    ("import", "--retrieved"): "import icnl {page} --data-dir {out}",
    ("report", "--on"): "report Kenya",
    ("report", "--since"): "report Kenya",
    ("summary", "--on"): "summary",
    ("export", "--on"): "export --country KEN --out {out}",
    ("package", "--on"): "package --out {out}",
    ("spreadsheet", "--on"): "spreadsheet Kenya --out {out}/kenya.xlsx",
    ("site", "--on"): "site --language en --out {out}",
    ("serve", "--on"): "",  # the option of site
    ("members", "--on"): "members",
    ("acts", "--on"): "acts Kenya",
    ("rollback", "--on"): "rollback",
    ("indicator", "--members-on"): "indicator --source idea_tracker --period 2024-03 --where country_month_score<0",
}
TRIED = [pair for pair, rest in WITH_A_DAY.items() if rest and (ALL or pair[0] not in SLOW)]
PAGE = Path(__file__).parents[1] / "adapters" / "synthetic" / "icnl_2021_synthetic.html"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    rebuild(folder)
    return folder


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("CIVIC_TRACKER_DATA_DIR", str(data))
        monkeypatch.setattr(sys, "argv", ["civic-tracker", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        assert isinstance(end.value.code, int)
        return end.value.code, *capsys.readouterr()

    return call


def _commands() -> Iterator[tuple[str, object]]:
    """Every command and subcommand, by what a person types."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        yield name, command
        for below, inner in getattr(command, "commands", {}).items():
            yield f"{name} {below}", inner


COMMANDS = dict(_commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_json_for_a_table(name: str, run: Run) -> None:
    status, out, _ = run(*name.split(), "--help")
    assert status == 0
    assert f"Example: civic-tracker {name}" in out
    assert ("--json" in out) == (name not in WITHOUT_JSON)


def test_every_option_that_takes_a_day_is_tried() -> None:
    found = {
        (name, option.opts[0])
        for name, command in COMMANDS.items()
        for option in command.params  # type: ignore[attr-defined]
        if option.metavar == "DAY"
    }
    assert found == set(WITH_A_DAY)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "31/12/2020"])
@pytest.mark.parametrize(("command", "option"), TRIED)
def test_any_day_is_answered_or_refused_in_one_line(
    command: str, option: str, day: str, run: Run, tmp_path: Path
) -> None:
    words = WITH_A_DAY[command, option].format(out=tmp_path / "out", page=PAGE)
    status, _, err = run(*words.split(), option, day)
    assert "Traceback" not in err
    if day == "31/12/2020":
        assert (status, err) == (2, "error: '31/12/2020' is not a day. Write it as 2020-05-15.\n")
    elif status:
        assert status == 2
        assert err.startswith("error: ")
        assert day in err
        assert err.count("\n") == 1


def test_the_version_needs_no_command(run: Run) -> None:
    assert run("--version") == (0, f"civic-tracker {__version__}\n", "")


@pytest.mark.parametrize("name", ["summary", "members", "sources", "problems", "acts Kenya", "check-sources", "doctor"])
def test_json_is_one_value(name: str, run: Run) -> None:
    status, out, _ = run(*name.split(), "--json")
    assert status in {0, 1}
    json.loads(out)
