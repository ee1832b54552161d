"""The laws of a refresh, held for every source that declares one: a healthy list is taken over, on whatever day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from civic_tracker.declared.sources import Source, all_sources
from civic_tracker.refreshing.refresh import SourceReport, refresh
from civic_tracker.store import dataset as store
from civic_tracker.store.layout import snapshots
from tests.refreshing.test_refresh import Publisher, files
from tests.support import pages, tables

FIRST = date(2026, 11, 2)
NAMES = (
    *("Albania", "Brazil", "Chile", "Denmark", "Ecuador", "Fiji", "Ghana", "Haiti"),
    *("India", "Japan", "Kenya", "Latvia", "Malta", "Nepal", "Oman", "Peru"),
)
REFRESHED = [source for source in all_sources().values() if source.refresh]
ASIDES = 40


def cld(entries: int) -> bytes:
    """A page of CLD's tracker with many paragraphs that are no entries."""
    told = [
        f"<p>{NAMES[n % 16]} (Unit {n}): Order {n} of {n % 28 + 1} March 2020 paused requests.</p>"
        for n in range(entries)
    ]
    spam = [f'<p><a href="https://example.org/{number}">Example shop {number}</a></p>' for number in range(ASIDES)]
    heading = "<h2>Countries which have Suspended or Altered RTI Obligations</h2>"
    body = f"<article>{heading}{''.join(told + spam)}</article>"
    return f"<html><head><title>Synthetic</title></head><body>{body}</body></html>".encode()


def icnl(entries: int) -> bytes:
    return pages.page([pages.entry(number) for number in range(entries)])


def idea_tracker(entries: int) -> bytes:
    """The list of newest reports; some of its events are left as the makers of pages leave them."""
    told = [
        f"<h2>{NAMES[n % 16]} - June 2025</h2><h3>Order {n} issued</h3><p>Order {n} was issued on 25 June.</p>"
        f'<p>Sources: <a href="https://example.org/{n}">Example Wave</a></p>'
        for n in range(entries)
    ]
    idle = "<h2>Malaysia - May 2022</h2><h3>Title</h3><p>Lorem ipsum dolor.</p>" * 3
    return f"<html><head><title>synthetic listing</title></head><body>{''.join(told)}{idle}</body></html>".encode()


def idea_gsod(figures: int) -> bytes:
    """A table with a row for each two figures, and rows of aggregates."""
    countries = tables.rows(2000 + figures // (2 * len(pages.COUNTRIES)))[: figures // 2]
    regions: list[list[str | float]] = [[f"Region {number}", "", 2000, 0.5, 0.4, 0.6, 0.25] for number in range(400)]
    return tables.table([*countries, *regions])


@dataclass(frozen=True)
class Example:
    """How to make a document of a source: of how many entries a healthy one is, and one that lost too many."""

    made: Callable[[int], bytes]
    healthy: int
    shrunk: int


EXAMPLES = {
    "cld_rti": Example(cld, 20, 15),
    "icnl": Example(icnl, 420, 300),
    "idea_tracker": Example(idea_tracker, 6, 2),
    "idea_gsod": Example(idea_gsod, 2600, 1800),
}


def ask(folder: Path, source: Source, entries: int, *, day: int = 0, release: int = 9) -> SourceReport:
    """Refresh a source whose publisher shows so many entries, some days after the first."""
    assert source.refresh
    content = EXAMPLES[source.id].made(entries)
    publisher = Publisher()
    if source.refresh.link:
        address = f"https://www.idea.int/files/gsod_indices_v{release}.csv"
        link = f'<a href="/idea-mod/download-proxy?url={address}">Download</a>'
        publisher.answers = {source.refresh.address: lambda: f"<html><body>{link}</body></html>".encode()}
        publisher.answers[address] = lambda: content
    else:
        publisher.answers[source.refresh.address] = lambda: content
    _, (report,) = refresh(folder, publisher, sources=[source], day=FIRST + timedelta(days=day))
    return report


def test_each_source_that_is_refreshed_has_an_example() -> None:
    assert EXAMPLES.keys() == {source.id for source in REFRESHED}


@pytest.mark.parametrize("source", REFRESHED, ids=lambda source: source.id)
def test_a_healthy_list_is_taken_over_on_every_day(source: Source, tmp_path: Path) -> None:
    healthy = EXAMPLES[source.id].healthy
    folder = tmp_path / "data"
    assert ask(folder, source, healthy).outcome == "taken over"
    (one,) = [one for one in store.read_imports(folder) if one.source == source.id]
    assert (one.entries, bool(one.asides)) == (healthy, source.id != "icnl")
    before = files(folder)
    assert ask(folder, source, healthy, day=1).outcome == "unchanged"
    assert files(folder) == before
    for day in (2, 3):
        report = ask(folder, source, healthy + 2 * day, day=day)
        assert (report.outcome, report.reason) == ("taken over", "")


@pytest.mark.parametrize(
    "source", [one for one in REFRESHED if one.refresh and one.refresh.link], ids=lambda one: one.id
)
def test_each_new_release_is_compared_with_the_one_before_it_and_not_with_their_sum(
    source: Source, tmp_path: Path
) -> None:
    example, folder = EXAMPLES[source.id], tmp_path / "data"
    for number in range(4):
        report = ask(folder, source, example.healthy + 2 * number, day=number, release=9 + number)
        assert (report.outcome, report.reason) == ("taken over", ""), f"release {9 + number}"
    report = ask(folder, source, 2020, day=9, release=13)
    assert report.failure == "shrunk"
    assert f"the last good document held {example.healthy + 6}" in report.reason


@pytest.mark.parametrize("source", REFRESHED, ids=lambda source: source.id)
def test_a_list_that_shrank_is_not_taken_over_and_the_next_whole_one_is(source: Source, tmp_path: Path) -> None:
    example, folder = EXAMPLES[source.id], tmp_path / "data"
    assert ask(folder, source, example.healthy).outcome == "taken over"
    assert ask(folder, source, example.shrunk, day=1).failure == "shrunk"
    assert ask(folder, source, example.healthy + 2, day=2).outcome == "taken over"


@pytest.mark.parametrize("here", [True, False], ids=["with documents", "without documents"])
@pytest.mark.parametrize("source", REFRESHED, ids=lambda source: source.id)
def test_a_dataset_that_did_not_count_entries_of_documents_goes_on(source: Source, here: bool, tmp_path: Path) -> None:
    example, folder = EXAMPLES[source.id], tmp_path / "data"
    assert ask(folder, source, example.healthy).outcome == "taken over"
    as_before_counts(folder, here=here)
    assert ask(folder, source, example.shrunk, day=1).failure == "shrunk"
    assert ask(folder, source, example.healthy + 2, day=2).outcome == "taken over"


def as_before_counts(folder: Path, *, here: bool) -> None:
    """Make the dataset one of the former format, which did not remember how many entries a document held."""
    dataset = store.load(folder)
    dataset.imports = [one.model_copy(update={"entries": None, "asides": None}) for one in dataset.imports]
    store.save(dataset, folder)
    if not here:
        for path in snapshots(folder).rglob("*.gz"):
            path.unlink()
