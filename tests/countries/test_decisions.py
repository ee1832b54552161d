"""Decisions for single sources, and broken tables."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civic_tracker.countries import decisions, match, tables
from civic_tracker.countries.decisions import Decision
from civic_tracker.errors import DeclarationError, UsageError
from civic_tracker.paths import mappings_dir

Edit = Callable[[str, str], None]


@pytest.fixture
def own_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edit]:
    """A copy of the tables; the fixture is a function that adds a line to one of them."""
    for path in mappings_dir().glob("*.csv"):
        shutil.copy(path, tmp_path)
    for module in (decisions, tables):
        monkeypatch.setattr(module, "mappings_dir", lambda: tmp_path)
    decisions.decisions.cache_clear()
    tables.index.cache_clear()

    def add(table: str, line: str) -> None:
        path = tmp_path / table
        path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")

    yield add
    decisions.decisions.cache_clear()
    tables.index.cache_clear()


def test_ogps_own_prefixes_hold_for_ogp_alone() -> None:
    assert match("MO").iso3 == "MAC"
    assert match("MO", source="ogp").iso3 == "MAR"
    assert match("UK", source="ogp").iso3 == "GBR"


@pytest.mark.usefixtures("own_tables")
def test_a_decision_is_shown_as_a_diff_and_holds_at_once() -> None:
    difference = decisions.record(Decision("icnl", "Freedonia", "FRA", "a test"))
    assert "+icnl,Freedonia,FRA,a test" in difference.splitlines()
    assert match("freedonia", source="icnl").iso3 == "FRA"
    assert match("Freedonia").iso3 is None
    decisions.record(Decision("icnl", "Freedonia", "", "never"))
    assert match("Freedonia", source="icnl").reason == "not_a_country"


@pytest.mark.usefixtures("own_tables")
def test_a_decision_without_change_has_no_diff() -> None:
    row = min(decisions.decisions().values())
    assert decisions.with_decision(row)[1] == ""


@pytest.mark.usefixtures("own_tables")
def test_a_decision_for_an_unknown_code_is_refused() -> None:
    with pytest.raises(UsageError, match="'QQQ'"):
        decisions.record(Decision("icnl", "Freedonia", "QQQ", ""))


def test_decisions_that_met_no_name_are_reported() -> None:
    assert [row.name for row in decisions.unused({"ogp": ["MO", "Kenya"]})] == ["UK"]
    assert decisions.unused({"icnl": ["Kenya"]}) == []


def test_an_alias_of_two_territories_breaks_the_tables(own_tables: Edit) -> None:
    own_tables("country_aliases_ours.csv", "FRA,Deutschland,,a test")
    with pytest.raises(DeclarationError, match="one name with two meanings"):
        tables.index()


def test_an_unknown_code_breaks_the_tables(own_tables: Edit) -> None:
    own_tables("country_parts.csv", "Freedonia,part_of,QQQ,,a test")
    with pytest.raises(DeclarationError, match="'QQQ'"):
        tables.index()


def test_an_unknown_reason_breaks_the_tables(own_tables: Edit) -> None:
    own_tables("country_parts.csv", "Freedonia,perhaps,,,a test")
    with pytest.raises(DeclarationError, match="'perhaps'"):
        tables.index()
