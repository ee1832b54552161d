from datetime import date

import pytest

from civic_tracker.counting.member_counts import count_members, members_with_measures, releases, variables
from civic_tracker.declared import members
from civic_tracker.declared.sources import get_source
from civic_tracker.errors import UsageError
from civic_tracker.model.schema import Observation
from tests.support.examples import a_compiled_measure, a_measure, an_observation

IN_MAY_2020 = date(2020, 5, 15)
GSOD = get_source("idea_gsod")


def figure(country: str, value: str, column: str = "C_A1", **changes: object) -> Observation:
    number = float(value) if value.replace(".", "").isdigit() else None
    fields = {
        "country": country,
        "indicator_as_written": column,
        "indicator": f"gsod_{column.lower()}",
        "value": number,
        "value_as_written": value,
    }
    return an_observation(**fields | changes)


FIGURES = [
    figure("KEN", "1"),
    figure("GHA", "0"),
    figure("AZE", "1"),  # suspended, and a member all the same
    figure("TZA", "1"),  # left in 2017
    figure("FRA", "1", release="v8"),
    figure("PER", "1", period="2019"),
    figure("KEN", "2", "C_A2"),
    figure("GHA", "3", "C_A2"),
]


def test_members_are_counted_and_named() -> None:
    found = count_members(FIGURES, GSOD, where="C_A1 = 1", members_on=IN_MAY_2020, period="2020", release="v7")
    assert (found.count, found.fulfil, found.do_not) == (2, ("AZE", "KEN"), ("GHA",))
    assert found.members == 78


def test_a_missing_figure_and_an_uncovered_member_are_no_answer() -> None:
    found = count_members(
        FIGURES, GSOD, where="C_A1 = 1 and C_A2 > 0", members_on=IN_MAY_2020, period="2020", release="v7"
    )
    assert found.fulfil == ("KEN",)
    assert found.missing == ("AZE", "PER")
    assert "FRA" in found.not_covered
    answered = len(found.fulfil) + len(found.do_not) + len(found.missing) + len(found.not_covered)
    assert answered == found.members == len([one for one in members.members(IN_MAY_2020) if one.counted])


def test_a_figure_may_be_named_by_our_name_in_any_case() -> None:
    by_ours = count_members(FIGURES, GSOD, where="GSOD_C_A1 = 1", members_on=IN_MAY_2020, period="2020", release="v7")
    assert by_ours.fulfil == ("AZE", "KEN")
    assert [one.column for one in by_ours.variables] == ["C_A1"]


def test_a_period_may_be_named_as_the_publisher_names_it() -> None:
    written = [figure("KEN", "1", period="2020-Q3", period_as_written="Jul-Sep")]
    for name in ("Jul-Sep", "jul-sep", "2020-Q3", "Q3 2020"):
        found = count_members(written, GSOD, where="C_A1 = 1", members_on=IN_MAY_2020, period=name)
        assert (found.count, found.period, found.period_as_written) == (1, "2020-Q3", "Jul-Sep")


def test_a_day_inside_a_run_of_days_has_the_figure_of_the_run() -> None:
    runs = [
        figure("KEN", "0", period="2020-03-01/2020-03-14", daily=True),
        figure("KEN", "4", period="2020-03-15/2020-06-30", daily=True),
    ]
    found = count_members(runs, GSOD, where="C_A1 = 4", members_on=IN_MAY_2020, period="2020-03-15")
    assert (found.fulfil, found.period) == (("KEN",), "2020-03-15")
    assert count_members(runs, GSOD, where="C_A1 = 4", members_on=IN_MAY_2020, period="2020-03-14").count == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"release": ""}, "several releases"),
        ({"release": "v9"}, "no release 'v9'"),
        ({"period": "2018"}, "It has: 2019, 2020"),
        ({"where": "C_A9 = 1"}, "no figure 'C_A9'. Near to it: C_A1"),
        ({"where": "C_A1 ="}, "is not understood"),
    ],
)
def test_a_question_that_has_no_answer_says_what_there_is(changes: dict[str, str], words: str) -> None:
    asked = {"where": "C_A1 = 1", "period": "2020", "release": "v7"} | changes
    with pytest.raises(UsageError) as error:
        count_members(FIGURES, GSOD, members_on=IN_MAY_2020, **asked)
    assert words in str(error.value)


def test_a_source_that_is_not_loaded_says_how_to_load_it() -> None:
    with pytest.raises(UsageError, match="civic-tracker import idea_gsod FILE"):
        count_members([], GSOD, where="C_A1 = 1", members_on=IN_MAY_2020, period="2020")


def test_releases_and_their_periods_are_listed_in_order() -> None:
    assert releases(FIGURES, GSOD) == {"v7": {"2019": "", "2020": ""}, "v8": {"2020": ""}}
    assert [one.column for one in variables(FIGURES, GSOD, "v7")] == ["C_A1", "C_A2"]


def test_members_with_measures_are_split_by_evidence() -> None:
    measures = [
        a_measure(liberties=("information",), effect="restricts"),
        a_compiled_measure(country="GHA", effect="restricts", place="Accra"),
        a_compiled_measure(country="KEN", effect="restricts"),
        a_compiled_measure(country="PER", effect="protects"),
        a_compiled_measure(country="FRA", effect="restricts", stage="proposed"),
        a_compiled_measure(country="ITA", effect="restricts", introduced="2020-09-01"),
        a_compiled_measure(country="TZA", effect="restricts"),
    ]
    found = members_with_measures(
        measures,
        ["icnl", "rti_compiled"],
        liberty="information",
        effect="restricts",
        until=date(2020, 8, 17),
        members_on=IN_MAY_2020,
    )
    assert (found.count, found.confirmed, found.other, found.only_places) == (2, ("KEN",), ("GHA",), ("GHA",))


def test_measures_count_from_the_very_day_that_is_asked_about() -> None:
    for until, expected in ((date(2020, 3, 14), 0), (date(2020, 3, 15), 1)):
        found = members_with_measures(
            [a_measure(liberties=("information",), effect="restricts")],
            ["icnl"],
            liberty="information",
            effect="restricts",
            until=until,
            members_on=IN_MAY_2020,
        )
        assert found.count == expected


def test_the_days_of_a_daily_series_are_one_period_from_the_first_to_the_last() -> None:
    runs = [
        an_observation(),
        an_observation(period="2020-03-15/2020-06-30", daily=True),
        an_observation(period="2020-01-01/2020-03-14", daily=True),
        an_observation(release="v10", period="2021", period_as_written="Year 2021"),
        an_observation(source="civicus_monitor", release="v1"),
        an_observation(release="v9", period="2020-05-01/2020-05-31", daily=True),
    ]
    found = releases([runs[4], *runs[:4], runs[5]], GSOD)
    assert found == {
        "v7": {"2020": "", "2020-01-01/2020-06-30": "each day"},
        "v9": {"2020-05-01/2020-05-31": "each day"},
        "v10": {"2021": "Year 2021"},
    }
    assert list(found) == ["v7", "v9", "v10"], "the oldest first, by number"


def test_only_figures_of_the_source_and_the_release_are_its_variables() -> None:
    figures = [figure("KEN", "1"), figure("KEN", "1", "C_B1", release="v8"), figure("KEN", "1", "X", source="oxcgrt")]
    assert [one.column for one in variables(figures, GSOD, "v7")] == ["C_A1"]


def asked(figures: list[Observation], **changes: str) -> str:
    """What is said to a question that has no answer."""
    question = {"where": "C_A1 = 1", "period": "2020"} | changes
    with pytest.raises(UsageError) as error:
        count_members(figures, GSOD, members_on=IN_MAY_2020, **question)
    return str(error.value)


def test_releases_that_are_there_are_named_in_their_order() -> None:
    figures = [figure("KEN", "1", release=release) for release in ("v10", "v8", "v9")]
    assert asked(figures).endswith(
        "has several releases here, and a figure is asked as of one: --release, one of v8, v9, v10."
    )
    assert asked([*figures, figure("KEN", "1", release="")], release="v7").endswith(
        "has no release 'v7' here. Loaded are: (without a name), v8, v9, v10."
    )


def test_a_release_without_a_name_needs_none() -> None:
    found = count_members(
        [figure("KEN", "1", release="")], GSOD, where="C_A1 = 1", members_on=IN_MAY_2020, period="2020"
    )
    assert (found.release, found.fulfil) == ("", ("KEN",))


def test_periods_that_are_there_are_named_as_the_publisher_names_them_too() -> None:
    figures = [figure("KEN", "1", period="2019"), figure("KEN", "1", period="2020-Q3", period_as_written="Jul-Sep")]
    assert asked(figures, period="Oct-Dec").endswith("v7 has no period 'Oct-Dec'. It has: 2019, 2020-Q3 (Jul-Sep).")
    found = count_members(figures, GSOD, where="C_A1 = 1", members_on=IN_MAY_2020, period="2019")
    assert found.period_as_written == "2019"


def test_a_figure_that_is_near_is_suggested_three_at_most_and_what_is_far_is_not() -> None:
    figures = [figure("KEN", "1", f"media_{letter}") for letter in "abcde"]
    near = asked(figures, where="media_x = 1")
    assert "has no figure 'media_x'. Near to it: media_a, media_b, media_c. List them: " in near
    assert "has no figure 'zzz'. List them: civic-tracker indicator --source idea_gsod --list" in asked(
        figures, where="zzz = 1"
    )


def test_a_figure_in_words_is_compared_as_it_is_written() -> None:
    figures = [
        figure("KEN", "obstructed", "rating"),
        figure("GHA", "narrowed", "rating"),
    ]
    found = count_members(figures, GSOD, where="rating = 'obstructed'", members_on=IN_MAY_2020, period="2020")
    assert (found.fulfil, found.do_not) == (("KEN",), ("GHA",))
