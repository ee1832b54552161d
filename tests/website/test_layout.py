"""No page of a country is heavy, and every record of a country stands on a page that says so."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from civic_tracker.publish.report.compose import Report, build_report
from civic_tracker.publish.site.layout import COUNTRY_PAGE, ROWS_OF_A_COUNTRY, ROWS_OF_A_PAGE, lay_out
from tests.support.examples import a_dataset, a_measure

ON = date(2024, 1, 1)
FREEDOMS = ("assembly", "movement", "privacy", "")


def _report(sizes: list[int]) -> Report:
    """A report with so many records of each freedom, the last ones without any."""
    measures = [
        a_measure(id=f"icnl-KEN-{place}{number:09}", liberties=(code,) if code else (), title=f"Order {place} {number}")
        for place, (code, size) in enumerate(zip(FREEDOMS, sizes, strict=False))
        for number in range(size)
    ]
    return build_report(a_dataset(measures, []), "KEN", ON)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 170), max_size=4))
def test_every_record_stands_once_among_all_of_its_freedom(sizes: list[int]) -> None:
    report = _report(sizes)
    layout = lay_out(report)
    for section in report.sections:
        all_rows = [one.id for group in section.groups for one in group.measures]
        pages = layout.further.get(section.code, ())
        listed = [one.id for page in pages for group in page.section.groups for one in group.measures]
        shown = [
            one.id
            for cut in layout.sections
            if cut.code == section.code
            for group in cut.groups
            for one in group.measures
        ]
        assert shown == all_rows[: len(shown)]
        assert listed == (all_rows if pages else [])
        assert pages or shown == all_rows
        assert set(all_rows) <= layout.pages_of_records().keys()


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 170), min_size=1, max_size=4))
def test_no_page_has_more_rows_than_it_may(sizes: list[int]) -> None:
    layout = lay_out(_report(sizes))
    on_country_page = sum(len(group.measures) for section in layout.sections for group in section.groups)
    assert on_country_page <= max(ROWS_OF_A_COUNTRY, len(layout.sections))
    for page in layout.pages():
        assert sum(len(group.measures) for group in page.section.groups) <= ROWS_OF_A_PAGE


def test_a_country_with_few_records_has_one_page() -> None:
    layout = lay_out(_report([8, 8, 8]))
    assert not layout.further
    assert set(layout.pages_of_records().values()) == {COUNTRY_PAGE}
    assert layout.page_of_freedom("assembly") == f"{COUNTRY_PAGE}#assembly"


def test_a_freedom_with_many_records_has_pages_of_its_own() -> None:
    layout = lay_out(_report([100, 2]))
    assert [page.path for page in layout.further["assembly"]] == ["assembly.html", "assembly-2.html"]
    assert layout.page_of_freedom("assembly") == "assembly.html"
    assert "movement" not in layout.further


def test_records_without_a_freedom_have_a_page_too() -> None:
    layout = lay_out(_report([0, 0, 0, 90]))
    assert [page.path for page in layout.further[""]] == ["other.html", "other-2.html"]
