"""From documents to the dataset: nothing lost, nothing counted twice, the last good data kept."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civic_tracker.building import pipeline
from civic_tracker.declared.sources import get_source
from civic_tracker.documents.document import Document, read_file
from civic_tracker.errors import DatasetError
from civic_tracker.store import dataset as store
from civic_tracker.store.layout import snapshots

SYNTHETIC = Path(__file__).parents[1] / "adapters" / "synthetic"
DAY = date(2021, 5, 2)


def icnl_page(*entries: tuple[str, str, str], extra: str = "") -> Document:
    """A page in the tracker's layout of 2021, of invented entries: country, title, date."""
    body = "".join(
        f'<div class="entry"><div class="entrypretitle">{country}</div><h3>{title}</h3>'
        f'<p>Example text. (See primary source or citation <a href="https://example.org/{number}">here</a>)</p>'
        f'<span class="date">Introduced {when}{extra}</span> <span class="issue">Issue(s): Assembly</span> '
        f'<span class="order">Type: order</span></div>'
        for number, (country, title, when) in enumerate(entries)
    )
    page = f'<html><head><title>Synthetic</title></head><body><div id="entries">{body}</div></body></html>'
    return Document("synthetic.html", page.encode())


def whole_page() -> Document:
    """As many entries, of as many countries, as ICNL's declaration calls complete."""
    names = [name for name in get_source("idea_gsod").coverage.countries if name != "PSE"]
    entries = [(names[number % 150], f"Example order {number}", f"{number % 28 + 1} Mar 2020") for number in range(420)]
    return icnl_page(*entries)


def bring(folder: Path, source: str, *documents: Document, day: date = DAY) -> pipeline.ImportResult:
    return pipeline.import_documents(folder, get_source(source), documents, retrieved=day)


def titles(folder: Path, source: str, country: str) -> list[str]:
    return [
        one.title
        for one in store.load(folder, countries=frozenset({country}) if country else None).measures
        if one.source == source
    ]


def test_a_page_about_one_country_adds_to_the_starter_facts(tmp_path: Path) -> None:
    before = len(pipeline.rebuild(tmp_path).dataset.measures)
    result = bring(tmp_path, "icnl", icnl_page(("Tonga", "Example order 1", "3 Apr 2020")))
    assert result.run is not None
    assert not result.run.dataset.states["icnl"].complete
    assert len(store.load(tmp_path).measures) == before + 1


def test_a_starter_fact_gives_way_to_the_publishers_entry_of_that_country_and_date(tmp_path: Path) -> None:
    pipeline.rebuild(tmp_path)
    assert "Nationwide night curfew order 2020" in titles(tmp_path, "icnl", "KEN")
    bring(tmp_path, "icnl", icnl_page(("Kenya", "Example order 1", "27 Mar 2020")))
    found = titles(tmp_path, "icnl", "KEN")
    assert "Example order 1" in found
    assert "Nationwide night curfew order 2020" not in found
    assert "2021 public order restricting five counties" in found, "another date is another fact"
    assert [one.code for one in store.load(tmp_path).problems if one.source == "icnl"] == ["starter_replaced"]


def test_a_complete_page_replaces_the_starter_facts_of_its_source_and_of_no_other(tmp_path: Path) -> None:
    pipeline.rebuild(tmp_path)
    result = bring(tmp_path, "icnl", whole_page())
    assert result.run is not None
    state = store.read_manifest(tmp_path).sources["icnl"]
    assert (state.complete, state.measures) == (True, 420)
    dataset = store.load(tmp_path)
    assert {one.title_by for one in dataset.measures if one.source == "icnl"} == {"publisher"}
    assert any(one.source == "rti_compiled" for one in dataset.measures)


def test_a_later_complete_page_replaces_the_earlier_one(tmp_path: Path) -> None:
    bring(tmp_path, "icnl", whole_page())
    changed = whole_page().content.replace(b"Example order 7<", b"Example order seven<")
    bring(tmp_path, "icnl", Document("later.html", changed), day=date(2021, 6, 1))
    found = [one for one in store.load(tmp_path).measures if one.source == "icnl"]
    assert len(found) == 420
    assert {one.retrieved for one in found} == {date(2021, 6, 1)}


def test_an_exact_duplicate_is_merged_and_counted(tmp_path: Path) -> None:
    entry = ("Honduras", "Example order 1", "3 Apr 2020")
    bring(tmp_path, "icnl", icnl_page(entry, ("Tonga", "Example order 2", "3 Apr 2020"), entry))
    # The two entries differ in their citation, so the pipeline must not call them one.
    assert len([title for title in titles(tmp_path, "icnl", "HND") if title == "Example order 1"]) == 2
    same = icnl_page(entry).content
    doubled = same.replace(
        b"</div></body>", same.partition(b'<div id="entries">')[2].replace(b"</body></html>", b"") + b"</body>"
    )
    other = tmp_path / "other"
    result = bring(other, "icnl", Document("doubled.html", doubled))
    assert result.run is not None
    assert result.run.dataset.states["icnl"].count.duplicates == 1
    assert titles(other, "icnl", "HND").count("Example order 1") == 1


def test_two_measures_that_share_country_date_and_title_are_both_kept_and_reported(tmp_path: Path) -> None:
    first = icnl_page(("Ethiopia", "State of Emergency", "8 Apr 2020")).content
    page = icnl_page(("Ethiopia", "State of Emergency", "8 Apr 2020"), ("Ethiopia", "State of Emergency", "8 Apr 2020"))
    assert first != page.content
    result = bring(tmp_path, "icnl", page)
    assert result.run is not None
    own = [one for one in result.run.dataset.measures if one.title == "State of Emergency"]
    assert len({one.id for one in own}) == 2
    assert "same_identity" in {one.code for one in result.run.dataset.problems}


def test_importing_the_same_document_again_changes_nothing(tmp_path: Path) -> None:
    page = icnl_page(("Tonga", "Example order 1", "3 Apr 2020"))
    bring(tmp_path, "icnl", page)
    before = _bytes(tmp_path)
    result = bring(tmp_path, "icnl", page)
    assert (result.imported, result.already) == ([], ["synthetic.html"])
    assert _bytes(tmp_path) == before


def test_the_order_of_documents_imported_together_does_not_matter(tmp_path: Path) -> None:
    documents = [
        read_file(SYNTHETIC / name) for name in ("icnl_2021_synthetic.html", "icnl_spring_2020_synthetic.html")
    ]
    bring(tmp_path / "a", "icnl", *documents)
    bring(tmp_path / "b", "icnl", *reversed(documents))
    ids = [{one.id for one in store.load(tmp_path / name).measures} for name in "ab"]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body><p>Another site</p></body></html>",
        b"\xff\xfe\x00",
        b'<html><head><title>T</title></head><body><div id="entries"></div></body></html>',
    ],
)
def test_a_document_that_cannot_be_read_changes_nothing(tmp_path: Path, content: bytes) -> None:
    pipeline.rebuild(tmp_path)
    before = _bytes(tmp_path)
    result = bring(tmp_path, "icnl", Document("bad.html", content))
    assert len(result.failed) == 1
    assert result.failed[0].startswith("bad.html: ")
    assert "\n" not in result.failed[0]
    assert _bytes(tmp_path) == before


def test_good_documents_are_imported_beside_a_bad_one(tmp_path: Path) -> None:
    result = bring(tmp_path, "icnl", Document("bad.html", b"no page"), icnl_page(("Tonga", "Example", "3 Apr 2020")))
    assert (len(result.imported), len(result.failed)) == (1, 1)
    assert titles(tmp_path, "icnl", "TON") == ["Example"]


def test_a_source_whose_snapshots_are_elsewhere_keeps_its_records(tmp_path: Path) -> None:
    bring(tmp_path, "icnl", icnl_page(("Tonga", "Example order 1", "3 Apr 2020")))
    before = store.read_manifest(tmp_path)
    shutil.rmtree(tmp_path / "local")
    run = pipeline.rebuild(tmp_path)
    assert list(run.kept) == ["icnl"]
    assert any(one.title == "Example order 1" for one in run.dataset.measures)
    assert store.read_manifest(tmp_path) == before


def test_a_new_document_is_read_beside_the_records_of_one_that_is_elsewhere(tmp_path: Path) -> None:
    bring(tmp_path, "icnl", icnl_page(("Tonga", "Example order 1", "3 Apr 2020")))
    shutil.rmtree(tmp_path / "local")
    result = bring(tmp_path, "icnl", icnl_page(("Tonga", "Example order 2", "4 May 2020")), day=date(2021, 6, 2))
    assert result.run is not None
    assert result.run.kept == {}
    state = result.run.dataset.states["icnl"]
    assert state.count.balanced
    assert state.documents == 2
    assert titles(tmp_path, "icnl", "TON") == ["Example order 1", "Example order 2"]


def test_importing_a_document_again_restores_a_snapshot_that_was_lost_or_damaged(tmp_path: Path) -> None:
    page = icnl_page(("Tonga", "Example order 1", "3 Apr 2020"))
    bring(tmp_path, "icnl", page)
    for is_lost in (True, False):
        (snapshot,) = snapshots(tmp_path).rglob("*.gz")
        snapshot.unlink() if is_lost else snapshot.write_bytes(b"damaged")
        assert bring(tmp_path, "icnl", page).already == ["synthetic.html"]
        assert pipeline.rebuild(tmp_path).kept == {}


def test_a_damaged_snapshot_is_refused_and_the_dataset_stays(tmp_path: Path) -> None:
    bring(tmp_path, "icnl", icnl_page(("Tonga", "Example order 1", "3 Apr 2020")))
    (snapshot,) = snapshots(tmp_path).rglob("*.gz")
    snapshot.write_bytes(b"damaged")
    before = _bytes(tmp_path)
    with pytest.raises(DatasetError, match="cannot be read"):
        pipeline.rebuild(tmp_path)
    assert _bytes(tmp_path) == before


def test_publishers_descriptions_stay_in_the_local_folder(tmp_path: Path) -> None:
    bring(tmp_path, "icnl", icnl_page(("Tonga", "Example order 1", "3 Apr 2020")))
    public = [path for path in tmp_path.rglob("*") if path.is_file() and "local" not in path.parts]
    assert not [path for path in public if b"Example text" in path.read_bytes()]
    (tonga,) = [one for one in store.load(tmp_path, countries=frozenset({"TON"})).measures if one.source == "icnl"]
    assert tonga.description == "Example text."


def test_gsod_gives_observations_of_162_countries_and_no_aggregate(tmp_path: Path, recordings: Path) -> None:
    document = read_file(recordings / "idea" / "gsod_v4_2019_complete.csv")
    result = bring(tmp_path, "idea_gsod", document)
    assert result.run is not None
    figures = [one for one in result.run.dataset.observations if one.source == "idea_gsod"]
    assert len({one.country for one in figures}) == 162
    assert result.run.dataset.states["idea_gsod"].count.asides == 31
    assert {one.release for one in figures} == {"v4"}
    assert not [one for one in result.run.dataset.measures if one.source == "idea_gsod"]


def test_two_releases_of_the_indices_stand_beside_each_other(tmp_path: Path, recordings: Path) -> None:
    for name in ("gsod_v4_2019_complete.csv", "gsod_v5_1_subattributes_1975_2020.csv"):
        bring(tmp_path, "idea_gsod", read_file(recordings / "idea" / name))
    found = [
        (one.release, one.value)
        for one in store.load(tmp_path, countries=frozenset({"KEN"})).observations
        if one.indicator == "gsod_expression" and str(one.period) == "2019"
    ]
    assert [release for release, _ in found] == ["v4", "v5.1"]


def test_two_unreadable_documents_of_the_same_bytes_are_both_said_to_be_unreadable(tmp_path: Path) -> None:
    for content in (b"%PDF-1.7 no page", icnl_page().content):
        result = bring(tmp_path, "icnl", Document("one.html", content), Document("other.html", content))
        assert (result.imported, result.already, len(result.failed)) == ([], [], 2)
        assert [one.partition(":")[0] for one in result.failed] == ["one.html", "other.html"]


NAMES = st.sampled_from(["Kenya", "Tonga", "Ruritania", "Eastern Europe", "Côte d'Ivoire", ""])
DATES = st.sampled_from(["3 Apr 2020", "31 Feb 2020", "Apr 2020", "4 Apr 2020"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(NAMES, st.sampled_from(["A", "B", "<b>C</b>", "=D"]), DATES), min_size=1, max_size=8))
def test_no_entry_is_ever_lost(tmp_path: Path, entries: list[tuple[str, str, str]]) -> None:
    folder = tmp_path / str(abs(hash(tuple(entries))))
    result = bring(folder, "icnl", icnl_page(*entries))
    assert result.run is not None
    count = result.run.dataset.states["icnl"].count
    assert count.balanced
    rejected = [one for one in result.run.dataset.problems if one.source == "icnl" and not one.entry_kept]
    assert len(rejected) == count.rejected == sum(name in {"Ruritania", "Eastern Europe", ""} for name, _, _ in entries)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_retagged_entry_of_a_later_capture_renews_the_record_and_makes_no_second_one(tmp_path: Path) -> None:
    page = icnl_page(("Tonga", "Example order 1", "3 Apr 2020"))
    bring(tmp_path, "icnl", page, day=date(2021, 1, 1))
    retagged = Document("later.html", page.content.replace(b"Issue(s): Assembly", b"Issue(s): Assembly, Movement"))
    bring(tmp_path, "icnl", retagged, day=date(2021, 6, 1))
    (tonga,) = [one for one in store.load(tmp_path, countries=frozenset({"TON"})).measures if one.source == "icnl"]
    assert tonga.liberties == ("assembly", "movement")
    assert not [one for one in store.load(tmp_path).problems if one.code == "same_identity"]


def test_an_older_capture_imported_later_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    page = icnl_page(("Tonga", "Example order 1", "3 Apr 2020"))
    retagged = Document("newer.html", page.content.replace(b"Issue(s): Assembly", b"Issue(s): Assembly, Movement"))
    bring(tmp_path, "icnl", retagged, day=date(2021, 6, 1))
    bring(tmp_path, "icnl", page, day=date(2021, 1, 1))
    (tonga,) = [one for one in store.load(tmp_path, countries=frozenset({"TON"})).measures if one.source == "icnl"]
    assert tonga.liberties == ("assembly", "movement")
