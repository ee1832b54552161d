"""Linking a dataset: what people decide holds, what they take back is as before, what did not change is not touched."""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from civic_tracker import paths
from civic_tracker.building import pipeline
from civic_tracker.building.relink import renew
from civic_tracker.building.silence import say_silent
from civic_tracker.cli import app
from civic_tracker.declared.sources import get_source
from civic_tracker.disk import storage
from civic_tracker.documents.document import Document
from civic_tracker.errors import DeclarationError, UsageError
from civic_tracker.linking import decisions as table
from civic_tracker.linking.candidates import NEAREST, candidates
from civic_tracker.linking.decisions import LinkDecision
from civic_tracker.linking.link import DOUBTFUL, Kept, Links, link
from civic_tracker.linking.profile import profile
from civic_tracker.linking.record import from_measure
from civic_tracker.model.schema import ActRow, LinkRow, Record
from civic_tracker.store import dataset as store
from civic_tracker.store.contents import Dataset, Import
from tests.support.examples import a_dataset, a_measure
from tests.support.pages import entry, page

TEXT = "Presidential Decree 12/2020 of 27 March 2020 bans all gatherings of more than 10 people until 30 April 2020."


def record(source: str, number: int, **changes: object) -> Record:
    own = {
        "id": f"{source}-KEN-p{number}",
        "source": source,
        "stated_by": source,
        "title": "Limit public gatherings",
        "description": TEXT,
        "introduced": "2020-03-27",
        "effect": "restricts",
    }
    return a_measure(**own | changes)


SAME = [record("acaps", 1), record("coronanet", 1), record("icnl", 1)]
OTHER = [
    record(
        "acaps",
        2,
        introduced="2020-11-04",
        description="A night curfew from 10 pm is announced for Mombasa.",
        title="Curfews",
    ),
    record(
        "icnl",
        2,
        introduced="2020-06-15",
        description="Courts reopen for urgent cases.",
        title="Practice note on courts",
    ),
]


def decided(left: str, right: str, answer: str) -> dict[tuple[str, str], LinkDecision]:
    pair = (min(left, right), max(left, right))
    return {pair: LinkDecision(*pair, answer, "a reader", "2026-01-01", "read both")}  # type: ignore[arg-type]


def acts(found: Links) -> set[tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for row in found.acts:
        groups.setdefault(row.act, []).append(row.record)
    return {tuple(sorted(one)) for one in groups.values() if len(one) > 1}


def homes(found: Links) -> dict[str, str]:
    return {row.record: row.home for row in found.acts}


def test_one_decree_in_three_trackers_is_one_act_and_others_are_not() -> None:
    assert acts(link([*SAME, *OTHER], {}, {})) == {("acaps-KEN-p1", "coronanet-KEN-p1", "icnl-KEN-p1")}


def test_the_order_of_records_does_not_matter() -> None:
    assert link([*SAME, *OTHER], {}, {}) == link([*reversed(OTHER), *reversed(SAME)], {}, {})


def test_what_people_decide_holds() -> None:
    apart = decided("acaps-KEN-p1", "icnl-KEN-p1", "different")
    for group in acts(link(SAME, apart, {})):
        assert not {"acaps-KEN-p1", "icnl-KEN-p1"} <= set(group)
    together = decided("acaps-KEN-p2", "icnl-KEN-p2", "same")
    assert ("acaps-KEN-p2", "icnl-KEN-p2") in acts(link([*SAME, *OTHER], together, {}))


@pytest.mark.parametrize(("answer", "scores"), [("same", (1, 1)), ("related", (0, 1)), ("different", (0, 0))])
def test_a_decision_is_shown_as_sure_and_as_a_persons(answer: str, scores: tuple[int, int]) -> None:
    found = link([*SAME, *OTHER], decided("acaps-KEN-p1", "icnl-KEN-p1", answer), {})
    (row,) = [one for one in found.links if one.decided]
    assert (row.left, row.right, row.verdict, row.step) == ("acaps-KEN-p1", "icnl-KEN-p1", answer, "")
    assert (row.score, row.linked) == scores
    assert not [
        one for one in link([*SAME, *OTHER], decided("acaps-KEN-p1", "gone-KEN-p1", answer), {}).links if one.decided
    ]


def test_pairs_are_kept_that_are_linked_doubtful_or_together_and_the_rest_only_counted() -> None:
    said: list[str] = []
    found = link([*SAME, *OTHER], {}, {}, say=said.append)
    assert said == ["linking 5 records"]
    pairs = {(row.left, row.right): row for row in found.links}
    assert set(pairs) >= {("acaps-KEN-p1", "icnl-KEN-p1"), ("acaps-KEN-p1", "coronanet-KEN-p1")}
    assert all(left < right for left, right in pairs)
    assert list(pairs) == sorted(pairs)
    assert found.compared >= len(pairs)
    for row in found.links:
        assert row.verdict != "different" or row.score >= DOUBTFUL[0]
        assert (row.score, row.linked) == (round(row.score, 4), round(row.linked, 4))


def test_records_up_to_sixty_days_apart_are_compared() -> None:
    for day, compared in (("2020-05-26", 1), ("2020-05-27", 0), ("2020-01-27", 1), ("2020-01-26", 0)):
        assert link([SAME[0], record("icnl", 1, introduced=day)], {}, {}).compared == compared


def test_spells_reports_of_a_month_and_proposals_are_not_linked() -> None:
    for changes in ({"record_kind": "spell"}, {"introduced": None, "period": "2020-03"}, {"stage": "proposed"}):
        assert acts(link([SAME[0], record("icnl", 1, **changes)], {}, {})) == set()


def test_records_of_two_countries_are_never_compared() -> None:
    assert link([SAME[0], record("icnl", 1, country="UGA")], {}, {}).compared == 0


def test_a_record_that_matches_a_later_step_of_another_is_related_and_not_the_same() -> None:
    step = {"kind": "extended", "kind_as_written": "Extension", "on": "2020-06-30", "source_record": "row 9"}
    extended = "Presidential Decree 14/2020 extends the ban on gatherings of more than 10 people until 31 July 2020."
    thread = record("icnl", 1, history=[step], updates=[extended])
    other = record("acaps", 5, introduced="2020-06-30", title="Limit public gatherings", description=extended)
    found = link([thread, other], {}, {})
    (row,) = found.links
    assert (row.verdict, row.step) == ("related", "icnl-KEN-p1#1")
    assert acts(found) == set()


def test_a_decision_that_a_third_record_contradicts_is_refused_and_one_that_agrees_is_not() -> None:
    agreeing = decided("acaps-KEN-p1", "coronanet-KEN-p1", "same") | decided("acaps-KEN-p1", "icnl-KEN-p1", "related")
    assert ("acaps-KEN-p1", "coronanet-KEN-p1") in acts(link(SAME, agreeing, {}))
    contrary = agreeing | decided("coronanet-KEN-p1", "icnl-KEN-p1", "same")
    with pytest.raises(DeclarationError, match=r"are decided to be related, .* links forget A B"):
        link(SAME, contrary, {})


def test_a_decision_that_is_taken_back_gives_the_former_state_byte_for_byte() -> None:
    measures = [*SAME, *OTHER]
    before = link(measures, {}, {})
    merged = link(measures, decided("acaps-KEN-p1", "icnl-KEN-p2", "same"), homes(before))
    assert acts(merged) != acts(before)
    assert link(measures, {}, homes(merged)) == before


def test_an_act_keeps_its_id_when_a_source_is_added() -> None:
    before = link(SAME[1:], {}, {})
    after = link([*SAME, *OTHER], {}, homes(before))
    assert {row.act for row in before.acts} == {row.act for row in after.acts}


def test_decisions_that_contradict_each_other_are_refused_by_name() -> None:
    contrary = (
        decided("acaps-KEN-p1", "coronanet-KEN-p1", "same")
        | decided("coronanet-KEN-p1", "icnl-KEN-p1", "same")
        | decided("acaps-KEN-p1", "icnl-KEN-p1", "different")
    )
    with pytest.raises(DeclarationError, match="acaps-KEN-p1 and icnl-KEN-p1 are decided to be different"):
        link(SAME, contrary, {})


def test_records_of_one_source_are_not_compared() -> None:
    profiles = {one.id: profile(from_measure(one)) for one in [record("acaps", number) for number in range(9)]}
    assert list(candidates(profiles)) == []


def test_what_a_record_costs_does_not_grow_with_the_number_of_records() -> None:
    def pairs(number: int) -> int:
        measures = [record("acaps", one) for one in range(number)] + [record("icnl", one) for one in range(number)]
        return len(list(candidates({one.id: profile(from_measure(one)) for one in measures})))

    assert pairs(200) <= 200 * 4 * NEAREST
    assert pairs(200) < 2.5 * pairs(100)


@pytest.fixture
def own_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the mapping tables, so that a test may decide."""
    copy = tmp_path / "mappings"
    shutil.copytree(paths.mappings_dir(), copy)
    monkeypatch.setattr(paths, "mappings_dir", lambda: copy)
    table.decisions.cache_clear()
    yield copy
    table.decisions.cache_clear()


@pytest.fixture
def linked(tmp_path: Path, own_tables: Path) -> Path:
    folder = tmp_path / "data"
    dataset: Dataset = a_dataset([*SAME, *OTHER])
    store.save(dataset, folder)
    assert own_tables.is_dir()
    assert renew(folder) is not None
    return folder


def test_what_did_not_change_is_not_linked_anew(linked: Path) -> None:
    assert renew(linked) is None


def test_without_the_publishers_texts_nothing_that_they_put_together_is_taken_apart(
    tmp_path: Path, own_tables: Path
) -> None:
    """As in a clone: the texts lie on another machine, and by their titles alone the records are no longer one act."""
    measures = [record("acaps", 1), record("icnl", 1, title="Presidential decree", introduced="2020-03-30")]
    assert acts(link([one.model_copy(update={"description": ""}) for one in measures], {}, {})) == set()
    folder = tmp_path / "data"
    store.save(a_dataset([*measures, *OTHER]), folder)
    renew(folder)
    put_together = (folder / "acts.csv").read_bytes()
    assert b"acaps-KEN-p1" in put_together
    shutil.rmtree(folder / "local")
    with (own_tables / "links.csv").open("a", encoding="utf-8") as stream:
        stream.write("acaps-KEN-p2,icnl-KEN-p2,different,a reader,2026-01-01,read both\n")
    table.decisions.cache_clear()
    renew(folder)
    assert (folder / "acts.csv").read_bytes() == put_together


def test_with_the_documents_here_texts_that_are_gone_keep_nothing_from_being_linked_anew(
    tmp_path: Path, own_tables: Path
) -> None:
    folder = tmp_path / "data"
    document = Document("synthetic.html", page([entry(1, country="Kenya"), entry(2, country="Kenya")]))
    pipeline.import_documents(folder, get_source("icnl"), [document], retrieved=date(2021, 5, 2))
    renew(folder)
    one, other = sorted(one.id for one in store.load(folder).measures if one.title.startswith("Example order"))
    shutil.rmtree(folder / "local" / "texts")
    with (own_tables / "links.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"{one},{other},same,a reader,2026-01-01,read both\n")
    table.decisions.cache_clear()
    assert renew(folder) is not None
    act_of = {row.record: row.act for row in store.load(folder).acts}
    assert act_of[one] == act_of[other]
    assert renew(folder) is None


def test_a_dataset_that_was_linked_is_read_as_it_was_written(linked: Path) -> None:
    dataset = store.load(linked)
    assert {row.record for row in dataset.acts} >= {one.id for one in SAME}
    assert [row for row in dataset.links if row.verdict == "same"]
    with (linked / "acts.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(dataset.acts)


def test_a_decision_is_written_obeyed_shown_and_taken_back(linked: Path, own_tables: Path) -> None:
    run = CliRunner().invoke
    before = {path.name: path.read_bytes() for path in linked.glob("*.csv")}
    data = ["--data-dir", str(linked)]
    answer = run(
        app, ["links", "decide", "acaps-KEN-p1", "icnl-KEN-p1", "different", "--why", "two acts", "--who", "R", *data]
    )
    assert answer.exit_code == 0, answer.output
    row = next(csv.DictReader(io.StringIO((own_tables / "links.csv").read_text())))
    assert (row["left"], row["right"], row["answer"], row["who"], row["why"]) == (
        *("acaps-KEN-p1", "icnl-KEN-p1", "different", "R", "two acts"),
    )
    assert renew(linked) is not None
    shown = json.loads(run(app, ["links", "--decided", "--json", *data]).stdout)
    assert [(one["left"], one["verdict"], one["decided"]) for one in shown] == [("acaps-KEN-p1", "different", True)]
    assert run(app, ["links", "forget", "icnl-KEN-p1", "acaps-KEN-p1"]).exit_code == 0
    assert renew(linked) is not None
    assert {path.name: path.read_bytes() for path in linked.glob("*.csv")} == before


def test_a_pair_is_explained_feature_by_feature(linked: Path) -> None:
    answer = CliRunner().invoke(
        app, ["links", "explain", "acaps-KEN-p1", "icnl-KEN-p1", "--json", "--data-dir", str(linked)]
    )
    found = json.loads(answer.stdout)
    assert found["verdict"] == "same"
    assert len(found["reasons"]) > 3
    assert all(one["sentence"] for one in found["reasons"])


def test_one_act_is_shown_with_who_says_what_and_its_life(linked: Path) -> None:
    run, data = CliRunner().invoke, ["--data-dir", str(linked)]
    listed = json.loads(run(app, ["acts", "Kenya", "--shared", "--json", *data]).stdout)
    (act,) = [one for one in listed if "icnl-KEN-p1" in one["records"]]
    shown = run(app, ["acts", "Kenya", "--id", act["id"], *data])
    assert shown.exit_code == 0
    for words in ("What its records say", "Its life", "No end recorded by anybody", "2020-03-27"):
        assert words in shown.output
    assert isinstance(run(app, ["acts", "Kenya", "--id", "act-KEN-none", *data]).exception, UsageError)


def test_a_rollback_counts_acts(linked: Path) -> None:
    run, data = CliRunner().invoke, ["--data-dir", str(linked)]
    found = json.loads(run(app, ["rollback", "Kenya", "--json", "--on", "2021-06-01", *data]).stdout)
    assert len(found["rows"]) == 3
    everyone = json.loads(run(app, ["rollback", "--json", "--on", "2021-06-01", *data]).stdout)
    assert next(one for one in everyone if one["country"] == "KEN")["no_end_recorded"] == 3
    assert "Counts are of acts" in run(app, ["rollback", "Kenya", *data]).output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["decide", "acaps-KEN-p1", "icnl-KEN-p1", "perhaps"], "There is no answer 'perhaps'"),
        (["decide", "acaps-KEN-p1", "nobody-KEN-p1", "same"], "There is no record 'nobody-KEN-p1'"),
        (["decide", "acaps-KEN-p1", "acaps-KEN-p1", "same"], "is one record"),
        (["forget", "acaps-KEN-p1", "icnl-KEN-p1"], "Nothing was decided"),
    ],
)
def test_a_decision_that_cannot_be_made_is_refused_in_one_line(linked: Path, arguments: list[str], words: str) -> None:
    given = ["--data-dir", str(linked)] if arguments[0] == "decide" else []
    answer = CliRunner().invoke(app, ["links", *arguments, *given])
    assert isinstance(answer.exception, UsageError)
    assert words in str(answer.exception)


# Texts that lie on another machine.


@pytest.fixture
def imported(tmp_path: Path, own_tables: Path) -> Path:
    """Records of three trackers, each from a document of its own that is here, linked by their texts."""
    folder = tmp_path / "data"
    titles = {"acaps": "Schools closed", "coronanet": "Border notice", "icnl": "Guidance to courts"}
    dataset = a_dataset(
        [
            from_document(one, title=titles[one.source], source_url=f"https://example.org/{one.source}", liberties=())
            for one in (*SAME, *OTHER)
        ]
    )
    dataset.imports = [
        Import(
            source=source,
            batch="1",
            sha256=store.keep_snapshot(folder, source.encode()),
            name=source,
            retrieved=date(2021, 5, 2),
        )
        for source in ("acaps", "coronanet", "icnl")
    ]
    store.save(dataset, folder)
    assert own_tables.is_dir()
    assert renew(folder) is not None
    assert store.read_manifest(folder).linked_without == ()
    return folder


def from_document(measure: Record, **changes: object) -> Record:
    document = storage.sha256(measure.source.encode())[:16]
    return measure.model_copy(update={"source_record": f"sha256:{document} entry 1", **changes})


def add(folder: Path, *measures: Record) -> None:
    """Add records to a dataset as an import of a document does that is here, and link them."""
    dataset = store.load(folder)
    dataset.measures = sorted([*dataset.measures, *measures], key=lambda one: (one.source, one.id))
    dataset.states |= a_dataset(measures).states
    store.save(dataset, folder)


def test_a_clone_without_texts_keeps_the_acts_when_something_unrelated_is_imported(imported: Path) -> None:
    before = {path.name: path.read_bytes() for path in imported.glob("*.csv")}
    assert b"acaps-KEN-p1" in before["acts.csv"]
    shutil.rmtree(imported / "local")
    store.keep_snapshot(imported, b"an unrelated document")
    add(imported, record("idea_monitor", 9, country="PER", source_record="starter/x.csv line 2"))
    found = renew(imported)
    assert found is not None
    assert found.without == ("acaps", "coronanet", "icnl")
    assert {path.name: path.read_bytes() for path in imported.glob("*.csv")} == before
    assert renew(imported) is None
    assert "texts of ACAPS, CoronaNet, ICNL are not on this machine" in say_silent(found.without)[0]


def test_by_titles_alone_the_acts_would_be_others(imported: Path) -> None:
    """Else the tests around this one would hold whatever the program did."""
    dataset = store.load(imported)
    titles = [one.model_copy(update={"description": ""}) for one in dataset.measures]
    assert acts(link(titles, {}, {})) != acts(link(dataset.measures, {}, {}))


def test_records_whose_texts_are_here_are_linked_and_the_others_keep_their_links(imported: Path) -> None:
    shutil.rmtree(imported / "local")
    new = [record(source, 5, source_record="starter/x.csv line 2") for source in ("idea_monitor", "vdem_pandem")]
    add(imported, *new)
    found = renew(imported)
    assert found is not None
    assert acts(found) == {
        ("acaps-KEN-p1", "coronanet-KEN-p1", "icnl-KEN-p1"),
        ("idea_monitor-KEN-p5", "vdem_pandem-KEN-p5"),
    }


def test_what_the_texts_kept_apart_stays_apart_without_them() -> None:
    row = LinkRow(left="acaps-KEN-p1", right="icnl-KEN-p1", verdict="same", score=0.9, linked=0.95)
    silent = frozenset({"acaps-KEN-p1", "icnl-KEN-p1"})
    assert acts(link(SAME, {}, {}, earlier=Kept(silent, [row]))) == set()
    together = [ActRow(act="act-KEN-1", record=one, home="acaps-KEN-p1") for one in sorted(silent)]
    assert acts(link(SAME, {}, {}, earlier=Kept(silent, [row], together))) == {("acaps-KEN-p1", "icnl-KEN-p1")}


def test_once_the_texts_are_back_all_records_are_linked_anew(imported: Path) -> None:
    shutil.copytree(imported / "local", imported.parent / "elsewhere")
    shutil.rmtree(imported / "local")
    add(imported, record("idea_monitor", 5, source_record="starter/x.csv line 2"))
    assert renew(imported) is not None
    assert store.read_manifest(imported).linked_without == ("acaps", "coronanet", "icnl")
    shutil.copytree(imported.parent / "elsewhere", imported / "local", dirs_exist_ok=True)
    found = renew(imported)
    assert found is not None
    assert acts(found) == {("acaps-KEN-p1", "coronanet-KEN-p1", "icnl-KEN-p1", "idea_monitor-KEN-p5")}
    assert store.read_manifest(imported).linked_without == ()


def test_people_decide_also_where_the_texts_are_elsewhere(imported: Path) -> None:
    shutil.rmtree(imported / "local")
    table.decide("acaps-KEN-p1", "icnl-KEN-p1", "different", who="R", when="2026-01-01", why="two acts")
    found = renew(imported)
    assert found is not None
    assert not any({"acaps-KEN-p1", "icnl-KEN-p1"} <= set(act) for act in acts(found))
