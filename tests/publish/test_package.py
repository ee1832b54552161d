"""The data package: programs read back what the dataset holds, validators accept it, and the same records give the
same bytes."""

import csv
import json
import re
import sqlite3
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner

from civic_tracker import paths
from civic_tracker.cli.packaging import package as package_command
from civic_tracker.declared.sources import all_sources
from civic_tracker.errors import DatasetError
from civic_tracker.model.changes import Change
from civic_tracker.model.schema import Observation, Record
from civic_tracker.publish.package import compose, formats
from civic_tracker.publish.package.columns import Column, columns_of
from civic_tracker.store import dataset as store
from civic_tracker.store.contents import Dataset
from tests.support.examples import a_compiled_measure, a_dataset, a_measure, a_problem, an_event, an_observation

ROOT = Path(__file__).parents[2]
DAY = date(2021, 6, 30)
LONG = "é" * 100_000
HOSTILE = (
    '=HYPERLINK("https://evil.example")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "nul \x00 inside",
    "emoji 😀👩🏽‍⚖️ and مرسوم رقم ٥ and \u202ereversed\u202c",
    'two\nlines, "quoted", and\r\nthree\rmore',
    " | not | a | list",
    "'already quoted",
    "NULL",
    "null",
    " spaces at both ends ",
    LONG,
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """A little of everything: lists, records, dates of every precision, figures with and without a number."""
    spell = {"id": "oxcgrt-KEN-c4-1", "source": "oxcgrt", "record_kind": "spell", "title_by": "civic-tracker"}
    step = {"kind": "extended", "kind_as_written": "Extension", "on": "2020-06", "source_record": "row 9"}
    mentioned = {"as_written": "12 March", "date": "2020-03-12", "year_from_source": True}
    made = a_dataset(
        [
            a_measure(
                liberties=("assembly", "movement"),
                tags_as_written=("Assembly", "=Movement"),
                history=(step,),
                dates_mentioned=(mentioned,),
                introduced="2020-02",
                ends="2021",
                retrieved="2021-05-02",
                links=("https://example.org/a", "https://example.org/b"),
            ),
            a_measure(
                id="icnl-ESP-1", country="ESP", country_as_written="Spain", description="not ours", updates=("x",)
            ),
            an_event(),
            a_compiled_measure(description="our own words"),
            a_measure(**spell, ended_on="2020-05-01"),
        ],
        [
            an_observation(),
            an_observation(country="ESP", country_as_written="Spain", value=-0.25, lower=1e-9, upper=1.0),
            an_observation(
                source="civicus_monitor", release="", indicator="civicus_civic_space_rating", period="2021-Q2"
            ),
            an_observation(period="2020-03-01/2020-03-09", value=None, value_as_written="-", daily=True),
        ],
        [a_problem()],
    )
    made.changes = [
        Change(day=DAY, source="icnl", country="KEN", kind="withdrawn", id="icnl-KEN-2", record={"title": "=gone"}),
        Change(day=DAY, source="idea_gsod", kind="figures", after="1 new"),
    ]
    return made


@pytest.fixture(scope="module")
def folder(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("package")
    compose.write_package(dataset, place, DAY)
    return place


def errors_in(folder: Path) -> list[Any]:
    """What frictionless finds wrong."""
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(folder / "datapackage.json"))
    found = [*report.errors, *(error for task in report.tasks for error in task.errors)]
    return [error.message for error in found]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def read_sql(folder: Path, question: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(folder / "civic-tracker.sqlite")
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_frictionless_finds_nothing_wrong(folder: Path) -> None:
    assert errors_in(folder) == []


def test_frictionless_finds_a_changed_byte_in_a_file_that_it_does_not_open(folder: Path, tmp_path: Path) -> None:
    for name, content in bytes_of(folder).items():
        (tmp_path / name).write_bytes(content)
    path = tmp_path / "measures.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Kenya", b"Kenia", 1))
    assert "hash" in " ".join(errors_in(tmp_path))


def test_frictionless_finds_a_record_about_a_country_that_there_is_not(folder: Path, tmp_path: Path) -> None:
    for name, content in bytes_of(folder).items():
        (tmp_path / name).write_bytes(content)
    path = tmp_path / "countries.csv"
    path.write_bytes(b"".join(line for line in path.read_bytes().splitlines(keepends=True) if b"ESP," not in line))
    assert any("not found in the lookup table" in message for message in errors_in(tmp_path))


def test_an_empty_dataset_gives_a_valid_package(tmp_path: Path) -> None:
    compose.write_package(Dataset(), tmp_path, DAY)
    assert errors_in(tmp_path) == []
    assert read_sql(tmp_path, "SELECT count(*) FROM measures") == [(0,)]
    assert len(read_csv(tmp_path / "summary.csv")) > 70


def test_the_bundled_starter_facts_give_a_valid_package(tmp_path: Path) -> None:
    bundled = store.load(paths.bundled_data_dir())
    compose.write_package(bundled, tmp_path, DAY)
    assert errors_in(tmp_path) == []
    records = read_sql(tmp_path, "SELECT (SELECT count(*) FROM measures) + (SELECT count(*) FROM spells)")
    assert records == [(len(bundled.measures),)]


def test_two_runs_write_the_same_bytes_and_the_second_changes_nothing(
    dataset: Dataset, folder: Path, tmp_path: Path
) -> None:
    compose.write_package(dataset, tmp_path, DAY)
    assert bytes_of(tmp_path) == bytes_of(folder)
    assert compose.write_package(dataset, tmp_path, DAY) == []


def test_another_process_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    told = (
        "import sys; from pathlib import Path; from datetime import date; from civic_tracker.store import dataset;"
        "from civic_tracker.publish.package import compose as package;"
        "package.write_package(dataset.Dataset(), Path(sys.argv[1]), date(2021, 6, 30))"
    )
    for name, seed in (("one", "1"), ("two", "2")):
        command = [sys.executable, "-c", told, str(tmp_path / name)]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed}, cwd=ROOT)  # noqa: S603
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert bytes_of(tmp_path / "one").keys() == bytes_of(folder).keys()


def test_a_changed_title_changes_only_what_depends_on_it(dataset: Dataset, folder: Path, tmp_path: Path) -> None:
    first, *others = dataset.measures
    changed = Dataset(**{**vars(dataset), "measures": [first.model_copy(update={"title": "Another title"}), *others]})
    compose.write_package(changed, tmp_path, DAY)
    before, after = bytes_of(folder), bytes_of(tmp_path)
    assert {name for name in after if after[name] != before[name]} == {
        *("measures.csv", "measures.jsonl", "measures.parquet", "civic-tracker.sqlite"),
        *("datapackage.json", "CITATION.cff", "README.md", "metadata.json"),
    }
    assert compose.version_in(folder) != compose.version_in(tmp_path)


def test_the_version_is_the_day_and_a_checksum(folder: Path) -> None:
    assert re.fullmatch(r"2021-06-30-[0-9a-f]{12}", compose.version_in(folder))


def test_every_record_is_in_every_form(dataset: Dataset, folder: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    wanted = {
        "measures": [one.id for one in dataset.measures if one.record_kind != "spell"],
        "spells": [one.id for one in dataset.measures if one.record_kind == "spell"],
    }
    for table, ids in wanted.items():
        assert [row["id"] for row in read_csv(folder / f"{table}.csv")] == ids
        assert [row["id"] for row in read_lines(folder / f"{table}.jsonl")] == ids
        assert parquet.read_table(folder / f"{table}.parquet").column("id").to_pylist() == ids
        assert read_sql(folder, f'SELECT id FROM "{table}" ORDER BY rowid') == [(one,) for one in ids]  # noqa: S608
    assert parquet.read_table(folder / "observations.parquet").num_rows == len(dataset.observations)
    assert read_sql(folder, "SELECT count(*) FROM observations") == [(len(dataset.observations),)]


def test_json_lines_parquet_and_sqlite_hold_the_same_values(folder: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    for table in ("measures", "spells", "observations"):
        lines = read_lines(folder / f"{table}.jsonl")
        columns = parquet.read_table(folder / f"{table}.parquet").to_pylist()
        assert [{k: str(v) if isinstance(v, date) else v for k, v in row.items()} for row in columns] == lines
        names = ", ".join(f'"{name}"' for name in lines[0])
        order = "rowid" if table != "observations" else "1"
        stored = read_sql(folder, f"SELECT {names} FROM {table} ORDER BY {order}")  # noqa: S608
        plain = [tuple(_as_stored(value) for value in line.values()) for line in lines]
        assert sorted(map(repr, stored)) == sorted(map(repr, plain))


def _as_stored(value: Any) -> Any:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None
    return int(value) if isinstance(value, bool) else value


def test_a_measure_reads_back_as_it_is_in_the_dataset(dataset: Dataset, folder: Path) -> None:
    line = read_lines(folder / "measures.jsonl")[0]
    one = dataset.measures[0]
    told = {name: "" if line[name] is None and getattr(one, name) == "" else line[name] for name in Record.model_fields}
    assert Record.model_validate(told) == one
    assert (line["introduced"], line["introduced_precision"]) == ("2020-02", "month")
    assert (line["introduced_first_day"], line["introduced_last_day"]) == ("2020-02-01", "2020-02-29")


def test_a_figure_reads_back_as_it_is_in_the_dataset(dataset: Dataset, folder: Path) -> None:
    for line, one in zip(read_lines(folder / "observations.jsonl"), dataset.observations, strict=True):
        told = {name: line[name] for name in Observation.model_fields}
        told = {k: "" if v is None and getattr(one, k) == "" else v for k, v in told.items()}
        assert Observation.model_validate(told) == one
        assert line["period_first_day"] == one.period.first_day().isoformat()


def test_parquet_has_proper_types(folder: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    types = {field.name: str(field.type) for field in parquet.read_schema(folder / "measures.parquet")}
    assert types["introduced"] == "string"
    assert types["introduced_first_day"] == types["retrieved"] == types["status_on"] == "date32[day]"
    assert types["liberties"].startswith("list<")
    assert types["updates_count"] == "int64"
    assert types["may_have_ended"] == "bool"
    figures = {field.name: str(field.type) for field in parquet.read_schema(folder / "observations.parquet")}
    assert figures["value"] == figures["lower"] == "double"


def test_sqlite_keeps_its_references_its_links_and_its_search(folder: Path) -> None:
    assert read_sql(folder, "PRAGMA foreign_key_check") == []
    assert read_sql(folder, "PRAGMA integrity_check") == [("ok",)]
    assert read_sql(folder, "SELECT liberty FROM measure_liberties WHERE id = 'icnl-KEN-0123456789' ORDER BY 1") == [
        ("assembly",),
        ("movement",),
    ]
    found = read_sql(
        folder,
        "SELECT id FROM measures WHERE rowid IN (SELECT rowid FROM measures_fts WHERE measures_fts MATCH 'suspensión')",
    )
    assert found == [("rti_compiled-KEN-0123456789",)]
    indexed = {name for (name,) in read_sql(folder, "SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {"measures_country", "measures_effect", "measures_record_kind", "measure_liberties_liberty"} <= indexed


def test_a_record_about_no_country_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    strange = a_dataset(observations=[an_observation(country="ZZZ")])
    with pytest.raises(DatasetError, match="observations"):
        compose.write_package(strange, tmp_path / "new", DAY)
    assert not (tmp_path / "new").exists()


def test_hostile_titles_survive_every_form(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    records = [a_measure(id=f"icnl-KEN-{place}", title=title) for place, title in enumerate(HOSTILE)]
    compose.write_package(a_dataset(records), tmp_path, DAY)
    assert errors_in(tmp_path) == []
    assert [row["title"] for row in read_lines(tmp_path / "measures.jsonl")] == list(HOSTILE)
    assert parquet.read_table(tmp_path / "measures.parquet").column("title").to_pylist() == list(HOSTILE)
    assert [title for (title,) in read_sql(tmp_path, "SELECT title FROM measures ORDER BY rowid")] == list(HOSTILE)
    cells = [row["title"] for row in read_csv(tmp_path / "measures.csv")]
    assert [cell.removeprefix("'") for cell in cells] == [title.removeprefix("'") for title in HOSTILE]
    assert [cell for cell in cells if cell.lstrip()[:1] in {"=", "+", "-", "@"} or cell[:1] in {"\t", "\n"}] == []


def test_a_publishers_running_text_stays_and_our_own_may_leave(folder: Path) -> None:
    everything = b"".join(bytes_of(folder).values())
    assert b"not ours" not in everything
    told = {row["id"]: row for row in read_lines(folder / "measures.jsonl")}
    assert told["rti_compiled-KEN-0123456789"]["description"] == "our own words"
    assert (told["icnl-ESP-1"]["description"], told["icnl-ESP-1"]["updates"]) == (None, [])


def test_the_descriptor_claims_no_licence_for_the_whole_and_names_every_source_used(folder: Path) -> None:
    told = json.loads((folder / "datapackage.json").read_bytes())
    assert [one.keys() for one in told["licenses"]] == [{"path", "title"}]
    used = {"civicus_monitor", "icnl", "idea_gsod", "idea_tracker", "oxcgrt", "rti_compiled"}
    assert {one["id"] for one in told["sources"]} == used
    assert all(one["licence"] == all_sources()[one["id"]].licence.name for one in told["sources"])
    assert "created" not in told


def test_the_descriptor_takes_its_constraints_from_the_schema(folder: Path) -> None:
    told = json.loads((folder / "datapackage.json").read_bytes())
    by_name = {one["name"]: one for one in told["resources"]}
    fields = {one["name"]: one for one in by_name["measures"]["schema"]["fields"]}
    assert fields["id"]["constraints"] == {
        "required": True,
        "unique": True,
        "pattern": r"^[a-z0-9_]+-[A-Z]{3}-[a-z0-9-]+$",
    }
    assert fields["effect"]["constraints"]["enum"] == ["restricts", "relaxes", "protects", "unclear"]
    assert fields["updates_count"]["constraints"] == {"required": True, "minimum": 0}
    assert all(field.get("description") for field in fields.values())
    assert by_name["summary"]["schema"]["foreignKeys"][0]["reference"] == {"resource": "countries", "fields": ["iso3"]}


def test_a_column_is_required_only_where_the_model_refuses_an_empty_value() -> None:
    told = columns_of(Record)
    assert told["title"].required
    assert told["country"].required
    assert not told["source_url"].required
    assert not told["assessment"].required
    assert not told["retrieved"].required
    assert "" not in told["assessment"].choices
    assert told["history"].parts[0] == Column(
        "kind",
        meaning="What the step did, by mappings/terms.csv; other when that is not told.",
        choices=("introduced", "changed", "extended", "relaxed", "ended", "other"),
        required=True,
    )


def test_datasette_is_told_facets_and_the_meaning_of_columns(folder: Path) -> None:
    told = json.loads((folder / "metadata.json").read_bytes())
    tables = told["databases"]["civic-tracker"]["tables"]
    assert tables["measures"]["facets"] == [
        *("country", "source", {"array": "liberties"}, "effect", "instrument", "status")
    ]
    assert tables["measures"]["sort_desc"] == "introduced"
    here = {name for (name,) in read_sql(folder, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables.keys() <= here
    for name, table in tables.items():
        columns = {row[1] for row in read_sql(folder, f'PRAGMA table_info("{name}")')}
        assert table.get("columns", {}).keys() <= columns
        facets = {next(iter(one.values())) if isinstance(one, dict) else one for one in table.get("facets", [])}
        assert facets <= columns


def test_without_pyarrow_the_parquet_files_are_left_out_and_the_rest_is_the_same(
    dataset: Dataset, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose.write_package(dataset, tmp_path, DAY)
    monkeypatch.setattr(compose, "has_parquet", lambda: False)
    compose.write_package(dataset, tmp_path, DAY)
    assert not list(tmp_path.glob("*.parquet"))
    assert "pyarrow" in compose.left_out()[0]
    assert errors_in(tmp_path) == []
    assert compose.version_in(tmp_path) == compose.version_in(folder)
    assert (tmp_path / "civic-tracker.sqlite").read_bytes() == (folder / "civic-tracker.sqlite").read_bytes()


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "measures.csv").write_text("mine")
    with pytest.raises(DatasetError, match="Choose another folder"):
        compose.write_package(Dataset(), tmp_path, DAY)
    assert (tmp_path / "measures.csv").read_text() == "mine"


def test_a_release_keeps_its_address_and_latest_follows(dataset: Dataset, tmp_path: Path) -> None:
    compose.write_release(Dataset(), tmp_path, DAY)
    first = compose.version_in(tmp_path / "latest")
    kept = bytes_of(tmp_path / "releases" / first)
    assert kept == bytes_of(tmp_path / "latest")
    compose.write_release(dataset, tmp_path, date(2021, 7, 31))
    second = compose.version_in(tmp_path / "latest")
    assert bytes_of(tmp_path / "releases" / first) == kept
    assert bytes_of(tmp_path / "releases" / second) == bytes_of(tmp_path / "latest")
    listed = json.loads((tmp_path / "releases.json").read_bytes())
    assert listed["latest"] == second
    assert [one["version"] for one in listed["releases"]] == [first, second]
    assert all((tmp_path / one["path"]).is_file() for one in listed["releases"])
    assert compose.write_release(dataset, tmp_path, date(2021, 7, 31)) == []


def test_a_release_that_is_there_is_never_written_again(tmp_path: Path) -> None:
    compose.write_release(Dataset(), tmp_path, DAY)
    readme = tmp_path / "releases" / compose.version_in(tmp_path / "latest") / "README.md"
    readme.write_text("as it was published")
    compose.write_release(Dataset(), tmp_path, DAY)
    assert readme.read_text() == "as it was published"


@pytest.mark.parametrize("which", ["package", "repository"])
def test_the_citations_follow_the_citation_file_format(which: str, folder: Path) -> None:
    pytest.importorskip("check_jsonschema")
    path = ROOT / "CITATION.cff" if which == "repository" else folder / "CITATION.cff"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format", str(path)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_package_is_cited_with_its_version_its_day_and_its_sources(folder: Path) -> None:
    yaml = pytest.importorskip("ruamel.yaml")
    told = yaml.YAML(typ="safe").load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert (told["type"], told["version"]) == ("dataset", compose.version_in(folder))
    assert str(told["date-released"]) == "2021-06-30"
    assert all(all_sources()["icnl"].attribution in one["notes"] for one in told["references"][1:2])


def test_the_repository_is_cited_with_its_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"\nversion: {project['version']}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_command_writes_a_package_and_says_its_version(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(dataset, tmp_path / "data")
    app = Typer()
    app.command()(package_command)
    arguments = ["--out", str(tmp_path / "out"), "--on", "2021-06-30", "--data-dir", str(tmp_path / "data")]
    said = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    told = json.loads(said.output)
    assert told["version"] == compose.version_in(tmp_path / "out")
    assert "measures.jsonl" in told["written"]
    monkeypatch.setattr(compose, "has_parquet", lambda: False)
    again = CliRunner().invoke(app, [*arguments, "--release", "--json"], catch_exceptions=False)
    assert json.loads(again.output)["left_out"] == compose.left_out()
    assert (tmp_path / "out" / "latest" / "datapackage.json").is_file()


def test_the_library_for_parquet_is_looked_for_and_not_loaded() -> None:
    package = "from civic_tracker.publish.package import compose as package"
    told = f"import sys; {package}; package.left_out(); print('pyarrow' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)  # noqa: S603
    assert said.stdout.strip() == "False"
    assert isinstance(formats.has_parquet(), bool)
