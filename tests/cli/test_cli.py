"""The program as a person uses it: what it prints, how it ends, and what it says about bad input."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from civic_tracker import paths
from civic_tracker.cli import app, main
from civic_tracker.countries import decisions
from civic_tracker.countries.country_of import _country_of
from civic_tracker.store import dataset as store
from tests.support.examples import make_stale
from tests.support.program import HANGS, start, without_powers

SYNTHETIC = Path(__file__).parents[1] / "adapters" / "synthetic"
ICNL_PAGE = str(SYNTHETIC / "icnl_2021_synthetic.html")
COMMANDS = (
    *("run", "refresh", "changes", "import", "report", "summary"),
    *("acts", "rollback", "export", "package", "spreadsheet", "members", "indicator"),
    *("verify", "sources", "problems", "match", "review"),
    *("doctor", "schedule", "site", "serve", "check-sources"),
)


@dataclass(frozen=True)
class Ended:
    """How a call of the program ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)


Program = Callable[..., Ended]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """The program in an empty folder, with a dataset of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIVIC_TRACKER_DATA_DIR", str(tmp_path / "data"))

    def call(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["civic-tracker", *arguments])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(bool(end.code))
        captured = capsys.readouterr()
        return Ended(status, captured.out, captured.err)

    return call


def refused(ended: Ended, *words: str) -> None:
    """The call ended with one line that names the input, and no traceback."""
    assert ended.status == 2, ended
    assert ended.err.startswith("error: ")
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err


def listed(ended: Ended) -> list[dict[str, object]]:
    """The rows of a table that was asked for as JSON."""
    assert isinstance(ended.json, list)
    return ended.json


def test_every_command_has_help_with_an_example(program: Program) -> None:
    for command in COMMANDS:
        ended = program(command, "--help")
        assert ended.status == 0
        assert f"Example: civic-tracker {command}" in ended.out
    assert {command.name for command in app.registered_commands} == set(COMMANDS)


def test_help_does_not_import_pandas() -> None:
    code = (
        "import sys; sys.argv = ['civic-tracker', '--help']\n"
        "from civic_tracker.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('pandas', 'numpy', 'bs4', 'openpyxl') if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert ended.stderr.strip() == "[]"


def test_run_shows_the_conservation_law_the_world_and_where_the_files_are(program: Program, tmp_path: Path) -> None:
    ended = program("run", "--out", "exports")
    assert ended.status == 0
    for words in ("Every entry is accounted for", "Parsed", "= measures", "+ duplicates", "+ problems", "The world"):
        assert words in ended.out
    assert str(tmp_path / "data") in ended.out
    assert (tmp_path / "exports" / "measures.csv").is_file()
    assert program("run", "--out", "exports").out.count("unchanged") == 2


def test_run_ends_with_a_line_for_each_stale_source(program: Program, tmp_path: Path) -> None:
    assert "could not be taken over" not in program("run").out
    dataset = store.load(tmp_path / "data")
    make_stale(dataset, "icnl")
    make_stale(dataset, "cld_rti", "shrunk")
    store.save(dataset, tmp_path / "data")
    cld, icnl = program("run").out.splitlines()[-2:]
    assert cld.startswith("CLD's records are")
    assert cld.endswith("could not be taken over (it held fewer entries or countries than expected).")
    assert icnl.startswith("ICNL's records are")
    assert icnl.endswith("since 20 November 2026 its page could not be taken over (the site changed).")
    assert "ICNL's records are" in program("report", "Kenya").out


def test_run_as_json_tells_the_counts(program: Program) -> None:
    facts = program("run", "--json").json
    assert isinstance(facts, dict)
    assert facts["sources"]["icnl"]["count"]["entries"] == 187


@pytest.mark.parametrize("name", ["Kenya", "KE", "KEN", "kenia", "Kénya"])
def test_a_country_may_be_a_code_or_a_name_in_three_languages(program: Program, name: str) -> None:
    program("run")
    facts = program("report", name, "--format", "json").json
    assert isinstance(facts, dict)
    assert facts["summary"]["country"] == "KEN"


def test_the_formats_of_a_report_agree(program: Program) -> None:
    program("run")
    title = "Nationwide night curfew order 2020"
    for form in ("text", "md", "html", "json", "csv"):
        ended = program("report", "Kenya", "--format", form, "--on", "2020-12-31")
        assert ended.status == 0
        assert title in ended.out
        assert "2025" not in ended.out or form in {"json", "html"}, "a later event is left out"


def test_a_report_goes_to_a_file(program: Program, tmp_path: Path) -> None:
    program("run")
    assert program("report", "KEN", "--format", "html", "--out", "sub/kenya.html").status == 0
    assert "<h1>Kenya" in (tmp_path / "sub" / "kenya.html").read_text(encoding="utf-8")


def test_there_were_78_members_on_15_may_2020(program: Program) -> None:
    assert "78 members" in program("members", "--on", "2020-05-15").out
    listed = program("members", "--on", "2020-05-15", "--json").json
    assert isinstance(listed, list)
    assert len(listed) == 78


def test_every_table_can_be_had_as_json(program: Program) -> None:
    program("run")
    for arguments in (
        ["summary"],
        ["members"],
        ["members", "--local"],
        ["sources"],
        ["problems"],
        ["problems", "--unused"],
        ["match", "Kenya"],
    ):
        ended = program(*arguments, "--json")
        assert ended.status == 0
        assert isinstance(ended.json, list)


def test_summary_is_in_the_order_of_names_and_no_ranking(program: Program) -> None:
    program("run")
    out = program("summary", "--on", "2020-05-15").out
    assert out.index("Afghanistan") < out.index("Kenya") < out.index("Uruguay")


def test_match_says_what_it_refuses_and_ends_with_1(program: Program) -> None:
    assert program("match", "Corea del Norte").status == 0
    ended = program("match", "Kosovo", "Eastern Europe", "--json")
    assert ended.status == 1
    assert isinstance(ended.json, list)
    assert [one["iso3"] for one in ended.json] == ["XKX", None]


def test_names_may_be_read_as_ogp_writes_them(program: Program) -> None:
    assert [one["iso3"] for one in listed(program("match", "MO", "UK", "--source", "ogp", "--json"))] == ["MAR", "GBR"]
    assert [one["iso3"] for one in listed(program("match", "MO", "--json"))] == ["MAC"]
    ended = program("match", "São Paulo", "--source", "ogp")
    assert ended.status == 0
    assert "local member of OGP in Brazil" in ended.out


def test_review_shows_the_change_and_writes_nothing_when_asked_not_to(program: Program) -> None:
    table = paths.mappings_dir() / "country_decisions.csv"
    before = table.read_bytes()
    arguments = ["review", "--source", "icnl", "--name", "Ruritania", "--never", "--why", "example"]
    ended = program(*arguments, "--dry-run")
    assert "+icnl,Ruritania,,example" in ended.out
    assert table.read_bytes() == before


def test_review_writes_a_decision_that_the_next_run_obeys(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "mappings"
    shutil.copytree(paths.mappings_dir(), copy)
    page = (SYNTHETIC / "icnl_2021_synthetic.html").read_text(encoding="utf-8")
    (tmp_path / "page.html").write_text(page.replace(">Brazil<", ">Ruritania<"), encoding="utf-8")
    program("import", "icnl", "page.html")
    waiting = listed(program("review", "--json"))
    assert [(one["source"], one["name"]) for one in waiting] == [("icnl", "Ruritania")]
    monkeypatch.setattr(decisions, "mappings_dir", lambda: copy)
    decisions.decisions.cache_clear()
    assert program("review", "--source", "icnl", "--name", "Ruritania", "--as", "Brasil").status == 0
    assert "icnl,Ruritania,BRA," in (copy / "country_decisions.csv").read_text(encoding="utf-8")
    _country_of.cache_clear()
    assert program("run").status == 0
    assert listed(program("review", "--json")) == []
    monkeypatch.undo()
    decisions.decisions.cache_clear()
    _country_of.cache_clear()


def test_review_wants_one_answer(program: Program) -> None:
    refused(program("review", "--name", "Ruritania"), "--source")
    refused(program("review", "--source", "icnl", "--name", "X", "--as", "KEN", "--never"), "--never")


def test_import_tells_what_it_found(program: Program) -> None:
    ended = program("import", "icnl", ICNL_PAGE, "--retrieved", "2021-05-02", "--json")
    assert ended.status == 0
    facts = ended.json
    assert isinstance(facts, dict)
    assert facts["imported"][0]["retrieved"] == "2021-05-02"
    assert "already in the dataset" in program("import", "icnl", ICNL_PAGE).out


def test_import_takes_several_files_and_folders(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("idea_country_b_synthetic.html", "idea_report_c_synthetic.html"):
        (folder / name).write_bytes((SYNTHETIC / name).read_bytes())
    ended = program("import", "idea-tracker", str(folder), str(SYNTHETIC / "idea_archive_synthetic.csv"))
    assert ended.status == 0
    assert "3 documents imported" in ended.out


def test_a_bad_file_among_good_ones_is_reported_and_ends_with_1(program: Program, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("no page")
    ended = program("import", "icnl", "bad.html", ICNL_PAGE)
    assert ended.status == 1
    assert ended.err.startswith("error: bad.html: ")
    assert "1 document imported" in ended.out


BAD_FILES: dict[str, bytes] = {
    "empty.html": b"",
    "text.html": b"just some text",
    "other.html": b"<html><head><title>Cooking</title></head><body><h1>Soup</h1></body></html>",
    "cut.html": b"<html><body><div id='entries'><div class='entry'>",
    "latin1.html": "<html><body>Côte</body></html>".encode("latin-1"),
    "picture.html": b"\x89PNG\r\n\x1a\n\x00\x00",
    "download.html": b"PK\x03\x04broken",
}


@pytest.mark.parametrize("name", sorted(BAD_FILES))
def test_a_file_that_is_no_tracker_page_is_refused_in_one_line(program: Program, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD_FILES[name])
    refused(program("import", "icnl", name), name)


def test_a_table_without_a_needed_column_is_refused_with_its_header(program: Program, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("country,year,something\nKenya,2020,1\n")
    refused(program("import", "idea-gsod", "table.csv"), "table.csv", "something")


def test_a_file_of_200_megabytes_is_refused_without_being_read(program: Program, tmp_path: Path) -> None:
    with (tmp_path / "huge.html").open("wb") as stream:
        stream.truncate(200_000_000)
    refused(program("import", "icnl", "huge.html"), "huge.html", "200 MB")


def test_unknown_things_are_refused_with_what_there_is(program: Program) -> None:
    program("run")
    refused(program("report", "Ruritania"), "Ruritania")
    refused(program("report", "ZZZ"), "ZZZ")
    refused(program("report", "Korea del"), "Korea del")
    refused(program("report", "Kenya", "--on", "31/12/2020"), "31/12/2020", "2020-05-15")
    refused(program("report", "Kenya", "--format", "docx"), "docx", "html")
    refused(program("import", "oxfam", ICNL_PAGE), "oxfam", "icnl")
    refused(program("import", "icnl", "missing.html"), "missing.html", "does not exist")
    refused(program("import", "icnl", ICNL_PAGE, "--url", "javascript:alert(1)"), "javascript")
    refused(program("problems", "--code", "nonsense"), "nonsense", "unknown_term")


def test_reading_without_a_dataset_says_how_to_make_one(program: Program) -> None:
    refused(program("report", "Kenya"), "civic-tracker run")


def test_a_corrupted_data_file_is_named_and_nothing_is_lost(program: Program, tmp_path: Path) -> None:
    program("run")
    path = tmp_path / "data" / "measures" / "icnl.jsonl"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    refused(program("report", "Kenya"), "icnl.jsonl", "civic-tracker run")
    assert program("run").status == 0
    assert path.read_bytes() == content


def test_a_folder_that_is_a_file_or_somebody_elses_is_refused(program: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused(program("run", "--data-dir", "file"), "file", "--data-dir")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").write_text("x")
    refused(program("run", "--data-dir", "photos"), "photos")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["holiday.jpg"]


@pytest.mark.skipif(os.name != "posix", reason="needs folders with modes")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with start("", "run", f"--data-dir={tmp_path / 'locked' / 'data'}", before=without_powers) as run:
        out, err = run.communicate(timeout=HANGS)
    refused(Ended(run.returncode, out, err), "locked", "Permission denied")


def test_an_export_into_a_file_is_refused(program: Program, tmp_path: Path) -> None:
    program("run")
    (tmp_path / "taken").write_text("x")
    refused(program("export", "--out", "taken"), "taken")
    refused(program("report", "Kenya", "--format", "md", "--out", "taken/report.md"), "taken")


def test_the_data_folder_may_be_given_before_or_after_the_command(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CIVIC_TRACKER_DATA_DIR")
    assert program("--data-dir", "one", "run").status == 0
    assert program("run", "--data-dir", "two").status == 0
    assert (tmp_path / "one" / "dataset.json").read_bytes() == (tmp_path / "two" / "dataset.json").read_bytes()


def test_a_publishers_title_cannot_style_the_terminal(program: Program, tmp_path: Path) -> None:
    page = (SYNTHETIC / "icnl_2021_synthetic.html").read_text(encoding="utf-8")
    (tmp_path / "page.html").write_text(page.replace("<h3>", "<h3>[red]A[/red] [link=x]", 1), encoding="utf-8")
    program("import", "icnl", "page.html")
    assert "[red]A[/red] [link=x]" in program("report", "Brazil").out
