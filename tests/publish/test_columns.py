"""Records as flat rows: each column means one thing, and its cell is text."""

from datetime import date

from civic_tracker.declared.sources import all_sources
from civic_tracker.findings.summary import summarise
from civic_tracker.model.schema import Observation, Record
from civic_tracker.publish.columns import (
    CODEBOOK_COLUMNS,
    SUMMARY_COLUMNS,
    as_table,
    codebook_rows,
    measure_columns,
    measure_row,
    observation_columns,
    observation_row,
    overview_columns,
    overview_row,
    summary_rows,
)
from tests.support.examples import a_compiled_measure, a_dataset, a_measure, an_event, an_observation

ON = date(2020, 5, 15)


def test_a_measure_has_a_cell_for_every_column_and_a_column_for_every_field() -> None:
    assert list(measure_row(a_measure(), ON)) == measure_columns()
    assert set(Record.model_fields) <= set(measure_columns())
    assert len(set(measure_columns())) == len(measure_columns())


def test_every_cell_is_text() -> None:
    full = a_measure(ends="2020-06", retrieved="2021-05-02", updates_count=2, ending_understood=False)
    rows = [measure_row(full, ON), measure_row(an_event(), ON), observation_row(an_observation(lower=0.1))]
    assert all(isinstance(cell, str) for row in rows for cell in row.values())


def test_a_date_is_shown_with_its_precision() -> None:
    row = measure_row(a_measure(introduced="2020-03", ends="2021"), ON)
    assert (row["introduced"], row["introduced_precision"]) == ("2020-03", "month")
    assert (row["ends"], row["ends_precision"]) == ("2021", "year")
    assert (row["ended_on"], row["ended_on_precision"]) == ("", "")


def test_a_list_is_one_cell_with_bars_between_its_items() -> None:
    row = measure_row(
        a_measure(
            liberties=("assembly", "press"),
            ends_by_place=({"place": "Nairobi", "ends": "2020-06"}, {"place": "Mombasa", "ends": "2020-07-01"}),
            dates_mentioned=({"as_written": "26 March", "date": "2020-03-26", "year_from_source": True},),
        ),
        ON,
    )
    assert row["liberties"] == "assembly | press"
    assert row["ends_by_place"] == "Nairobi: 2020-06 | Mombasa: 2020-07-01"
    assert row["dates_mentioned"] == "26 March: 2020-03-26: True"


def test_truth_is_written_in_small_letters() -> None:
    assert measure_row(a_measure(may_have_ended=True), ON)["may_have_ended"] == "true"
    assert measure_row(a_measure(), ON)["may_have_ended"] == "false"


def test_status_and_membership_are_of_the_day_asked_about() -> None:
    measure = a_measure(country="HUN", ends="2020-06-30")
    before, after = measure_row(measure, ON), measure_row(measure, date(2020, 7, 1))
    assert (before["status"], before["status_on"]) == ("in_force_until", "2020-05-15")
    assert (after["status"], after["status_on"]) == ("end_date_passed", "2020-07-01")
    assert (measure_row(measure, date(2016, 1, 1))["ogp_membership"], before["ogp_membership"]) == (
        "member",
        "not_member",
    )


def test_the_source_is_named_with_its_licence() -> None:
    row = measure_row(a_measure(), ON)
    assert (row["source_name"], row["licence"]) == ("ICNL", "none stated")


def test_a_publishers_running_text_leaves_only_where_its_licence_lets_it() -> None:
    texts = {"description": "Running text.", "updates": ("An update.",)}
    withheld, ours = measure_row(a_measure(**texts), ON), measure_row(a_compiled_measure(**texts), ON)
    assert (withheld["description"], withheld["updates"]) == ("", "")
    assert (ours["description"], ours["updates"]) == ("Running text.", "An update.")


def test_a_figure_that_is_no_number_keeps_its_words() -> None:
    row = observation_row(an_observation(value=None, value_as_written="not applicable"))
    assert (row["value"], row["value_as_written"]) == ("", "not applicable")
    assert list(row) == observation_columns() == list(Observation.model_fields)


def test_a_summary_in_long_rows_counts_what_the_summary_counts() -> None:
    summary = summarise(a_dataset([a_measure(), a_measure(id="icnl-KEN-1", liberties=())]), "KEN", ON)
    rows = summary_rows(summary)
    assert all(tuple(row) == SUMMARY_COLUMNS for row in rows)
    counts = {(row["counted_by"], row["value"]): row["records"] for row in rows}
    assert counts["all", "all"] == "2"
    assert counts["all", "unclassified"] == "1"
    assert counts["liberty", "assembly"] == "1"
    assert counts["source: icnl", "has_entries"] == "2"
    assert {row["counted_by"] for row in rows if row["counted_by"].startswith("source: ")} == {
        f"source: {source}" for source in all_sources()
    }


def test_the_overview_of_a_country_is_one_row_with_a_zero_where_nothing_is() -> None:
    row = overview_row(summarise(a_dataset([a_measure()]), "KEN", ON))
    assert list(row) == overview_columns()
    assert (row["records"], row["liberty_assembly"], row["liberty_press"]) == ("1", "1", "0")
    assert (row["status_no_end_recorded"], row["source_icnl"]) == ("1", "has_entries")


def test_the_counts_of_the_overview_add_up() -> None:
    measures = [a_measure(), an_event(period="2020-04"), a_compiled_measure(ends="2020-04-01")]
    row = overview_row(summarise(a_dataset(measures), "KEN", ON))
    by_status = [int(cell) for name, cell in row.items() if name.startswith("status_")]
    by_instrument = [int(cell) for name, cell in row.items() if name.startswith("instrument_")]
    assert sum(by_status) == sum(by_instrument) == int(row["records"]) == 3


def test_the_codebook_explains_each_column_of_each_table_once_and_no_other() -> None:
    rows = codebook_rows()
    assert all(tuple(row) == CODEBOOK_COLUMNS for row in rows)
    explained = {
        table: [row["column"] for row in rows if row["table"] == table]
        for table in dict.fromkeys(r["table"] for r in rows)
    }
    assert explained == {
        "measures": measure_columns(),
        "observations": observation_columns(),
        "summary": overview_columns(),
        "country summary": list(SUMMARY_COLUMNS),
    }
    assert [row["column"] for row in rows if not row["meaning"].strip()] == []


def test_the_codebook_lists_the_values_of_a_closed_list() -> None:
    values = {row["column"]: row["values"] for row in codebook_rows() if row["table"] == "measures"}
    assert values["stage"] == "taken | proposed | unconfirmed"
    assert values["liberties"].startswith("assembly | association | expression")
    assert values["title"] == ""


def test_a_table_has_its_header_first_and_its_cells_in_that_order() -> None:
    assert as_table([{"b": "2", "a": "1"}], ["a", "b"]) == [["a", "b"], ["1", "2"]]
