"""The bundled facts: all cited, all understood, and none shown as what it is not."""

from datetime import date
from pathlib import Path

import pytest

from civic_tracker import paths
from civic_tracker.building import pipeline
from civic_tracker.building.relink import renew
from civic_tracker.building.starter import read_starter, starter_files
from civic_tracker.declared.sources import get_source
from civic_tracker.documents.document import Document
from civic_tracker.publish.csv_files import export_all
from civic_tracker.store import dataset as store
from civic_tracker.store.dataset import Dataset
from civic_tracker.store.workspace import day
from tests.support.pages import entry, page


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return pipeline.rebuild(tmp_path_factory.mktemp("starter")).dataset


def test_every_starter_fact_is_understood(starter: Dataset) -> None:
    assert [problem for problem in starter.problems if not problem.entry_kept] == []
    assert sum(state.count.entries for state in starter.states.values()) == 375


def test_the_conservation_law_holds_for_every_source(starter: Dataset) -> None:
    assert all(state.count.balanced for state in starter.states.values())


def test_every_starter_fact_cites_the_page_where_it_was_read(starter: Dataset) -> None:
    assert all(one.source_url.startswith("http") for one in starter.measures)
    assert all(one.source_url.startswith("http") for one in starter.observations)


def test_what_was_not_confirmed_on_clds_page_is_not_clds_statement(starter: Dataset) -> None:
    own = [one for one in starter.measures if one.source == "cld_rti"]
    assert sum(one.evidence == "publisher" for one in own) == 3
    assert all("about CLD" in one.stated_by for one in own if one.evidence == "second_hand")
    compiled = [one for one in starter.measures if one.source == "rti_compiled"]
    assert len(compiled) == 48
    assert all(one.evidence == "compiled" and "CLD" not in one.stated_by for one in compiled)


def test_counts_of_measures_and_scores_of_a_month_are_figures_and_no_measures(starter: Dataset) -> None:
    assert not [one for one in starter.measures if "rated" in one.title or "score" in one.title.lower()]
    cuba = {one.indicator: one.value for one in starter.observations if one.country == "CUB"}
    assert (cuba["monitor_concerning"], cuba["monitor_to_watch"]) == (7.0, 2.0)


def test_a_proposal_is_not_counted_as_an_act(starter: Dataset) -> None:
    proposed = {one.country for one in starter.measures if one.stage == "proposed"}
    assert proposed == {"ARM", "MNE", "UKR"}


def test_the_slovak_law_that_was_struck_down_may_have_ended(starter: Dataset) -> None:
    (law,) = [one for one in starter.measures if one.id == "idea_tracker-SVK-p8032"]
    assert law.may_have_ended


def test_starter_files_have_no_column_that_nobody_reads() -> None:
    for source in ("icnl", "cld_rti", "rti_compiled", "idea_tracker", "idea_monitor"):
        for path in starter_files(source):
            assert len(read_starter(path))


def test_the_committed_dataset_is_what_a_run_makes(tmp_path: Path) -> None:
    committed = paths.bundled_data_dir()
    made = tmp_path / "data"
    pipeline.rebuild(made)
    renew(made)
    manifest = store.read_manifest(committed)
    assert not manifest_imports(committed), "the committed dataset holds starter facts only"
    assert manifest == store.read_manifest(made), "run: civic-tracker run, and commit data/"


def manifest_imports(folder: Path) -> list[store.Import]:
    return store.read_imports(folder)


def test_two_runs_write_the_same_bytes_and_the_second_writes_nothing(tmp_path: Path) -> None:
    first = pipeline.rebuild(tmp_path / "a")
    other = pipeline.rebuild(tmp_path / "b")
    assert first.changed == other.changed != []
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")
    assert pipeline.rebuild(tmp_path / "a").changed == []
    on = day("2020-05-15")
    assert export_all(first.dataset, tmp_path / "x", on)
    assert export_all(first.dataset, tmp_path / "x", on) == []


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("published", "staying"), [(0, 2), (1, 2), (2, 0), (3, 0)])
def test_starter_facts_give_way_only_to_as_many_entries_of_the_same_country_and_day(
    tmp_path: Path, published: int, staying: int
) -> None:
    """Two starter facts are of Azerbaijan on 17 March 2020: one entry of that day says nothing about the other."""
    entries = [
        entry(n, country="Azerbaijan", title=f"Example order {n}", introduced="Introduced 17 Mar 2020")
        for n in range(published)
    ]
    other_day = entry(8, country="Azerbaijan", introduced="Introduced 18 Mar 2020")
    other_country = entry(9, country="Kenya", introduced="Introduced 17 Mar 2020")
    document = Document("excerpt.html", page([*entries, other_day, other_country]))
    result = pipeline.import_documents(tmp_path, get_source("icnl"), [document], retrieved=date(2021, 5, 2))
    assert result.run is not None
    ours = [
        (one.country, str(one.introduced))
        for one in result.run.dataset.measures
        if one.source == "icnl" and one.is_starter
    ]
    assert ours.count(("AZE", "2020-03-17")) == staying
    assert len(ours) == 152 - (2 - staying), "facts of other days and countries stay"
    told = [one.reason for one in result.run.dataset.problems if one.code == "starter_replaced"]
    assert told == (
        [f"Starter facts that gave way to the publisher's own entries of the same country and date: {2 - staying}."]
        if staying < 2
        else []
    )
