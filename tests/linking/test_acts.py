"""An act is shown once, with all who report it, and stands or fell by somebody's evidence."""

from datetime import date

import pytest

from civic_tracker.findings.acts import Act, ActStatus, acts_of, status_of
from civic_tracker.findings.rollback import rollback
from civic_tracker.model.schema import ActRow, LinkRow, Record
from civic_tracker.store.contents import Dataset
from tests.support.examples import a_dataset, a_measure, an_event

ON = date(2021, 6, 1)


def icnl(**changes: object) -> Record:
    return a_measure(**{"effect": "restricts"} | changes)


def acaps(**changes: object) -> Record:
    own = {"id": "acaps-KEN-p1", "source": "acaps", "stated_by": "ACAPS", "title": "Limit public gatherings"}
    return a_measure(**own | {"effect": "restricts", "introduced": "2020-03-27"} | changes)


def spell(first: str, until: str | None, **changes: object) -> Record:
    own = {"id": f"oxcgrt-KEN-p{first}", "source": "oxcgrt", "stated_by": "OxCGRT", "title": "C4: level 4"}
    return a_measure(
        **own | {"record_kind": "spell", "introduced": first, "ended_on": until, "effect": "restricts"} | changes
    )


def one_act(*measures: Record, links: tuple[LinkRow, ...] = ()) -> Act:
    rows = [ActRow(act="act-KEN-1", record=one.id, home=measures[0].id) for one in measures]
    (act,) = (one for one in acts_of(measures, rows, links) if one.id == "act-KEN-1")
    return act


def state(*measures: Record, spells: tuple[Record, ...] = (), on: date = ON) -> ActStatus:
    return status_of(one_act(*measures), {one.id: one for one in measures}, spells, on)


def test_what_two_trackers_record_is_one_act_with_both_beside_each_other() -> None:
    act = one_act(icnl(), acaps())
    assert act.sources == ("acaps", "icnl") or act.sources == ("icnl", "acaps")
    days = next(view for view in act.views if view.field == "introduced")
    assert not days.agreed
    assert days.days_apart == 12
    assert {one.value for one in days.values} == {"2020-03-15", "2020-03-27"}
    assert str(act.introduced) == "2020-03-15"


def test_spells_events_of_a_month_and_proposals_are_no_acts() -> None:
    measures = [spell("2020-03-15", None), an_event(), icnl(stage="proposed")]
    assert acts_of(measures, [], []) == []


def test_a_measure_alone_is_an_act_with_an_id_of_its_own() -> None:
    (act,) = acts_of([icnl()], [], [])
    assert act.records == (icnl().id,)
    assert act.id.startswith("act-KEN-")


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        ((icnl(), acaps()), "no_end_recorded"),
        ((icnl(), acaps(ended_on="2020-09-28")), "ended"),
        ((icnl(ends="2020-05-01"), acaps()), "end_date_passed"),
        ((icnl(ends="2022-05-01"), acaps()), "in_force_until"),
        ((icnl(ends="2020-05-01"), acaps(ends="2022-05-01")), "in_force_until"),
        ((icnl(introduced="2021-07-01"), acaps(introduced="2021-07-01")), "not_yet_introduced"),
        ((icnl(ending_understood=False),), "unknown"),
    ],
)
def test_the_state_of_an_act_is_what_its_records_say_together(measures: tuple[Record, ...], expected: str) -> None:
    found = state(*measures)
    assert found.state == expected
    assert bool(found.evidence) == (expected != "not_yet_introduced")


def test_an_end_names_who_records_it() -> None:
    found = state(icnl(), acaps(ended_on="2020-09-28"))
    assert found.evidence == ("ACAPS records that it ended on 2020-09-28.",)
    assert str(found.since) == "2020-09-28"


def test_no_recorded_end_is_never_in_force() -> None:
    assert state(icnl()).state == "no_end_recorded"
    assert str(state(icnl()).last_confirmed) == "2020-03-15"


def test_a_daily_series_that_came_down_contradicts_a_measure_without_an_end() -> None:
    found = state(icnl(), spells=(spell("2020-03-10", "2020-06-01"), spell("2020-06-01", "2020-09-01")))
    assert (found.state, str(found.since)) == ("contradicted", "2020-09-01")
    assert "OxCGRT" in found.evidence[0]


@pytest.mark.parametrize(
    "spells",
    [
        (spell("2020-03-10", None),),  # the series stops without saying
        (spell("2020-04-10", "2020-09-01"),),  # it did not restrict on the act's first day
        (spell("2020-03-10", "2021-09-01"),),  # it still restricted on the day asked about
        (spell("2020-03-10", "2020-09-01", liberties=("movement",)),),  # another liberty
        (spell("2020-03-10", "2020-09-01", effect="unclear"),),  # a recommendation
    ],
)
def test_a_series_that_does_not_say_so_contradicts_nothing(spells: tuple[Record, ...]) -> None:
    assert state(icnl(), spells=spells).state == "no_end_recorded"


def test_a_series_of_the_country_says_nothing_about_a_town() -> None:
    found = state(icnl(place="Mombasa"), spells=(spell("2020-03-10", "2020-06-01"),))
    assert found.state == "no_end_recorded"


def test_a_related_record_that_relaxes_contradicts_a_measure_without_an_end() -> None:
    lifted = acaps(
        id="acaps-KEN-p2", introduced="2020-09-28", effect="relaxes", title="Limit public gatherings (phase-out)"
    )
    link = LinkRow(left="acaps-KEN-p2", right="icnl-KEN-0123456789", verdict="related", score=0.3, linked=0.9)
    act = next(one for one in acts_of([icnl(), lifted], [], [link]) if one.records == (icnl().id,))
    assert [(event.kind, event.related) for event in act.life] == [("introduced", False), ("relaxed", True)]
    found = status_of(act, {icnl().id: icnl()}, [], ON)
    assert (found.state, str(found.since)) == ("contradicted", "2020-09-28")
    assert status_of(act, {icnl().id: icnl()}, [], date(2020, 8, 1)).state == "no_end_recorded"


def test_later_steps_of_a_record_are_in_the_life_of_its_act() -> None:
    step = {"kind": "extended", "kind_as_written": "Change of Policy", "on": "2020-05-01", "source_record": "row 9"}
    found = state(icnl(history=[step]))
    assert str(found.last_confirmed) == "2020-05-01"


def test_a_rollback_lists_acts_not_records_and_the_longest_open_first() -> None:
    measures = [
        icnl(id="icnl-KEN-1", introduced="2020-05-01"),
        icnl(id="icnl-KEN-2", introduced="2020-03-01"),
        acaps(id="acaps-KEN-p2", introduced="2020-03-02"),
        icnl(id="icnl-KEN-3", ends="2022-01-01"),
        icnl(id="icnl-KEN-4", effect="relaxes"),
        icnl(id="icnl-KEN-5", effect="unclear", declares_emergency="yes", ended_on="2020-06-01"),
    ]
    dataset: Dataset = a_dataset(measures)
    dataset.acts = [ActRow(act="act-KEN-2", record=one, home="icnl-KEN-2") for one in ("icnl-KEN-2", "acaps-KEN-p2")]
    found = rollback(dataset, "KEN", ON)
    assert [(row.act.records[0], row.status.state, row.days) for row in found.rows] == [
        (found.rows[0].act.records[0], "no_end_recorded", 457),
        ("icnl-KEN-1", "no_end_recorded", 396),
        ("icnl-KEN-3", "in_force_until", 214),
        ("icnl-KEN-5", "ended", None),
    ]
    assert set(found.rows[0].act.records) == {"icnl-KEN-2", "acaps-KEN-p2"}
    assert found.count("no_end_recorded") == 2
