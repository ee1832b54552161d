"""What a national forum can do depends on the freedoms concerned and on the day; no text pronounces a breach."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from civic_tracker.declared.routes import PLACEHOLDERS, Route, read_routes, route_table, routes_for
from civic_tracker.declared.vocabulary import GROUND_WORDS, liberties
from civic_tracker.errors import DeclarationError
from civic_tracker.model.schema import Liberty
from civic_tracker.words.languages import COLUMNS_FOR, available, language, read_language
from civic_tracker.words.route_words import name_route, say_route

MAY_2020, JULY_2025 = date(2020, 5, 15), date(2025, 7, 1)
HEAD = "route,order,for,since,until,name_en,name_es,name_fr,text_en,text_es,text_fr,url,basis"


def _open(*liberties: Liberty, acts: int = 0, on: date = JULY_2025) -> list[Route]:
    return routes_for(liberties, acts, on)


def _routes(found: Sequence[Route]) -> list[str]:
    return [one.words.route for one in found]


def _one(route: str, found: Sequence[Route]) -> Route:
    (own,) = [one for one in found if one.words.route == route]
    return own


def test_without_a_restriction_there_is_no_route() -> None:
    assert _open() == []


def test_a_restriction_of_assembly_opens_every_route() -> None:
    assert _routes(_open("assembly", acts=1)) == [
        "agenda",
        "commitment",
        "challenge",
        "irm",
        "response_policy",
        "rapid_response",
    ]


def test_a_restriction_of_movement_touches_no_ground_of_the_response_policy_and_no_area_of_the_challenge() -> None:
    assert _routes(_open("movement", acts=1)) == ["agenda", "commitment", "irm"]


def test_acts_that_concern_no_known_freedom_are_still_for_the_agenda_and_the_researcher() -> None:
    assert _routes(_open(acts=2)) == ["agenda", "irm"]


def test_the_forum_that_meets_every_six_months_is_that_of_the_standards_of_2022() -> None:
    def agenda(on: date) -> str:
        return say_route(_one("agenda", _open("press", on=on)), language("en"))

    assert "six months" not in agenda(date(2021, 12, 31))
    assert "six months" in agenda(date(2022, 1, 1))


def test_the_open_gov_challenge_is_not_for_the_year_of_the_pandemic() -> None:
    assert "challenge" not in _routes(_open("press", on=MAY_2020))
    assert "challenge" in _routes(_open("press", on=date(2024, 1, 1)))


def test_a_route_known_to_begin_within_a_time_is_given_only_from_its_end_on() -> None:
    def known(on: date) -> set[str]:
        return set(_routes(_open("press", on=on)))

    assert "rapid_response" not in known(date(2018, 12, 30))
    assert "rapid_response" in known(date(2018, 12, 31))
    assert "response_policy" not in known(date(2014, 9, 29))
    assert "response_policy" in known(date(2014, 9, 30))


def test_the_protocol_of_september_2020_took_the_place_of_the_rapid_response_of_2018() -> None:
    before = _one("rapid_response", _open("press", on=date(2020, 9, 14)))
    after = _one("rapid_response", _open("press", on=date(2020, 9, 15)))
    assert "Support Unit" in say_route(before, language("en"))
    assert "15 September 2020" in say_route(after, language("en"))


def test_a_text_names_the_areas_of_the_freedoms_concerned_once_each_and_says_who_assigned_them() -> None:
    found = _open("expression", "assembly", "association")
    challenge = say_route(_one("challenge", found), language("en"))
    assert challenge.count("Civic Space") == 1
    assert "this project, not OGP, assigns them" in challenge
    assert "Civic Space; Freedom of Association; Misinformation" in say_route(_one("commitment", found), language("en"))


@pytest.mark.parametrize(
    ("code", "grounds", "area", "count"),
    [
        ("en", "media freedom", "Media and Telecommunications", "1,234"),
        ("es", "la libertad de los medios", "Medios de comunicación y telecomunicaciones", "1.234"),
        ("fr", "la liberté des médias", "Médias et télécommunications", "1\u202f234"),
    ],
)
def test_areas_grounds_and_numbers_are_in_the_readers_language(code: str, grounds: str, area: str, count: str) -> None:
    found, say = _open("press", acts=1234), language(code)
    assert grounds in say_route(_one("response_policy", found), say)
    assert area in say_route(_one("commitment", found), say)
    assert count in say_route(_one("agenda", found), say)


def test_the_order_of_the_freedoms_does_not_matter() -> None:
    assert _open("press", "assembly", acts=1) == _open("assembly", "press", acts=1)


def test_every_text_is_filled_in_every_language_on_every_day_it_applies() -> None:
    days = [row.since.last_day() if row.since else MAY_2020 for row in route_table()]
    for code in available():
        for route in (one for day in days for one in routes_for(get_args(Liberty), 3, day)):
            text = say_route(route, language(code))
            assert not re.search(r"[{}]|: \.|\[en\]", text)
            assert name_route(route, language(code))


def test_the_response_policy_is_told_as_a_process_and_no_breach_is_pronounced() -> None:
    text = say_route(_one("response_policy", _open("information", acts=1, on=MAY_2020)), language("en"))
    assert "for OGP to decide" in text
    for row in route_table():
        assert not re.search(r"\b(breach|violat|unlawful|illegal)", row.text_en)


def test_every_ground_of_the_table_of_freedoms_has_words() -> None:
    assert {one.response_policy_ground for one in liberties().values()} - {""} == GROUND_WORDS.keys()


def test_every_row_tells_where_it_was_read() -> None:
    assert all(row.url.startswith("https://www.opengovpartnership.org/") and row.basis for row in route_table())


def test_spanish_and_french_keep_their_marks() -> None:
    for row in route_table():
        assert not re.search(r" [:;?!»]|« |'|\"", row.name_fr + row.text_fr)
        assert not re.search(r" [:;?!]|\"", row.name_es + row.text_es)


def test_a_fourth_language_reads_english_that_is_marked_until_it_is_translated(tmp_path: Path) -> None:
    path = tmp_path / "civic_tracker.po"
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    path.write_text(head + '\nmsgctxt "ogp route"\nmsgid "OGP\'s Response Policy"\nmsgstr "Política"\n', "utf-8")
    say = read_language("pt", path)
    found = _open("press")
    assert name_route(_one("response_policy", found), say) == "Política"
    assert name_route(_one("agenda", found), say).endswith("[en]")
    assert say_route(_one("agenda", found), say).endswith("[en]")


def _row(**cells: str) -> str:
    row = dict.fromkeys(HEAD.split(","), "x") | {"order": "1", "for": "restriction", "since": "", "until": ""}
    return ",".join((row | {"url": "https://example.org/"} | cells)[name] for name in HEAD.split(","))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"for": "everybody"}, r"line 2: 'for' is 'everybody'; it may be: restriction, policy area"),
        ({"order": "first"}, "line 2: the order 'first' is not a number"),
        ({"url": "ogp"}, "line 2: 'ogp' is not a web address"),
        ({"text_fr": ""}, "line 2: 'text_fr' is empty"),
        ({"basis": ""}, "line 2: 'basis' is empty"),
        ({"text_en": "{grounds}"}, r"line 2: a route for a restriction has no value for \{grounds\}"),
        ({"text_es": "{n}"}, "line 2: text_es has other"),
        ({"text_en": "{"}, "line 2: "),
        ({"since": "soon"}, "line 2: 'soon' is not a date"),
        ({"since": "2022", "until": "2021"}, "line 2: ends before it begins"),
    ],
)
def test_a_row_that_breaks_the_rules_is_refused_with_its_line(tmp_path: Path, cells: dict[str, str], says: str) -> None:
    path = tmp_path / "ogp_routes.csv"
    path.write_text(f"{HEAD}\n{_row(**cells)}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=says):
        read_routes(path)


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ({"until": "2021-12-31"}, {"since": "2021-12-31"}, "line 3: the route 'x' has two texts for one day"),
        ({}, {}, "line 3: the route 'x' has two texts for one day"),
        ({}, {"route": "y"}, "line 3: the route 'y' and the order 1 do not go together"),
    ],
)
def test_two_rows_of_a_route_do_not_overlap(
    tmp_path: Path, first: dict[str, str], second: dict[str, str], says: str
) -> None:
    path = tmp_path / "ogp_routes.csv"
    path.write_text("\n".join((HEAD, _row(**first), _row(**second), "")), encoding="utf-8")
    with pytest.raises(DeclarationError, match=says):
        read_routes(path)


def test_every_language_of_the_tables_has_its_columns() -> None:
    assert {f"text_{code}" for code in COLUMNS_FOR} <= set(HEAD.split(","))
    assert {row.open_to for row in route_table()} <= PLACEHOLDERS.keys()
