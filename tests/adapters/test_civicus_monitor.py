"""CIVICUS Monitor's ratings: the scale, the day, and the keys that are no codes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civic_tracker.adapters.civicus_monitor import parse
from civic_tracker.building.figures import indicator_of
from civic_tracker.building.normalise import Origin
from civic_tracker.building.records import Part, Records, records_of
from civic_tracker.declared.sources import get_source
from civic_tracker.declared.terms import load_terms
from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed
from civic_tracker.model.schema import Observation
from tests.adapters.checks import SYNTHETIC, read_of, refusal_of

NAME = "civicus_monitor_synthetic_2020-02-03.json"
FILE = (SYNTHETIC / NAME).read_bytes()


def read(content: bytes = FILE, name: str = NAME, url: str = "") -> Parsed:
    return parse(Document(name, content, url))


def one(key: str, rating: object, slug: str = "https://example.org/country/example/") -> bytes:
    return json.dumps({key: {"fillKey": rating, "slug": slug}}).encode()


def records(parsed: Parsed) -> Records:
    return records_of(get_source("civicus_monitor"), [(Part(parsed, Origin("sha256:0")),)], load_terms())


def observation(iso3: str) -> Observation:
    return next(found for found in records(read()).observations if found.country == iso3)


def test_a_rating_is_a_figure_of_the_day_in_the_name() -> None:
    found = observation("CPV")
    assert (found.value, found.value_as_written, str(found.period)) == (1, "1", "2020-02-03")
    assert found.indicator == "civicus_civic_space_rating"
    assert found.source_url == "https://example.org/country/cape-verde/"


def test_a_rating_in_tidied_json_is_a_copy_and_says_so() -> None:
    assert (observation("CPV").evidence, observation("CPV").stated_by) == (
        "copy",
        "CIVICUS Monitor, as copied by: users of its map, who tidied the data into JSON",
    )


def test_the_scale_stands_beside_the_indicator() -> None:
    found = indicator_of("civicus_monitor", "fillKey")
    assert found is not None
    assert (found.scale, found.liberty) == ("1-5", "")
    assert "1 closed, 2 repressed, 3 obstructed, 4 narrowed, 5 open" in found.name_en


def test_kosovo_has_no_code_and_is_known_by_its_name() -> None:
    assert observation("XKX").country_as_written == "kosovo"


@pytest.mark.parametrize("slug", ["https://example.org/country/st-vincent-and-grenadines/", ""])
def test_the_publishers_own_code_of_saint_vincent_is_read(slug: str) -> None:
    (found,) = records(read(one("SVT", "4", slug))).observations
    assert found.country == "VCT"


def test_a_code_and_an_address_that_differ_are_not_guessed() -> None:
    found = records(read(one("UGA", "2", "https://example.org/country/kenya/")))
    assert (found.observations, [problem.code for problem in found.problems]) == ([], ["code_and_name_differ"])


def test_a_country_without_a_rating_is_set_aside() -> None:
    assert [(aside.locator, aside.reason) for aside in read().asides] == [("key GRL", "no rating (printed: 'None')")]


def test_a_rating_that_is_a_number_is_read_too() -> None:
    assert read(one("KEN", 3)).figures[0].value == "3"


@pytest.mark.parametrize(
    ("name", "url", "day"),
    [
        ("civicus_2021-03-19.json", "", "2021-03-19"),
        ("2021-03-19 civicus.json", "https://example.org/2020-01-01.json", "2021-03-19"),
        ("civicus.json", "https://example.org/civicus_2021-03-19.json", "2021-03-19"),
    ],
)
def test_the_day_is_that_of_the_name_else_of_the_address(name: str, url: str, day: str) -> None:
    assert {figure.period for figure in read(FILE, name, url).figures} == {day}


@pytest.mark.parametrize(
    "name",
    ["civicus.json", "civicus_2021.json", "civicus_2021-13-19.json", "2021-01-01_2021-02-01.json", "2021-03-190"],
)
def test_ratings_of_an_unknown_day_are_refused_with_what_to_do(name: str) -> None:
    assert "Name the file after the day it was saved" in refusal_of(parse, FILE, name)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"[1]", "found a JSON list"),
        (b"{}", "found an empty object"),
        (b"<!DOCTYPE html><html><body><p>Example</p></body></html>", "found an HTML page"),
        (b"COUNTRIES_DATA = {'KEN': {fillKey: 2}};", "expected JSON"),
        (b'{"KEN": 2}', "'KEN' has no 'fillKey'"),
        (b'{"KEN": {"score": 2}}', "'KEN' has no 'fillKey'"),
        (one("KEN", "6"), "the rating '6', expected 1 to 5"),
        (one("KEN", "None"), "found 1 countries without"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, says: str) -> None:
    assert says in refusal_of(parse, content, NAME)


def test_damage_never_ends_in_another_error(damaged: Callable[[bytes], Iterator[bytes]]) -> None:
    for parsed in read_of(parse, damaged(FILE), NAME):
        assert parsed.figures


def test_the_real_file_rates_196_countries(recordings: Path) -> None:
    parsed = parse(read_file(recordings / "civicus_monitor" / "civicus_2021-03-19.json"))
    found = records(parsed)
    assert (len(parsed), len(found.observations), found.count.asides, found.count.rejected) == (197, 196, 1, 0)
    assert {one.country for one in found.observations} == set(get_source("civicus_monitor").coverage.countries)
    assert {one.value for one in found.observations} == {1, 2, 3, 4, 5}
