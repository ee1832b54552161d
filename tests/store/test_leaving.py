"""What of a publisher's words may leave, and that every field says what its words are."""

import pytest

from civic_tracker import leaving
from civic_tracker.declared.terms import load_terms, words_read
from civic_tracker.leaving import NAMES, TERM, TERMS, TITLE, is_term
from civic_tracker.model.schema import Record
from civic_tracker.publish.dictionary import MODELS
from civic_tracker.store.fitting import fits, fitting_terms, quoted


def test_every_field_that_holds_words_is_declared() -> None:
    missing = [
        (model.__name__, name)
        for model in MODELS
        for name, field in model.model_fields.items()
        if leaving.holds_words(field.annotation) and name not in leaving.kinds_of(model)
    ]
    assert missing == []
    assert set(leaving.text_fields(Record)) == {"description", "updates"}


@pytest.mark.parametrize("words", ["Freedom of the Press", "4/1/2018 upon CAF visit", "St. Vincent", "Watch flag", ""])
def test_few_words_are_a_term(words: str) -> None:
    assert is_term(words)
    assert fits(TERM, words) == words


@pytest.mark.parametrize(
    "words",
    [
        "the police closed the office today",
        "He was arrested. He died.",
        "x" * 61,
        "警察は今日事務所を閉鎖し記者を逮捕した",
    ],
)
def test_many_words_and_sentences_are_no_term(words: str) -> None:
    assert fits(TERM, words) == ""
    assert quoted(words) == f"(text of {len(words)} characters)"


def test_a_long_term_of_the_table_leaves_as_it_stands() -> None:
    words = "The policy is a one-time measure (e.g. publication of guidelines)"
    assert fits(TERM, words) == words
    assert fits(TERM, f"{words} and more") == ""
    both = "Mandatory with Fines; Mandatory (Other; please list other enforcement mechanisms in the text entry)"
    assert fits(TERMS, both) == both


def test_a_text_cut_at_its_commas_is_no_list_of_terms() -> None:
    assert fitting_terms(("Assembly", "a new term")) == ("Assembly", "a new term")
    assert fitting_terms(("Assembly", "the police", "came at night", "and left")) == ("Assembly",)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Kailash Chand Meena, Divisional Commissioner of Kota under Government of Rajasthan", True),
        ("Mneen, rural Damascus, alSit Zayna and Al-Tay neighbourhood in Qamishli city", True),
        ("Prevent a law and order situation during and after security forces operation", False),
        ("where some civilians were reported to have been killed during protests", False),
    ],
)
def test_names_are_told_from_a_sentence(words: str, expected: bool) -> None:
    assert (fits(NAMES, words) == words) is expected


def test_a_title_is_cut_with_a_mark() -> None:
    assert fits(TITLE, "x" * 400) == "x" * 299 + "…"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Extended until 30 June 2020. The ministry said that it would go on.", "Extended until 30 June 2020"),
        ("Expires 30 June 2020 (Quebec), 15 July 2020 (Ontario); the rest follows later on", None),
        ("Repealed on 2020-05-26 and the law came back a year later", "Repealed on 2020-05-26"),
        ("The ministry said that it expires on 30 June 2020.", ""),
    ],
)
def test_of_words_about_an_end_only_those_that_are_read_are_kept(text: str, read: str | None) -> None:
    expected = "Expires 30 June 2020 (Quebec), 15 July 2020 (Ontario)" if read is None else read
    assert words_read(load_terms(), "icnl", text, None) == expected
