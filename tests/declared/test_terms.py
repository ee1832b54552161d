"""The mapping tables: what they give, and what they refuse."""

from pathlib import Path

import pytest

from civic_tracker import paths
from civic_tracker.declared import terms
from civic_tracker.declared.tables import read_table
from civic_tracker.declared.terms import load_terms, read_ending, suggested
from civic_tracker.errors import DeclarationError
from civic_tracker.model.dates import PartialDate

ICNL_TAGS = (
    *("Access to Information", "Assembly", "Association", "Discrimination", "Disinformation", "Emergency"),
    *("Expression", "Militarization", "Movement", "Press Freedom", "Privacy", "Surveillance"),
)


@pytest.mark.parametrize("tag", ICNL_TAGS)
def test_every_tag_that_icnl_was_seen_to_publish_gives_a_liberty(tag: str) -> None:
    found = load_terms().look_up("icnl", "tags", tag)
    assert found is not None
    assert [term.value for term in found if term.gives == "liberty"]


@pytest.mark.parametrize("kind", ["order", "law", "regulation", "policy", "practice"])
def test_every_type_of_icnl_is_an_instrument(kind: str) -> None:
    (term,) = load_terms().look_up("icnl", "type", kind) or []
    assert (term.gives, term.value) == ("instrument", kind)


def test_a_term_is_found_whatever_its_case_accents_and_quotes() -> None:
    assert load_terms().look_up("icnl", "tags", "  access  TO information ")


def test_an_unknown_term_is_none_and_not_a_default() -> None:
    assert load_terms().look_up("icnl", "tags", "Weather") is None


def test_rows_that_nobody_used_are_known() -> None:
    table = load_terms()
    table.look_up("icnl", "type", "order")
    unused = {(term.field, term.term) for term in table.unused({"icnl"})}
    assert ("type", "order") not in unused
    assert ("type", "law") in unused


def test_to_watch_is_not_taken_for_concerning() -> None:
    table = load_terms()
    watched = table.look_up("idea_monitor", "assessment", "Potentially concerning - to watch") or []
    concerning = table.look_up("idea_monitor", "assessment", "Concerning developments") or []
    assert ([term.value for term in watched], [term.value for term in concerning]) == (["to_watch"], ["concerning"])


@pytest.mark.parametrize(
    ("words", "ends", "ended_on"),
    [
        ("Expires 31 December 2021", "2021-12-31", ""),
        ("Expires 8/4/21", "2021-08-04", ""),
        ("Expires on 3 May 2020", "2020-05-03", ""),
        ("Lifted on 9/1/20", "", "2020-09-01"),
        ("Repealed on 2022-05-17", "", "2022-05-17"),
        ("Struck down 2021-04", "", "2021-04"),
        ("2020-06-06", "2020-06-06", ""),
        ("Ongoing", "", ""),
        ("Extended and expanded on 6 April 2020", "", ""),
    ],
)
def test_words_about_an_end_are_read(words: str, ends: str, ended_on: str) -> None:
    ending = read_ending(load_terms(), "icnl", words, "MDY")
    assert ending.understood
    assert (str(ending.ends or ""), str(ending.ended_on or "")) == (ends, ended_on)


def test_two_expiries_with_places_keep_both_and_the_later_is_the_end() -> None:
    ending = read_ending(load_terms(), "icnl", "Expires 7/16/2021 (Example Town) and 7/22/2021 (Île)", "MDY")
    assert ending.ends == PartialDate(2021, 7, 22)
    assert ending.by_place == (("Example Town", PartialDate(2021, 7, 16)), ("Île", PartialDate(2021, 7, 22)))


@pytest.mark.parametrize(
    "words",
    [
        "Expires soon",
        "Expires 8/4/21 unless renewed",
        "Expires 7/16/2021 and 7/22/2021",
        "Modified on 3 May 2020",
        "Expires 31 February 2021",
        "Ends when the emergency ends",
    ],
)
def test_an_end_that_is_not_wholly_understood_gives_no_date(words: str) -> None:
    ending = read_ending(load_terms(), "icnl", words, "MDY")
    assert not ending.understood
    assert (ending.ends, ending.ended_on) == (None, None)


def test_a_numeric_end_is_not_read_without_a_declared_order() -> None:
    assert not read_ending(load_terms(), "icnl", "Expires 8/4/21", None).understood


def test_keywords_suggest_in_the_order_of_the_schema() -> None:
    assert suggested("liberty", "Curfew and ban on gatherings") == ("assembly", "movement")
    assert suggested("liberty", "Toque de queda") == ("movement",)
    assert suggested("liberty", "Deadly floods") == ()


def test_keywords_match_whole_words_only() -> None:
    assert suggested("effect", "Urban planning law") == ()
    assert suggested("reversal", "The order was extended") == ()
    assert suggested("reversal", "The order was lifted") == ("yes",)


def _with_table(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(paths, "mappings_dir", lambda: folder)
    terms.term_rows.cache_clear()


def test_a_row_that_gives_what_the_schema_lacks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = "icnl,tags,Assembly,liberty,happiness,\n"
    _with_table(tmp_path, monkeypatch, "terms.csv", f"source,field,term,gives,value,why\n{row}")
    with pytest.raises(DeclarationError, match="line 2: column 'value': gives the unknown liberty 'happiness'"):
        load_terms()
    terms.term_rows.cache_clear()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("source,field\n", "lacks the column 'gives'"),
        ("source,field,term,gives,value,why,more\n", "unknown column 'more'"),
        ("source,field,term,gives,value,why\na,b\n", "line 2: does not have 6 cells"),
    ],
)
def test_a_broken_table_is_named_with_its_fault(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(content, encoding="utf-8")
    columns = frozenset({"source", "field", "term", "gives", "value", "why"})
    with pytest.raises(DeclarationError, match=says):
        read_table(path, required=columns, allowed=columns)


@pytest.mark.parametrize("name", ["terms.csv", "keywords.csv", "indicators.csv"])
def test_mapping_tables_are_sorted_and_hold_no_row_twice(name: str) -> None:
    lines = (paths.mappings_dir() / name).read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == len(set(lines))
    assert [line.split(",")[0] for line in lines] == sorted(line.split(",")[0] for line in lines)
