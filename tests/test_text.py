"""Publishers' text is cleaned of what misleads a reader, and only web addresses become links."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from civic_tracker.model.schema import Url
from civic_tracker.text import LONGEST_ADDRESS, clean, clean_text, cut, json_text, legible, shorten, web_address


def test_a_line_of_text_has_single_blanks_and_no_line_breaks() -> None:
    assert clean("  An\u00a0example\r\n\ttitle ") == "An example title"


@pytest.mark.parametrize("mark", ["\x00", "\x1b", "\x7f", "\u202e", "\u2066", "\ufeff", "\ud800"])
def test_characters_that_mislead_or_break_files_are_taken_out(mark: str) -> None:
    assert clean(f"good{mark}text") == "good text"


@pytest.mark.parametrize("text", ["الطوارئ", "État d’urgence", "戒严", "👩🏽‍⚖️ ruling", "naïve"])
def test_letters_of_every_language_and_emoji_stay(text: str) -> None:
    assert clean(text) == text


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.text())
def test_cleaned_text_can_be_written_to_a_file(text: str) -> None:
    assert clean(text).encode().decode() == clean(text)
    assert "\n" not in clean(text)


def test_paragraphs_stay_apart_and_empty_ones_go() -> None:
    assert clean_text("First  paragraph.\r\n\r\n  \nSecond.") == "First paragraph.\nSecond."


def test_a_text_that_is_too_long_ends_in_an_ellipsis() -> None:
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"


def test_a_text_that_a_page_cannot_show_whole_is_cut_and_nothing_else_of_it_changes() -> None:
    assert cut("a  b\u00a0c", 6) == "a  b\u00a0c"
    assert cut("a  b\u00a0cd", 6) == "a  b\u00a0…"


@given(st.text())
def test_a_legible_text_differs_only_where_a_character_is_shown_in_place_of_another(text: str) -> None:
    shown = legible(text)
    assert len(shown) == len(text)
    assert {one for one, other in zip(shown, text, strict=True) if one != other} <= {"\ufffd"}
    assert " ".join(shown.replace("\ufffd", " ").split()) == clean(text.replace("\ufffd", " "))


@given(st.lists(st.text(st.characters())))
def test_json_for_people_is_legible_and_loses_nothing(texts: list[str]) -> None:
    written = json_text(texts)
    assert legible(written) == written
    assert json.loads(written) == texts


def test_an_address_longer_than_a_server_must_read_is_none() -> None:
    longest = "https://example.org/".ljust(LONGEST_ADDRESS, "x")
    assert web_address(longest) == longest
    assert web_address(f"{longest}x") == ""


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " jAvAsCrIpT:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "ftp://example.org/",
        "//example.org/",
        "example.org",
        "https:example.org",
        "https:///path",
        "https://@",
        "https://:80/",
        "http://[",
        "",
    ],
)
def test_what_is_no_web_address_with_a_host_becomes_nothing(address: str) -> None:
    assert web_address(address) == ""


def test_a_web_address_is_kept_with_its_query_and_its_blanks_escaped() -> None:
    assert web_address(" https://example.org/a b?c=d&e#f ") == "https://example.org/a%20b?c=d&e#f"


@pytest.mark.parametrize("address", ["HTTPS://Example.org/A", "Http://example.org"])
def test_a_scheme_in_capitals_is_written_small_so_that_the_schema_takes_it(address: str) -> None:
    found = web_address(address)
    assert found == address.replace("HTTPS", "https").replace("Http", "http")
    assert TypeAdapter(Url).validate_python(found) == found


@given(st.text(), st.sampled_from(["https://example.org/", "HTTP://example.org/", "", "javascript:"]))
def test_whatever_is_taken_for_an_address_fits_the_schema(text: str, start: str) -> None:
    TypeAdapter(Url).validate_python(web_address(start + text))
