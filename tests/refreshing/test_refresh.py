"""A refresh takes over what is healthy, keeps the last good data of the rest, and says which is which."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from civic_tracker.building import pipeline
from civic_tracker.declared.sources import Source, all_sources, get_source
from civic_tracker.documents.document import Document
from civic_tracker.errors import DatasetError
from civic_tracker.fetching.outcomes import Expects, Fetched, FetchError, Unchanged
from civic_tracker.model.runs import Receipt
from civic_tracker.refreshing.refresh import SourceReport, refresh
from civic_tracker.store import dataset as store
from civic_tracker.store.layout import IMPORTS, snapshots
from tests.support.pages import A_TAG_RENAMED_IN_A_FEW, COUNTRIES, UNHEALTHY, WHOLE, entry, page
from tests.support.program import held_by_another

EARLIER = date(2026, 10, 26)
DAY = date(2026, 11, 2)
LATER = date(2026, 11, 9)
ICNL = get_source("icnl")


@dataclass
class Publisher:
    """A publisher that answers as a test tells it, and counts what it was asked."""

    answers: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    in_vain: int = 0  # bytes that come before nobody answers
    asked: list[str] = field(default_factory=list)

    def fetch(
        self, address: str, *, expects: Expects, known: Receipt | None = None, max_megabytes: int | None = None
    ) -> Fetched | Unchanged:
        assert max_megabytes
        self.asked.append(f"{expects} {address}")
        if address not in self.answers:
            raise FetchError(
                f"{address}: nobody answers.", kind="unreachable", address=address, requests=1, bytes=self.in_vain
            )
        content = self.answers[address]()
        digest = hashlib.sha256(content).hexdigest()
        if known and known.sha256 == digest:
            return Unchanged(known, 1, 0)
        receipt = Receipt(address=address, final_address=address, sha256=digest, retrieved=DAY)
        return Fetched(Document("page.html", content, address), receipt, 1, len(content))


def ask(
    folder: Path, content: bytes | None, *, day: date = DAY, source: Source = ICNL, accept: bool = False
) -> SourceReport:
    publisher = Publisher()
    assert source.refresh is not None
    if content is not None:
        publisher.answers[source.refresh.address] = lambda: content
    accepted = frozenset({source.id}) if accept else frozenset[str]()
    _, (report,) = refresh(folder, publisher, sources=[source], accept_shrink=accepted, day=day)
    return report


def files(folder: Path) -> dict[str, bytes]:
    public = [path for path in folder.rglob("*") if path.is_file() and "local" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in public}


def own(folder: Path) -> int:
    return sum(one.source == "icnl" for one in store.load(folder).measures)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A dataset with a complete, healthy ICNL page in it."""
    assert ask(tmp_path / "data", page(WHOLE)).outcome == "taken over"
    return tmp_path / "data"


def test_a_healthy_page_is_taken_over_and_replaces_the_starter_facts(good: Path) -> None:
    state = store.read_manifest(good).sources["icnl"]
    assert (state.complete, state.measures, state.retrieved) == (True, 420, DAY)
    assert [one.address for one in store.read_receipts(good)] == [ICNL.refresh.address if ICNL.refresh else ""]


def test_an_unchanged_world_changes_no_byte(good: Path) -> None:
    before = files(good)
    report = ask(good, page(WHOLE), day=LATER)
    assert (report.outcome, report.requests) == ("unchanged", 1)
    assert files(good) == before


def test_a_page_that_changes_around_the_same_entries_changes_no_byte(good: Path) -> None:
    before = files(good)
    assert ask(good, page(WHOLE, around="<p>Visitor 12345</p>"), day=LATER).outcome == "unchanged"
    assert files(good) == before


def test_a_page_that_changes_around_the_same_entries_changes_no_byte_where_the_former_page_is_not_kept(
    good: Path,
) -> None:
    shutil.rmtree(good / "local")
    before = files(good)
    assert ask(good, page(WHOLE, around="<p>Visitor 12345</p>"), day=LATER).outcome == "unchanged"
    assert {name: one for name, one in files(good).items() if "local" not in name} == {
        name: one for name, one in before.items() if "local" not in name
    }


def test_a_page_that_returns_to_an_earlier_version_is_taken_over_again(good: Path) -> None:
    first = files(good)["measures/icnl.jsonl"]
    assert ask(good, page([*WHOLE, entry(420)]), day=LATER).outcome == "taken over"
    assert ask(good, page(WHOLE), day=LATER).outcome == "taken over"
    assert own(good) == 420
    assert len(files(good)["measures/icnl.jsonl"]) == len(first)
    assert [one.kind for one in store.read_changes(good)[-2:]] == ["appeared", "withdrawn"]


@pytest.mark.parametrize("name", sorted(UNHEALTHY))
def test_an_unhealthy_page_keeps_the_last_good_data_and_marks_them_stale(good: Path, name: str) -> None:
    content, kind, words = UNHEALTHY[name]
    before = files(good)
    report = ask(good, content, day=LATER)
    assert (report.outcome, report.failure) == ("failed", kind)
    assert words in report.reason
    assert "\n" not in report.reason
    after = files(good)
    assert {path for path in after if after[path] != before.get(path)} == {"dataset.json"}
    stale = store.read_manifest(good).sources["icnl"].stale
    assert stale is not None
    assert (stale.since, stale.kind) == (LATER, kind)
    assert own(good) == 420


def test_staleness_lasts_from_the_first_failure_until_the_first_success(good: Path) -> None:
    ask(good, None, day=LATER)
    first = files(good)
    assert ask(good, None, day=date(2026, 11, 16)).stale_since == LATER
    assert files(good) == first, "a failure that goes on changes no byte"
    assert ask(good, page(WHOLE), day=date(2026, 11, 23)).stale_since is None


def test_a_list_that_the_publisher_really_cut_can_be_accepted(good: Path) -> None:
    report = ask(good, page(WHOLE[:300]), day=LATER, accept=True)
    assert report.outcome == "taken over"
    withdrawn = [one for one in store.read_changes(good) if one.kind == "withdrawn"]
    assert report.entries == 300
    assert len(withdrawn) in {0, 120}, "an excerpt withdraws nothing; a complete list withdraws what it lacks"


def test_the_history_tells_what_appeared_changed_and_was_withdrawn(good: Path) -> None:
    entries = [entry(0, issues="Issue(s): Assembly, Movement"), *WHOLE[2:], entry(420)]
    assert ask(good, page(entries), day=LATER).outcome == "taken over"
    told = store.read_changes(good)[-4:]
    by_kind = {one.kind: one for one in told}
    assert by_kind["appeared"].title == "Example order 420"
    assert by_kind["withdrawn"].title == "Example order 1"
    assert by_kind["withdrawn"].record["country"] == COUNTRIES[1]
    retagged = [one for one in told if one.kind == "changed"]
    assert {(one.field, one.before, one.after) for one in retagged} == {
        ("liberties", "assembly", "assembly, movement"),
        ("tags_as_written", "Assembly", "Assembly, Movement"),
    }
    assert {one.day for one in told} == {LATER}


def test_what_a_page_that_returns_to_an_earlier_version_says_is_the_publishers_change(good: Path) -> None:
    retagged = [entry(0, issues="Issue(s): Assembly, Movement"), *WHOLE[1:]]
    for entries in (retagged, WHOLE):
        assert ask(good, page(entries), day=LATER).outcome == "taken over"
    assert {one.kind for one in store.read_changes(good) if one.id} == {"changed"}


def test_publishers_texts_are_not_written_into_the_history(good: Path) -> None:
    changed = [text.replace("Example text.", "Another text.") for text in WHOLE[1:]]
    ask(good, page(changed), day=LATER)
    history = (good / "changes.jsonl").read_text(encoding="utf-8")
    assert "Example text" not in history
    assert "Another text" not in history
    assert "(the publisher's text)" in history


def test_what_a_failed_request_cost_is_counted(tmp_path: Path) -> None:
    source = get_source("idea_gsod")
    assert source.refresh is not None
    links = b'<a href="https://www.idea.int/idea-mod/download-proxy?url=gsod_indices_v10.csv">x</a>'
    publisher = Publisher({source.refresh.address: lambda: links}, in_vain=1_000)
    _, (report,) = refresh(tmp_path / "data", publisher, sources=[source], day=DAY)
    assert (report.failure, report.requests, report.bytes) == ("unreachable", 2, len(links) + 1_000)


def test_on_a_clock_that_went_back_the_newest_page_wins_and_the_report_says_so(good: Path) -> None:
    report = ask(good, page([*WHOLE, entry(420)]), day=EARLIER)
    assert (report.outcome, own(good)) == ("taken over", 421)
    assert report.remark.startswith(
        "The clock of this machine says 2026-10-26, and the newest document is of 2026-11-02."
    )
    assert store.read_imports(good)[-1].retrieved == DAY
    before = files(good)
    assert ask(good, page([*WHOLE, entry(420)]), day=EARLIER).outcome == "unchanged"
    assert files(good) == before
    pipeline.rebuild(good, day=EARLIER)
    assert files(good) == before


def test_on_an_ordinary_day_the_clock_is_not_spoken_of(good: Path) -> None:
    assert ask(good, page([*WHOLE, entry(420)]), day=DAY).remark == ""
    assert ask(good, None, day=LATER).remark == ""


def test_after_a_clock_that_was_years_ahead_newer_pages_still_win(good: Path) -> None:
    assert ask(good, page([*WHOLE, entry(420)]), day=date(2099, 1, 1)).remark == ""
    report = ask(good, page([*WHOLE, entry(420), entry(421)]), day=LATER)
    assert (report.outcome, own(good)) == ("taken over", 422)
    assert "2099-01-01" in report.remark


def test_a_day_that_was_wrong_can_be_corrected_by_hand(good: Path) -> None:
    ask(good, page([*WHOLE, entry(420)]), day=date(2099, 1, 1))
    path = good / IMPORTS
    path.write_text(path.read_text().replace("2099-01-01", "2026-11-09"))
    with pytest.raises(DatasetError, match=r"changed by hand.* civic-tracker run --accept imports\.jsonl"):
        pipeline.rebuild(good, day=LATER)
    pipeline.rebuild(good, day=LATER, accept=frozenset({IMPORTS}))
    assert own(good) == 421
    assert ask(good, page([*WHOLE, entry(420)]), day=date(2026, 11, 16)).remark == ""


def test_a_page_imported_on_tomorrows_local_day_does_not_outlast_todays_refresh(good: Path) -> None:
    ahead = Document("page.html", page([*WHOLE, entry(420)]))
    pipeline.import_documents(good, ICNL, [ahead], retrieved=date(2026, 11, 10))
    assert ask(good, page([*WHOLE, entry(420), entry(421)]), day=LATER).outcome == "taken over"
    assert own(good) == 422


def test_what_failed_on_a_clock_that_went_back_is_not_stale_since_before_its_newest_page(good: Path) -> None:
    assert ask(good, None, day=EARLIER).stale_since == DAY


def test_a_page_that_returns_to_an_old_capture_imported_since_is_taken_over(good: Path) -> None:
    assert ICNL.refresh is not None
    old = Document("old.html", page(WHOLE[:410]), ICNL.refresh.address)
    pipeline.import_documents(good, ICNL, [old], retrieved=date(2021, 5, 2))
    assert own(good) == 420
    assert ask(good, page(WHOLE[:410]), day=LATER).outcome == "taken over"
    assert own(good) == 410


def test_a_renamed_tag_in_a_few_entries_is_a_problem_each_and_loses_no_record(good: Path) -> None:
    assert ask(good, A_TAG_RENAMED_IN_A_FEW, day=LATER).outcome == "taken over"
    assert own(good) == 420
    unknown = [one for one in store.read_problems(good, "icnl") if one.code == "unknown_term"]
    assert [(one.value, one.entry_kept) for one in unknown] == [("Gatherings", True)] * 40


@pytest.mark.parametrize(("renamed", "failure"), [(84, None), (85, "suspicious")])
def test_as_many_entries_as_declared_may_have_an_unknown_term(good: Path, renamed: int, failure: str | None) -> None:
    assert ICNL.refresh is not None
    assert ICNL.refresh.most_unknown * 420 == 84
    entries = [entry(n, issues="Issue(s): Gatherings") for n in range(renamed)]
    assert ask(good, page([*entries, *WHOLE[renamed:]]), day=LATER).failure == failure


def test_one_sources_failure_does_not_stop_another(tmp_path: Path) -> None:
    publisher = Publisher()
    assert ICNL.refresh is not None
    publisher.answers[ICNL.refresh.address] = lambda: page(WHOLE)
    _, reports = refresh(tmp_path / "data", publisher, day=DAY)
    outcomes = {one.source: one.failure or one.outcome for one in reports}
    asked = {source.id for source in all_sources().values() if source.refresh}
    assert {source: outcome for source, outcome in outcomes.items() if source in asked} == {
        "cld_rti": "unreachable",
        "icnl": "taken over",
        "idea_gsod": "unreachable",
        "idea_tracker": "unreachable",
    }
    assert {outcomes[source] for source in outcomes.keys() - asked} == {"nothing to fetch"}
    dataset = store.load(tmp_path / "data")
    assert {one.source for one in dataset.measures} >= {"cld_rti", "icnl", "idea_tracker"}


def test_a_fault_of_our_own_code_is_the_failure_of_that_source_alone(tmp_path: Path) -> None:
    def break_down() -> bytes:
        raise ZeroDivisionError("example")

    publisher = Publisher()
    assert ICNL.refresh is not None
    publisher.answers[ICNL.refresh.address] = break_down
    _, (report,) = refresh(tmp_path / "data", publisher, sources=[ICNL], day=DAY)
    assert (report.failure, report.reason) == ("internal", "ZeroDivisionError: example")


def test_the_newest_release_is_found_through_the_page_that_links_to_it(tmp_path: Path) -> None:
    source = get_source("idea_gsod")
    assert source.refresh is not None
    base = "https://www.idea.int/democracytracker/idea-mod/download-proxy?url="
    new = "https://www.idea.int/sites/default/files/2026-06/gsod_indices_v10.csv"
    links = "".join(
        f'<a href="{base}{address.replace(":", "%3A").replace("/", "%2F")}">x</a>'
        for address in ("https://www.idea.int/sites/default/files/2025-06/gsod_indices_v9.csv", new)
    )
    rows = [f"{name},{name},{year},0.5,0.4,0.6" for name in COUNTRIES for year in range(2000, 2015)]
    table = "\n".join(["country_name,iso3c,year,civil_lib_est,civil_lib_l,civil_lib_u", *rows]) + "\n"
    publisher = Publisher()
    publisher.answers = {
        source.refresh.address: lambda: f"<html><body>{links}</body></html>".encode(),
        new: table.encode,
    }
    _, (report,) = refresh(tmp_path / "data", publisher, sources=[source], day=DAY)
    assert publisher.asked == [f"page {source.refresh.address}", f"table {new}"]
    assert (report.outcome, report.reason) == ("taken over", "")
    assert store.read_manifest(tmp_path / "data").sources["idea_gsod"].complete


def test_a_page_without_the_link_is_a_changed_site(tmp_path: Path) -> None:
    report = ask(tmp_path / "data", b"<html><body>Nothing here</body></html>", source=get_source("idea_gsod"))
    assert report.failure == "not_the_format" or report.failure == "site_changed"
    assert "no link" in report.reason


def test_a_new_page_is_taken_over_also_when_the_stored_one_is_damaged(good: Path) -> None:
    for path in snapshots(good).rglob("*.gz"):
        path.write_bytes(b"damaged")
    assert ask(good, page([*WHOLE, entry(420)]), day=LATER).outcome == "taken over"
    assert own(good) == 421


def test_two_runs_at_once_the_second_says_who_holds_the_lock(good: Path) -> None:
    before = files(good)
    with held_by_another(good), pytest.raises(DatasetError, match=r"is being written by process \d+ on "):
        ask(good, page(WHOLE[:419]), day=LATER)
    assert files(good) == before
    assert ask(good, page(WHOLE), day=LATER).outcome == "unchanged"


def test_the_dataset_is_rebuilt_from_snapshots_without_a_network_byte_for_byte(good: Path) -> None:
    before = files(good)
    pipeline.rebuild(good, day=LATER)
    assert files(good) == before
    for path in (good / "measures").glob("*.jsonl"):
        path.unlink()
    (good / "dataset.json").unlink()
    pipeline.rebuild(good, day=LATER)
    assert {name: text for name, text in files(good).items() if name != "changes.jsonl"} == {
        name: text for name, text in before.items() if name != "changes.jsonl"
    }
