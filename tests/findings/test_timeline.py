"""The timeline counts every act once, places only what its date allows, and says the rest in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.findings.acts import Act, ActState, ActStatus, acts_of, status_of
from civic_tracker.findings.timeline import Timeline, build_timeline
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Effect, Liberty
from civic_tracker.words.languages import language
from civic_tracker.words.timeline_words import timeline_heads, timeline_rows, timeline_sentences
from tests.support.examples import a_measure

ON = date(2024, 1, 1)
ENGLISH = language("en")


def an_act(
    number: int, introduced: str | None = "2020-03-15", *liberties: Liberty, effect: Effect = "restricts"
) -> Act:
    return Act(
        id=f"act-{number}",
        country="KEN",
        records=(f"icnl-KEN-{number}",),
        sources=("icnl",),
        title="Example act",
        liberties=liberties,
        effect=effect,
        instrument="order",
        introduced=PartialDate.from_iso(introduced) if introduced else None,
        views=(),
        life=(),
    )


def a_state(state: ActState = "no_end_recorded", since: str | None = None) -> ActStatus:
    return ActStatus(state=state, on=ON, since=PartialDate.from_iso(since) if since else None, evidence=())


def a_timeline(*acts: tuple[Act, ActStatus]) -> Timeline:
    return build_timeline([act for act, _ in acts], {act.id: state for act, state in acts}, ON)


def _introduced(timeline: Timeline, lane: int = 0) -> dict[str, int]:
    counts = timeline.lanes[lane].introduced
    return {str(period): count for period, count in zip(timeline.bins, counts, strict=True) if count}


def _said(timeline: Timeline) -> str:
    return " ".join(timeline_sentences(timeline, ENGLISH))


def test_months_are_whole_years_of_months() -> None:
    timeline = a_timeline((an_act(1, "2020-03-15"), a_state()), (an_act(2, "2020-04"), a_state()))
    assert timeline.unit == "month"
    assert [str(timeline.bins[0]), str(timeline.bins[-1]), len(timeline.bins)] == ["2020-01", "2020-12", 12]
    assert _introduced(timeline) == {"2020-03": 1, "2020-04": 1}
    assert "Each bar is a month." in _said(timeline)


@pytest.mark.parametrize(
    ("last", "unit"),
    [
        ("2023-12", "month"),  # 48 months
        ("2024-01", "quarter"),
        ("2035-12", "quarter"),  # 16 years
        ("2036-01", "year"),
    ],
)
def test_the_span_of_the_dates_decides_what_a_bar_is(last: str, unit: str) -> None:
    timeline = a_timeline((an_act(1, "2020-01-31"), a_state("in_force_until", last)))
    assert timeline.unit == unit
    assert sum(timeline.lanes[0].scheduled) == 1


def test_an_act_of_a_quarter_is_counted_in_it() -> None:
    timeline = a_timeline((an_act(1, "2016-04-01"), a_state()), (an_act(2, "2021-12-31"), a_state()))
    assert _introduced(timeline) == {"2016-Q2": 1, "2021-Q4": 1}


def test_a_date_known_to_the_year_is_told_and_never_placed_in_a_month() -> None:
    timeline = a_timeline((an_act(1, "2020-03-15"), a_state("ended", "2021")), (an_act(2, "2015"), a_state()))
    assert timeline.unit == "month"
    assert _introduced(timeline) == {"2020-03": 1}
    assert (timeline.lanes[0].coarse, timeline.lanes[0].ends_apart, sum(timeline.lanes[0].ended)) == (1, 1, 0)
    assert "For 1 act only the year of introduction is known: it is not drawn." in _said(timeline)
    assert "Of 1 recorded end only the year is known: it is not drawn." in _said(timeline)


def test_dates_known_to_the_year_are_placed_where_a_bar_is_a_year() -> None:
    timeline = a_timeline((an_act(1, "2018"), a_state()), (an_act(2, "2020"), a_state("ended", "2021")))
    assert timeline.unit == "year"
    assert [str(one) for one in timeline.bins] == ["2018", "2019", "2020", "2021"]
    assert timeline.lanes[0].introduced == (1, 0, 1, 0)
    assert timeline.lanes[0].ended == (0, 0, 0, 1)


def test_an_act_without_a_date_is_told() -> None:
    timeline = a_timeline((an_act(1, None), a_state()))
    assert timeline.bins == ()
    assert timeline.lanes[0].undated == 1
    assert timeline_rows(timeline, ENGLISH) == []
    assert "For 1 act no date of introduction is recorded: it is not drawn." in _said(timeline)


def test_an_act_is_in_the_lane_of_each_of_its_freedoms_and_once_in_the_first() -> None:
    timeline = a_timeline((an_act(1, "2020-03", "movement", "assembly"), a_state()), (an_act(2, "2020-03"), a_state()))
    assert [(lane.code, lane.acts) for lane in timeline.lanes] == [("", 2), ("assembly", 1), ("movement", 1)]
    assert timeline.unnamed == 1
    assert "1 act names no freedom and is in the first row only." in _said(timeline)


def test_ends_are_recorded_or_scheduled_and_contrary_evidence_is_no_recorded_end() -> None:
    (lane,) = a_timeline(
        (an_act(1), a_state("ended", "2020-05-01")),
        (an_act(2), a_state("end_date_passed", "2020-05-31")),
        (an_act(3), a_state("in_force_until", "2024-02-01")),
        (an_act(4), a_state("contradicted", "2020-06-01")),
        (an_act(5), a_state()),
        (an_act(6, effect="relaxes"), a_state()),
        (an_act(7), a_state("unknown")),
    ).lanes
    assert (sum(lane.ended), sum(lane.scheduled)) == (2, 1)
    assert (lane.open, lane.contradicted, lane.relaxing, lane.unknown) == (2, 1, 1, 1)


def test_no_end_recorded_is_said_not_to_be_in_force() -> None:
    said = _said(a_timeline((an_act(1), a_state()), (an_act(2), a_state("contradicted", "2020-06-01"))))
    assert "For 2 acts no end is recorded; that does not say that they are in force." in said
    assert "Other evidence says that 1 of them is over." in said


def test_what_is_not_yet_introduced_is_not_counted() -> None:
    timeline = a_timeline((an_act(1), a_state()), (an_act(2, "2025-01-01"), a_state("not_yet_introduced")))
    assert timeline.lanes[0].acts == 1
    assert str(timeline.bins[-1]) == "2020-12"


def test_the_rows_say_what_the_lanes_hold_and_leave_out_what_is_empty() -> None:
    timeline = a_timeline((an_act(1, "2020-03-15", "movement"), a_state("ended", "2020-05-01")))
    assert timeline_heads(timeline, ENGLISH)[:3] == ["Freedom", "Month", "Introduced"]
    assert timeline_rows(timeline, ENGLISH) == [
        ["All acts", "March 2020", "1", "0", "0"],
        ["All acts", "May 2020", "0", "1", "0"],
        ["Movement", "March 2020", "1", "0", "0"],
        ["Movement", "May 2020", "0", "1", "0"],
    ]


def test_the_acts_of_a_country_give_its_timeline() -> None:
    measures = [a_measure(), a_measure(id="icnl-KEN-2", ended_on="2020-06-30", liberties=("movement", "assembly"))]
    acts = acts_of(measures, (), ())
    states = {one.id: status_of(one, {record.id: record for record in measures}, [], ON) for one in acts}
    timeline = build_timeline(acts, states, ON)
    assert [(lane.code, lane.acts, sum(lane.ended), lane.open) for lane in timeline.lanes] == [
        ("", 2, 1, 1),
        ("assembly", 2, 1, 1),
        ("movement", 1, 1, 0),
    ]


_DAYS = st.one_of(
    st.none(),
    st.integers(1990, 2030).map(str),
    st.builds("{:04d}-{:02d}".format, st.integers(1990, 2030), st.integers(1, 12)),
    st.builds("{:04d}-{:02d}-{:02d}".format, st.integers(2015, 2023), st.integers(1, 12), st.integers(1, 28)),
)
_STATES: st.SearchStrategy[ActState] = st.sampled_from(
    ["ended", "end_date_passed", "in_force_until", "contradicted", "no_end_recorded", "unknown"]
)
_LIBERTIES: st.SearchStrategy[list[Liberty]] = st.lists(
    st.sampled_from(["assembly", "movement", "oversight"]), unique=True
)
_EFFECTS: st.SearchStrategy[Effect] = st.sampled_from(["restricts", "relaxes"])


@given(st.lists(st.tuples(_DAYS, _LIBERTIES, _EFFECTS, _STATES, _DAYS)))
def test_every_act_and_every_end_is_counted_once_or_told_apart(
    drawn: list[tuple[str | None, list[Liberty], Effect, ActState, str | None]],
) -> None:
    acts = [
        (an_act(number, day, *codes, effect=effect), a_state(state, end))
        for number, (day, codes, effect, state, end) in enumerate(drawn)
    ]
    timeline = a_timeline(*acts)
    assert timeline.lanes[0].acts == len(drawn)
    for lane in timeline.lanes:
        own = [one for one in drawn if not lane.code or lane.code in one[1]]
        assert lane.acts == len(own) == sum(lane.introduced) + lane.undated + lane.coarse
        ends = sum(lane.ended) + sum(lane.scheduled) + lane.ends_apart
        assert ends == sum(state in {"ended", "end_date_passed", "in_force_until"} for *_, state, _ in own)
        assert lane.acts == ends + lane.open + lane.relaxing + lane.unknown
        assert len(lane.introduced) == len(lane.ended) == len(lane.scheduled) == len(timeline.bins)
