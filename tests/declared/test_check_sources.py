"""Declarations and tables as people break them: one line each, never a traceback, and all of them found at once."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from civic_tracker import paths
from civic_tracker.declared import tables
from civic_tracker.errors import DeclarationFaultsError
from civic_tracker.refreshing import declarations

COLUMNS = ("name", "note")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the program reads, which a test may break."""
    for name in ("src", "sources", "mappings", "data/starter"):
        shutil.copytree(paths.root() / name, tmp_path / name)
    shutil.copy(paths.root() / "pyproject.toml", tmp_path)
    return tmp_path


def _run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "civic_tracker", *arguments],
        env=os.environ | {"PYTHONPATH": str(checkout / "src"), "CIVIC_TRACKER_DATA_DIR": str(checkout / "data")},
        cwd=checkout,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _append(path: Path, *lines: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_the_projects_own_declarations_and_tables_are_in_order() -> None:
    assert [str(one) for one in declarations.all_faults()] == []


def test_every_fault_is_found_at_once(checkout: Path) -> None:
    sources, mappings, starter = checkout / "sources", checkout / "mappings", checkout / "data" / "starter"
    _change(sources / "acaps.toml", 'adapter = "acaps"', 'adapter = "acap"')
    _change(sources / "icnl.toml", "[refresh]", '[refresh]\nlink = "("')
    _change(sources / "cld_rti.toml", "[refresh.least_filled]", "[refresh.least_filled]\ntitel = 0.5")
    _change(sources / "idea_gsod.toml", "\ncountries = [", '\ncountries = [\n"QQQ",')
    _change(sources / "oxcgrt.toml", "cadence = ", "cadense = ")
    _append(
        mappings / "terms.csv",
        "icnl,type,A synthetic term,liberty,happiness,a test",
        "oxfam,type,A synthetic term,nothing,,a test",
        "icnl,type,A second term,nothing,,a test",
        "icnl,type,A second term,nothing,,a test",
        "icnl,type",
    )
    _append(mappings / "map_tiles.csv", "QQQ,1,1")
    _append(mappings / "link_weights.csv", "a feature,an answer,0,0,much,0,0,a test")
    _append(mappings / "country_decisions.csv", "icnl,Freedonia,QQQ,a test")
    _append(mappings / "ogp_members.csv", "QQQ,Freedonia,,,,,,,,")
    (mappings / "links.csv").write_bytes("left,right,answer,who,when,why\na,b,same,Zoé,,\n".encode("cp1252"))
    (mappings / "terms (copy).csv").write_text("source\n", encoding="utf-8")
    _change(starter / "icnl.csv", "country,title,", "country,titel,")
    ended = _run(checkout, "check-sources", "--json")
    assert ended.returncode == 1, ended.stderr
    faults = json.loads(ended.stdout)
    found = {(one["file"], one["what"].split(";")[0].split(" (")[0]) for one in faults}
    assert {
        ("acaps.toml", "adapter: there is no 'acap'"),
        ("icnl.toml", "refresh.link: is not a regular expression"),
        ("cld_rti.toml", "refresh.least_filled: entries have no field 'titel'"),
        ("idea_gsod.toml", "coverage.countries: 'QQQ' is not the code of a country"),
        ("oxcgrt.toml", "cadense: is unknown"),
        ("oxcgrt.toml", "cadence: Field required"),
        ("terms.csv", "gives the unknown liberty 'happiness'"),
        ("terms.csv", "repeats 'A second term' as type of icnl giving nothing"),
        ("terms.csv", "does not have 6 cells, but 2"),
        ("map_tiles.csv", "'QQQ' is not the code of a country"),
        ("link_weights.csv", "has a weight 'much' that is no number"),
        ("country_decisions.csv", "'Freedonia' of icnl has the unknown code 'QQQ'"),
        ("ogp_members.csv", "'QQQ' is not the code of a country"),
        ("links.csv", "is not in UTF-8: one byte is 0xe9"),
        ("terms (copy).csv", "is read by nobody"),
        ("icnl.csv", "has the unknown column 'titel'"),
        ("icnl.csv", "lacks the column 'title'"),
    } <= found
    assert all(one["line"] for one in faults if one["file"] in {"terms.csv", "links.csv", "icnl.csv"})
    in_words = _run(checkout, "check-sources")
    assert in_words.returncode == 1
    assert f"{len(faults)} faults." in in_words.stdout
    used = _run(checkout, "sources")
    assert used.returncode == 2
    assert used.stderr.startswith("error: acaps.toml: adapter: there is no 'acap'; there are: acaps, ")
    assert "Traceback" not in used.stderr


def test_terms_of_unknown_sources_are_found_in_a_table_without_other_faults(checkout: Path) -> None:
    _append(checkout / "mappings" / "terms.csv", "oxfam,type,A synthetic term,nothing,,a test")
    ended = _run(checkout, "check-sources", "--json")
    (fault,) = json.loads(ended.stdout)
    assert (ended.returncode, fault["file"], fault["column"]) == (1, "terms.csv", "source")
    assert fault["what"].startswith("there is no source 'oxfam'; there are: *, acaps")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_mark_and_line_ends_of_excels_utf_8_are_read(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "country_never.csv"
    path.write_bytes(ends.join(("name,note", "Côte,une note", "")).encode("utf-8-sig"))
    (row,) = tables.read_table(path, required=COLUMNS, allowed=COLUMNS)
    assert row == {"name": "Côte", "note": "une note", "#": "2"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name;note\nA;b\n", "line 1: has ';' between its cells, not commas; save it as 'CSV UTF-8"),
        (b"name\tnote\nA\tb\n", "line 1: has tabs between its cells"),
        (b"name\nA\n", "line 1: lacks the column 'note'; its columns are: name"),
        (b"name,note,\nA,b,\n", "line 1: column 3 has no name; delete the column"),
        (b"name,note,note\nA,b,c\n", "line 1: has the column 'note' twice"),
        (b"name,note,more\nA,b,c\n", "line 1: has the unknown column 'more'; there may be: name, note"),
        (b"", "line 1: lacks the column 'name'; its columns are: none"),
        ("name,note\nA,b\nCôte,c\n".encode("cp1252"), "line 3: is not in UTF-8: one byte is 0xf4 ('ô' in Windows'"),
        ("name,note\nA,b\n".encode("utf-16"), "is not in UTF-8 but in UTF-16"),
        ("name,note\nA,b\n".encode("utf-16-le"), "is not in UTF-8 but in UTF-16"),
        (b"name,note\nA,b\n,\n", "line 3: is blank; delete it"),
        (b"name,note\nA,b,c\n", "line 2: does not have 2 cells, but 3"),
        (b'name,note\nA,"b\n', "line 2: cannot be read as CSV"),
        (b'name,note\nA,"b"c\n', "line 2: cannot be read as CSV"),
        (b"name,note\nA," + b"x" * 200_000 + b"\n", "cannot be read as CSV"),
    ],
)
def test_a_table_that_excel_saved_otherwise_is_refused_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "country_never.csv"
    path.write_bytes(content)
    with pytest.raises(DeclarationFaultsError) as refusal:
        tables.read_table(path, required=COLUMNS, allowed=COLUMNS)
    assert str(refusal.value).startswith("country_never.csv: ")
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_every_table_that_is_kept_is_checked() -> None:
    assert {path.name for path in paths.mappings_dir().glob("*.csv")} == set(declarations.TABLES)


@pytest.mark.parametrize("name", ["country_aliases.csv", "territories.csv", "terms.csv", "links.csv"])
def test_a_table_in_another_encoding_ends_a_command_in_one_line(checkout: Path, name: str) -> None:
    path = checkout / "mappings" / name
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    ended = _run(checkout, "run", "--out", "exports")
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith(f"error: {name}: is not in UTF-8 but in UTF-16")
    assert "Traceback" not in ended.stderr


def test_no_module_reads_our_tables_around_the_strict_reader() -> None:
    """``csv`` is for documents and the dataset's own files; tables of people go through ``tables``."""
    package = paths.root() / "src" / "civic_tracker"
    using = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "csv.DictReader" in (text := path.read_text(encoding="utf-8")) or "csv.reader" in text
    }
    assert using == {
        *("declared/tables.py", "documents/tabular.py", "store/rows.py", "building/former.py"),
        *("publish/csv_files.py", "adapters/oxcgrt/layouts.py"),
    }
