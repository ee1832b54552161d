"""Records from rows and from measures."""

from civic_tracker.linking import compare, from_measure, profile, steps_of
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Record, Step
from tests.linking.invented import read, record


def measure(**fields: object) -> Record:
    given: dict[str, object] = {
        "id": "one-NOR-1",
        "source": "one",
        "evidence": "publisher",
        "stated_by": "One",
        "country": "NOR",
        "country_as_written": "Norway",
        "title": "Night curfew",
        "title_by": "publisher",
        "record_kind": "measure",
        "source_record": "a page",
        "introduced": PartialDate(2020, 3, 12),
    }
    return Record.model_validate(given | fields)


def test_the_step_stands_at_the_end_of_the_category() -> None:
    found = record("", category="Curfew (update: End of Policy)")
    assert (found.category, found.step) == ("Curfew", "update: end of policy")


def test_the_instrument_stands_in_brackets_at_the_end_of_the_text() -> None:
    found = record("Deadlines suspended [Decree 77/2020, art. 5]")
    assert (found.text, found.instrument) == ("Deadlines suspended", "Decree 77/2020, art. 5")


def test_an_end_that_a_publisher_fills_in_is_none() -> None:
    assert record("", date_end="2020-03-14").end is None
    assert record("", date_end="2023-12-02").end is None
    assert record("", date_end="2020-04-14").end == PartialDate(2020, 4, 14)


def test_a_row_and_a_measure_of_one_record_are_read_alike() -> None:
    text = "Curfew from 9 pm to 5 am until 3 April, Decree 77/2020"
    one = profile(from_measure(measure(title=text, tags_as_written=("Curfew",), place="Bergen")))
    other = read(text, category="Curfew", place="Bergen")
    same = ("kinds", "told", "step", "scope", "ends", "days", "clock", "numbers", "names", "content", "text")
    assert {name: getattr(one, name) for name in same} == {name: getattr(other, name) for name in same}


def test_a_title_made_of_labels_gives_way_to_the_description() -> None:
    found = from_measure(measure(title="Curfews", title_by="civic-tracker", description="From 9 pm to 5 am."))
    assert found.text == "From 9 pm to 5 am."
    assert "Curfews" in found.category


def test_a_measure_that_only_names_its_law_is_a_legal_basis() -> None:
    name = "Constitution (Article 48)"
    basis = from_measure(measure(title=name, instrument_name=name, declares_emergency="yes"))
    assert basis.legal_basis
    assert not from_measure(measure(instrument_name=name)).legal_basis
    declared = read("State of emergency declared", category="State of emergency declared")
    assert compare(profile(basis), declared).verdict == "same"


def test_later_steps_of_a_measure_are_records_of_their_own() -> None:
    step = Step(kind="extended", kind_as_written="Extended", on=PartialDate(2020, 4, 12), source_record="row 2")
    undated = Step(kind="other", kind_as_written="Note", on=None, source_record="row 3")
    thread = measure(history=(step, undated), updates=("Night curfew extended until 3 May.", "A note."))
    (later,) = steps_of(thread)
    assert (later.id, later.start) == ("one-NOR-1#1", PartialDate(2020, 4, 12))
    other = read("Curfew extended until May 3", date_start="2020-04-12", category="Curfew")
    assert compare(profile(later), other).verdict == "same"
    assert compare(profile(from_measure(thread)), other).verdict == "related"


def test_a_copy_in_the_internet_archive_is_the_page_it_was_made_of() -> None:
    one = read("", url="https://web.archive.org/web/20200401000000/https://www.example.org/news/")
    assert one.addresses == read("", url="https://example.org/news").addresses
