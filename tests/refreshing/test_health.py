"""What a healthy document is: at the edge of every declared limit it is taken over, and just beyond it is not."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from civic_tracker.declared.sources import get_source
from civic_tracker.fetching import Client
from civic_tracker.refreshing.refresh import SourceReport, refresh
from civic_tracker.store import dataset as store
from tests.fetching.conftest import LOOPBACK, Waits
from tests.fetching.publisher import Publisher, answers
from tests.support.pages import COUNTRIES, WHOLE, entry, page
from tests.support.program import source_at

LONGER = [entry(number) for number in range(500)]


def refreshed(folder: Path, entries: Sequence[str], day: date, *, accept: bool = False) -> SourceReport:
    """What a refresh says of a page with these entries."""
    with Publisher() as publisher:
        source = source_at(publisher.at("/tracker", answers(page(list(entries)))))
        accepted = frozenset({"icnl"}) if accept else frozenset[str]()
        client = Client(LOOPBACK, clock=Waits([]).clock)
        _, (report,) = refresh(folder, client, sources=[source], accept_shrink=accepted, day=day)
    return report


@pytest.fixture(scope="module")
def _with_500(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("health") / "data"
    assert refreshed(folder, LONGER, date(2026, 11, 2)).outcome == "taken over"
    return folder


@pytest.fixture
def good(_with_500: Path, tmp_path: Path) -> Path:
    """A dataset whose last good page held 500 entries."""
    shutil.copytree(_with_500, tmp_path / "data")
    return tmp_path / "data"


def with_few_fields(filled: int, **empty: str) -> list[str]:
    return [*LONGER[:filled], *(entry(number, **empty) for number in range(filled, 500))]


def with_terms(number: int, issues: str) -> list[str]:
    return [*(entry(n, issues=f"Issue(s): {issues}") for n in range(number)), *LONGER[number:]]


def with_unknown_countries(number: int) -> list[str]:
    return [*(entry(n, country=f"Ruritania {n}") for n in range(number)), *LONGER[number:]]


UNKNOWN = (
    "{share} of the entries have a term that mappings/terms.csv does not know, most often 'Gatherings' as tags; at "
    "most 20% may. Look at the page, and add rows for what it renamed."
)


def test_the_limits_that_these_tests_stand_at_are_those_declared() -> None:
    limits = get_source("icnl").refresh
    assert limits is not None
    assert (limits.least_entries, limits.least_countries, limits.greatest_drop) == (400, 100, 0.1)
    assert (limits.most_rejected, limits.most_unknown, limits.least_filled["tags"]) == (0.1, 0.2, 0.8)


@pytest.mark.parametrize(
    ("entries", "failure", "reason"),
    [
        (LONGER[:450], "", ""),
        (LONGER[:449], "shrunk", "It holds 449 entries; the last good document held 500."),
        (with_few_fields(400, issues=""), "", ""),
        (
            with_few_fields(397, issues=""),
            "suspicious",
            "The field 'tags' is filled in 79% of the entries; 80% are expected.",
        ),
        (with_unknown_countries(50), "", ""),
        (
            with_unknown_countries(55),
            "suspicious",
            "11% of the entries could not become records; at most 10% may.",
        ),
        (with_terms(100, "Gatherings"), "", ""),
        (with_terms(105, "Gatherings"), "suspicious", UNKNOWN.format(share="21%")),
        # Entries are counted, not terms: an entry with three of them is one.
        (with_terms(100, "Gatherings, Rallies, Marches"), "", ""),
        (with_terms(105, "Gatherings, Assembly"), "suspicious", UNKNOWN.format(share="21%")),
        # Half of a page may be a repetition of the other half.
        (LONGER * 2, "", ""),
        ([*LONGER * 2, *LONGER[:20]], "suspicious", "51% of the entries repeat another one."),
    ],
)
def test_a_page_at_a_limit_is_taken_over_and_one_beyond_it_is_not(
    good: Path, entries: list[str], failure: str, reason: str
) -> None:
    report = refreshed(good, entries, date(2026, 11, 9))
    assert (report.failure or "", report.reason) == (failure, reason)
    assert report.outcome == ("failed" if failure else "taken over")


@pytest.mark.parametrize(
    ("entries", "failure", "reason"),
    [
        (WHOLE[:400], "", ""),
        (WHOLE[:399], "shrunk", "It holds 399 entries; at least 400 are expected."),
        ([entry(n, country=COUNTRIES[n % 100]) for n in range(420)], "", ""),
        (
            [entry(n, country=COUNTRIES[n % 99]) for n in range(420)],
            "shrunk",
            "It names 99 countries; at least 100 are expected.",
        ),
        ([], "site_changed", ""),
    ],
)
def test_a_first_page_holds_as_many_entries_and_countries_as_declared(
    tmp_path: Path, entries: list[str], failure: str, reason: str
) -> None:
    report = refreshed(tmp_path / "data", entries, date(2026, 11, 2))
    assert (report.failure or "") == failure
    assert reason in report.reason


def test_a_shorter_list_that_is_accepted_is_still_judged_by_what_its_entries_say(good: Path) -> None:
    unread = [entry(n, country=f"Ruritania {n}") for n in range(30)]
    report = refreshed(good, unread, date(2026, 11, 9), accept=True)
    assert (report.failure, report.reason) == (
        "suspicious",
        "100% of the entries could not become records; at most 10% may.",
    )
    assert refreshed(good, LONGER[:30], date(2026, 11, 16), accept=True).outcome == "taken over"
    assert sum(one.source == "icnl" for one in store.load(good).measures) >= 30


def test_the_report_tells_how_often_each_field_was_filled(good: Path) -> None:
    report = refreshed(good, with_few_fields(450, issues=""), date(2026, 11, 9))
    assert (report.filled["title"], report.filled["tags"]) == (1.0, 0.9)
    assert not {"locator", "extra", "remarks"} & report.filled.keys()
