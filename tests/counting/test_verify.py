import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from civic_tracker.building.pipeline import rebuild
from civic_tracker.cli import app
from civic_tracker.counting.verify import statements, verify
from civic_tracker.declared.sources import all_sources
from civic_tracker.store import workspace
from civic_tracker.store.contents import Dataset


def test_every_statement_cites_its_page_and_names_known_sources() -> None:
    for one in statements():
        assert one.page.startswith("https://www.opengovpartnership.org/")
        assert set(one.source.split()) <= all_sources().keys()
        assert (one.kind == "not_checkable") == (one.members_on is None)
        assert one.where or one.kind != "figures"


def test_a_statement_whose_release_is_not_loaded_says_how_to_load_it() -> None:
    found = {one.statement.id: one for one in verify(Dataset())}
    assert found["media_limits_2020_10"].outcome == "not_loaded"
    assert "civic-tracker import vdem_pandem" in found["media_limits_2020_10"].reason


def test_one_member_in_five_altered_proceedings_by_the_starter_facts(tmp_path: Path) -> None:
    dataset = rebuild(tmp_path / "data", day=workspace.day("2026-01-01")).dataset
    found = {one.statement.id: one for one in verify(dataset)}["rti_2020_08"]
    assert found.outcome == "computed"
    assert found.measures is not None
    assert found.measures.members == 78
    assert found.measures.confirmed == ("BRA",)
    assert set(found.measures.confirmed).isdisjoint(found.measures.other)
    assert found.measures.count == 19
    assert found.measures.only_places == ("CAN", "GBR", "IDN", "USA")
    assert not {"MAR", "SRB"} & {*found.measures.confirmed, *found.measures.other}, "no page says that they reached it"
    nationwide = found.measures.count - len(found.measures.only_places)
    assert 0.19 <= nationwide / found.measures.members <= 0.21


def test_what_ogp_printed_is_recomputed_from_the_releases_of_the_time(tmp_path: Path, recordings: Path) -> None:
    folder = recordings / "vdem_pandem"
    files = [str(folder / "PanDem_V4.csv"), str(folder / "PanDem_ts_V5.1.csv")]
    run = CliRunner().invoke
    assert run(app, ["import", "vdem-pandem", *files, "--data-dir", str(tmp_path / "data")]).exit_code == 0
    answer = run(app, ["verify", "ogp-2020", "--json", "--data-dir", str(tmp_path / "data")])
    outcomes = {one["statement"]["id"]: (one["outcome"], one["count"]) for one in json.loads(answer.stdout)}
    assert outcomes["media_limits_2020_07"] == ("reproduced", 25)
    assert outcomes["media_limits_2020_10"] == ("reproduced", 16)
    assert outcomes["media_limits_2021_03"] == ("reproduced", 17)
    assert answer.exit_code == 0


@pytest.mark.parametrize("arguments", [["verify", "ogp-1999"], ["indicator", "--source", "icnl"]])
def test_a_question_that_cannot_be_asked_is_refused(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code != 0
