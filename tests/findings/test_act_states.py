"""Whether an act still stands is told from all its records together, for a day, and by whose evidence."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.findings.acts import Act, ActStatus, acts_of, status_of
from civic_tracker.findings.rollback import ORDER, RollbackRow, rollback
from civic_tracker.findings.summary import summarise
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import ActRow, LinkRow, Record
from tests.support.examples import a_dataset, a_measure, an_event

ACT = "act-KEN-1"
FIRST_DAY = "2020-03-15"


def icnl(**changes: Any) -> Record:
    return a_measure(**{"effect": "restricts", "introduced": FIRST_DAY} | changes)


def acaps(**changes: Any) -> Record:
    own = {"id": "acaps-KEN-p1", "source": "acaps", "stated_by": "ACAPS", "title": "Limit public gatherings"}
    return icnl(**own | changes)


def spell(first: str, until: str | None, **changes: Any) -> Record:
    """A run of days of a daily series, down from its ``until`` on."""
    own = {"id": f"oxcgrt-KEN-p{first}", "source": "oxcgrt", "stated_by": "OxCGRT", "title": "C4: level 4"}
    return icnl(**own | {"record_kind": "spell", "introduced": first, "ended_on": until} | changes)


def relaxing(day: str | None, **changes: Any) -> Record:
    """Another record that eases the restriction, as a tracker files a phase-out."""
    own = {"id": "acaps-KEN-p9", "effect": "relaxes", "introduced": day, "title": "Gatherings allowed again"}
    return acaps(**own | changes)


def one_act(*records: Record, related: tuple[Record, ...] = ()) -> Act:
    rows = [ActRow(act=ACT, record=one.id, home=records[0].id) for one in records]
    links = [
        LinkRow(left=min(one.id, records[0].id), right=max(one.id, records[0].id), verdict="related", score=0, linked=1)
        for one in related
    ]
    return next(act for act in acts_of([*records, *related], rows, links) if act.id == ACT)


def state(
    *records: Record, on: str, spells: tuple[Record, ...] = (), related: tuple[Record, ...] = ()
) -> tuple[str, str]:
    found = _status(*records, on=date.fromisoformat(on), spells=spells, related=related)
    return found.state, str(found.since or "")


def _status(*records: Record, on: date, spells: tuple[Record, ...] = (), related: tuple[Record, ...] = ()) -> ActStatus:
    found = status_of(one_act(*records, related=related), {one.id: one for one in records}, spells, on)
    assert found.on == on
    return found


MOVEMENT = spell("2020-03-01", "2020-04-01", liberties=("movement",))
LIFTED = ({"ended_on": "2020-06-30"}, {"ended_on": "2020-09-28"})
SCHEDULED = ({"ends": "2020-06-30"}, {"ends": "2020-09-28"})


@pytest.mark.parametrize(
    ("one", "other", "day", "expected"),
    [
        # Each tracker dates the introduction for itself.
        ({}, {"introduced": "2020-03-27"}, "2020-03-14", ("not_yet_introduced", "2020-03-15")),
        ({}, {"introduced": "2020-03-27"}, "2020-03-15", ("no_end_recorded", "")),
        # Of two scheduled ends the later one is still to come, and is the one that passed last.
        (*SCHEDULED, "2020-06-30", ("in_force_until", "2020-09-28")),
        (*SCHEDULED, "2020-07-01", ("in_force_until", "2020-09-28")),
        (*SCHEDULED, "2020-09-28", ("in_force_until", "2020-09-28")),
        (*SCHEDULED, "2020-09-29", ("end_date_passed", "2020-09-28")),
        # Of two days on which it was lifted the later one, as soon as it has come.
        (*LIFTED, "2020-06-29", ("in_force_until", "2020-09-28")),
        (*LIFTED, "2020-06-30", ("ended", "2020-06-30")),
        (*LIFTED, "2020-09-27", ("ended", "2020-06-30")),
        (*LIFTED, "2020-09-28", ("ended", "2020-09-28")),
        # An end known to the month lasts until the month's last day.
        ({"ends": "2020-06"}, {"ends": "2020-06-15"}, "2020-05-31", ("in_force_until", "2020-06")),
        ({"ends": "2020-06"}, {"ends": "2020-06-15"}, "2020-06-10", ("in_force_until", "2020-06-15")),
        ({"ends": "2020-06"}, {"ends": "2020-06-15"}, "2020-06-20", ("end_date_passed", "2020-06-15")),
        ({"ends": "2020-06"}, {"ends": "2020-06-15"}, "2020-07-01", ("end_date_passed", "2020-06")),
        ({"ended_on": "2020-06"}, {"ended_on": "2020-06-15"}, "2020-06-29", ("ended", "2020-06-15")),
        ({"ended_on": "2020-06"}, {"ended_on": "2020-06-15"}, "2020-06-30", ("ended", "2020-06")),
        ({"ends": "2020-06"}, {"ending_understood": False}, "2020-06-10", ("unknown", "")),
        # Somebody who records an end goes before somebody who records none.
        ({}, {"ended_on": "2020-06-30"}, "2020-07-01", ("ended", "2020-06-30")),
        ({}, {"ends": "2020-06-30"}, "2020-06-30", ("in_force_until", "2020-06-30")),
        ({}, {"ends": "2020-06-30"}, "2020-07-01", ("end_date_passed", "2020-06-30")),
        # Lifted goes before scheduled, an end to come before one that has passed.
        ({"ended_on": "2020-06-30"}, {"ends": "2020-12-31"}, "2020-07-01", ("ended", "2020-06-30")),
        ({"ended_on": "2020-06-30"}, {"ends": "2020-05-31"}, "2020-06-15", ("in_force_until", "2020-06-30")),
        ({"ended_on": "2020-09-28", "ends": "2020-12-31"}, {}, "2020-06-15", ("in_force_until", "2020-09-28")),
        # A record that is dated later says nothing yet.
        ({}, {"introduced": "2020-04-01", "ends": "2020-04-30"}, "2020-03-31", ("no_end_recorded", "")),
        ({"introduced": None}, {"introduced": "2020-04-01"}, "2020-03-31", ("no_end_recorded", "")),
        # What does not tell whether it ended is no record without an end.
        ({"may_have_ended": True}, {"ending_understood": False}, "2020-06-01", ("unknown", "")),
        # Silence of one does not make it that nobody records an end, where another tells of one.
        ({}, {"ends": "2020-06"}, "2020-05-31", ("in_force_until", "2020-06")),
        ({}, {"ends": "2020-06"}, "2020-06-10", ("unknown", "")),
        ({}, {"ended_on": "2020"}, "2020-06-10", ("unknown", "")),
        ({}, {"ended_on": "2020"}, "2020-12-31", ("ended", "2020")),
        ({}, {"may_have_ended": True}, "2020-06-01", ("unknown", "")),
        ({}, {"ending_understood": False}, "2020-06-01", ("unknown", "")),
        ({}, {"record_kind": "event"}, "2020-06-01", ("no_end_recorded", "")),
    ],
)
def test_the_state_of_an_act_is_told_from_all_its_records(
    one: dict[str, Any], other: dict[str, Any], day: str, expected: tuple[str, str]
) -> None:
    assert state(icnl(**one), acaps(**other), on=day) == expected
    assert state(icnl(**other), acaps(**one), on=day) == expected, "it does not matter who says which"


@pytest.mark.parametrize(
    ("records", "day", "sentences"),
    [
        ((icnl(), acaps()), "2020-06-01", ("ICNL records no end.", "ACAPS records no end.")),
        (
            (icnl(), acaps(may_have_ended=True)),
            "2020-06-01",
            ("ICNL records no end.", "ACAPS does not tell whether it ended."),
        ),
        (
            (icnl(), acaps(record_kind="event")),
            "2020-06-01",
            ("ICNL records no end.", "ACAPS does not tell whether it ended."),
        ),
        ((icnl(), acaps(ends="2020-06")), "2020-06-01", ("ICNL records no end.", "ACAPS records an end on 2020-06.")),
        ((icnl(), acaps(introduced="2020-03-27")), "2020-03-20", ("ICNL records no end.",)),
        ((icnl(), acaps(ended_on="2020-05-31")), "2020-06-01", ("ACAPS records that it ended on 2020-05-31.",)),
        (
            (icnl(ends="2020-09"), acaps(ended_on="2020-06-30")),
            "2020-06-01",
            ("ICNL records an end on 2020-09.", "ACAPS records an end on 2020-06-30."),
        ),
        (
            (icnl(ends="2020-05-31"), acaps()),
            "2020-06-01",
            ("ICNL records an end on 2020-05-31, which has passed.",),
        ),
        ((icnl(ending_understood=False),), "2020-06-01", ("ICNL does not tell whether it ended.",)),
        ((icnl(introduced="2020-07-01"),), "2020-06-01", ()),
    ],
)
def test_the_evidence_names_who_records_what(records: tuple[Record, ...], day: str, sentences: tuple[str, ...]) -> None:
    assert set(_status(*records, on=date.fromisoformat(day)).evidence) == set(sentences)


@pytest.mark.parametrize(
    ("records", "day", "expected"),
    [
        ((icnl(), acaps(introduced="2020-03-27")), "2020-03-26", "2020-03-15"),
        ((icnl(), acaps(introduced="2020-03-27")), "2020-03-27", "2020-03-27"),
        ((icnl(introduced="2020-03"), acaps()), "2020-04-01", "2020-03"),
        ((icnl(introduced=None),), "2020-04-01", "None"),
        ((icnl(ends="2020-04-30"),), "2020-05-01", "2020-03-15"),
        ((icnl(ended_on="2020-04-30"),), "2020-05-01", "2020-03-15"),
    ],
)
def test_an_act_is_confirmed_by_the_last_record_that_it_was_there(
    records: tuple[Record, ...], day: str, expected: str
) -> None:
    assert str(_status(*records, on=date.fromisoformat(day)).last_confirmed) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "no_end_recorded"),
        ({"ends": "2020-05-31"}, "end_date_passed"),
        ({"ends": "2020-06-30"}, "in_force_until"),
        ({"ended_on": "2020-05-31"}, "ended"),
        ({"may_have_ended": True}, "unknown"),
        ({"introduced": "2020-03-01", "liberties": ("movement",)}, "contradicted"),
    ],
)
def test_whatever_its_state_an_act_tells_when_it_was_last_recorded_as_being_there(
    changes: dict[str, Any], expected: str
) -> None:
    found = _status(icnl(**changes), on=date(2020, 6, 1), spells=(MOVEMENT,))
    assert found.state == expected
    assert str(found.last_confirmed) == changes.get("introduced", FIRST_DAY)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        *(("changed", "2020-05-02"), ("extended", "2020-05-02")),
        *(("relaxed", FIRST_DAY), ("ended", FIRST_DAY), ("other", FIRST_DAY)),
    ],
)
def test_a_step_that_goes_on_confirms_an_act_and_one_that_eases_it_does_not(kind: str, expected: str) -> None:
    step = {"kind": kind, "kind_as_written": "a step", "on": "2020-05-02", "source_record": "row 9"}
    assert str(_status(icnl(history=[step]), on=date(2020, 5, 2)).last_confirmed) == expected
    assert str(_status(icnl(history=[step]), on=date(2020, 5, 1)).last_confirmed) == FIRST_DAY


OVER = ("contradicted", "2020-09-01")
OPEN = ("no_end_recorded", "")


@pytest.mark.parametrize(
    ("spells", "day", "expected"),
    [
        # A run of days is over on the very day on which the series stands at a lower level.
        ((spell("2020-03-10", "2020-09-01"),), "2020-08-31", OPEN),
        ((spell("2020-03-10", "2020-09-01"),), "2020-09-01", OVER),
        ((spell("2020-03-10", "2020-09-01"),), "2020-09-02", OVER),
        # It must restrict on the act's first day.
        ((spell(FIRST_DAY, "2020-09-01"),), "2020-09-01", OVER),
        ((spell("2020-03-16", "2020-09-01"),), "2020-09-01", OPEN),
        ((spell("2020-02-01", FIRST_DAY),), "2020-09-01", OPEN),
        # Runs that follow on one another go on; after a day without a restriction it was over.
        ((spell("2020-03-10", "2020-06-01"), spell("2020-06-01", "2020-09-01")), "2020-08-31", OPEN),
        ((spell("2020-03-10", "2020-06-01"), spell("2020-06-01", "2020-09-01")), "2020-09-01", OVER),
        (
            (spell("2020-03-10", "2020-06-01"), spell("2020-06-02", "2020-09-01")),
            "2020-06-01",
            ("contradicted", "2020-06-01"),
        ),
        # Of two series the one that restricts longer.
        ((spell("2020-03-10", "2020-06-01"), spell("2020-03-11", "2020-09-01")), "2020-08-31", OPEN),
        ((spell("2020-03-10", "2020-06-01"), spell("2020-03-11", "2020-09-01")), "2020-09-01", OVER),
        # A series that stops says nothing.
        ((spell("2020-03-10", None),), "2021-09-01", OPEN),
        ((spell("2020-03-10", "2020-06-01"), spell("2020-06-01", None)), "2021-09-01", OPEN),
        # Only of the same freedom, and only what binds.
        ((spell("2020-03-10", "2020-09-01", liberties=("movement",)),), "2020-09-01", OPEN),
        ((spell("2020-03-10", "2020-09-01", liberties=("movement", "assembly")),), "2020-09-01", OVER),
        ((spell("2020-03-10", "2020-09-01", effect="unclear"),), "2020-09-01", OPEN),
    ],
)
def test_a_daily_series_contradicts_from_the_very_day_on_which_it_is_down(
    spells: tuple[Record, ...], day: str, expected: tuple[str, str]
) -> None:
    assert state(icnl(), on=day, spells=spells) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, OVER),
        ({"effect": "unclear", "declares_emergency": "yes"}, OPEN),
        ({"place": "Mombasa"}, OPEN),
        ({"introduced": None}, OPEN),
        ({"introduced": "2020-03"}, OVER),
        ({"introduced": "2020"}, OPEN),  # by the end of the year the series was down
        ({"liberties": ("movement",)}, OPEN),
        ({"liberties": ("movement", "assembly")}, OVER),
        ({"ends": "2022-01-01"}, ("in_force_until", "2022-01-01")),
        ({"may_have_ended": True}, ("unknown", "")),
    ],
)
def test_a_daily_series_contradicts_what_restricts_the_whole_country_and_has_no_end(
    changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert state(icnl(**changes), on="2021-06-01", spells=(spell("2020-03-10", "2020-09-01"),)) == expected


@pytest.mark.parametrize(
    ("other", "day", "expected"),
    [
        (relaxing("2020-09-01"), "2020-08-31", OPEN),
        (relaxing("2020-09-01"), "2020-09-01", OVER),
        (relaxing("2020-09-01"), "2020-09-02", OVER),
        (relaxing(FIRST_DAY), "2020-09-01", OPEN),  # of the same day: a part of it, not its end
        (relaxing("2020-01-01"), "2020-09-01", OPEN),
        (relaxing(None), "2020-09-01", OPEN),
        (relaxing("2020-09-01", place="Mombasa"), "2020-09-01", OPEN),
        (relaxing("2020-09-01", effect="restricts"), "2020-09-01", OPEN),
    ],
)
def test_a_related_record_that_relaxes_contradicts_from_its_very_day(
    other: Record, day: str, expected: tuple[str, str]
) -> None:
    assert state(icnl(), on=day, related=(other,)) == expected


def test_an_act_of_a_town_is_relaxed_in_that_town_or_in_the_whole_country() -> None:
    town = icnl(place="Mombasa")
    for place, expected in (("Mombasa", OVER), ("", OVER), ("Nairobi", OPEN)):
        assert state(town, on="2021-06-01", related=(relaxing("2020-09-01", place=place),)) == expected


def test_of_two_pieces_of_evidence_both_are_told_and_the_earlier_day_counts() -> None:
    found = _status(
        icnl(),
        on=date(2021, 6, 1),
        spells=(spell("2020-03-10", "2020-09-01"),),
        related=(relaxing("2020-10-05"),),
    )
    assert (found.state, str(found.since)) == OVER
    assert found.evidence == (
        "OxCGRT shows no restriction in its daily series about assembly on 2020-09-01.",
        "ACAPS records on 2020-10-05: Gatherings allowed again.",
    )


_DAYS = st.dates(date(2020, 3, 1), date(2020, 12, 31))
_ENDS = st.none() | _DAYS.flatmap(
    lambda day: st.sampled_from([f"{day.year}", f"{day:%Y-%m}", day.isoformat()]).map(PartialDate.from_iso)
)
_RECORDS = st.fixed_dictionaries({"ends": _ENDS, "ended_on": _ENDS, "may_have_ended": st.booleans()})


@given(_RECORDS, _RECORDS, _DAYS)
def test_an_act_that_has_ended_stays_ended_and_is_in_force_only_until_a_recorded_day(
    one: dict[str, Any], other: dict[str, Any], day: date
) -> None:
    records = (icnl(**one, introduced=None), acaps(**other, introduced=None))
    found, later = _status(*records, on=day), _status(*records, on=day + timedelta(days=1))
    if found.state == "ended":
        assert later.state == "ended"
    if found.state == "in_force_until":
        assert found.since
        assert found.since.last_day() >= day
    if found.state == "no_end_recorded":
        assert all(end is None for record in (one, other) for end in (record["ends"], record["ended_on"]))


def _row(on: str, *records: Record, spells: tuple[Record, ...] = ()) -> RollbackRow:
    (row,) = rollback(a_dataset([*records, *spells]), "KEN", date.fromisoformat(on)).rows
    return row


@pytest.mark.parametrize(
    ("changes", "day", "expected", "days"),
    [
        ({}, "2020-03-15", "no_end_recorded", 0),
        ({}, "2020-03-16", "no_end_recorded", 1),
        ({}, "2021-03-15", "no_end_recorded", 365),
        # At least so many days: an act of March may be of the 31st, one of 2020 of the 31 December.
        ({"introduced": "2020-03"}, "2020-04-01", "no_end_recorded", 1),
        ({"introduced": "2020-03"}, "2020-03-31", "no_end_recorded", 0),
        ({"introduced": "2020-03"}, "2020-03-10", "no_end_recorded", 0),
        ({"introduced": "2020"}, "2021-01-31", "no_end_recorded", 31),
        ({"introduced": None}, "2021-01-31", "no_end_recorded", None),
        # At least so many days to go.
        ({"ends": "2020-06-30"}, "2020-06-29", "in_force_until", 1),
        ({"ends": "2020-06-30"}, "2020-06-30", "in_force_until", 0),
        ({"ends": "2020-06"}, "2020-05-31", "in_force_until", 1),
        ({"ends": "2021"}, "2020-12-01", "in_force_until", 31),
        ({"ended_on": "2020-06-30"}, "2020-06-01", "in_force_until", 29),
        ({"ends": "2020-06-30"}, "2020-07-01", "end_date_passed", None),
        ({"ended_on": "2020-06-30"}, "2020-07-01", "ended", None),
        ({"may_have_ended": True}, "2020-07-01", "unknown", None),
    ],
)
def test_days_are_counted_so_that_at_least_so_many_are_certain(
    changes: dict[str, Any], day: str, expected: str, days: int | None
) -> None:
    row = _row(day, icnl(**changes))
    assert (row.status.state, row.days) == (expected, days)


def test_days_of_an_act_that_others_say_is_over_run_from_its_introduction() -> None:
    row = _row("2020-09-15", icnl(), spells=(spell("2020-03-10", "2020-09-01"),))
    assert (row.status.state, row.days) == ("contradicted", 184)


def test_a_rollback_lists_states_in_their_order_the_longest_open_and_the_soonest_to_end_first() -> None:
    found = rollback(
        a_dataset(
            [
                icnl(id="icnl-KEN-ended", ended_on="2020-04-30"),
                icnl(id="icnl-KEN-passed", ends="2020-04-30"),
                icnl(id="icnl-KEN-unknown", may_have_ended=True),
                icnl(id="icnl-KEN-late-end", ends="2021-12-31"),
                icnl(id="icnl-KEN-soon-end", ends="2021-06-30"),
                icnl(id="icnl-KEN-over", introduced="2020-03-20"),
                icnl(id="icnl-KEN-short", introduced="2020-05-01", liberties=("expression",)),
                icnl(id="icnl-KEN-undated", introduced=None, liberties=("expression",)),
                icnl(id="icnl-KEN-long", introduced="2020-02-01", liberties=("expression",)),
                icnl(id="icnl-KEN-today", introduced="2021-06-01", liberties=("expression",)),
                icnl(id="icnl-KEN-later", introduced="2022-01-01"),
                icnl(id="icnl-KEN-eased", effect="relaxes"),
                icnl(id="icnl-KEN-emergency", effect="unclear", declares_emergency="yes", ended_on="2020-05-01"),
                icnl(id="icnl-UGA-other", country="UGA"),
                spell("2020-03-10", "2020-09-01"),
            ]
        ),
        "KEN",
        date(2021, 6, 1),
    )
    assert [(row.act.records[0].removeprefix("icnl-KEN-"), row.status.state) for row in found.rows] == [
        ("long", "no_end_recorded"),
        ("short", "no_end_recorded"),
        ("today", "no_end_recorded"),
        ("undated", "no_end_recorded"),
        ("over", "contradicted"),
        ("soon-end", "in_force_until"),
        ("late-end", "in_force_until"),
        ("unknown", "unknown"),
        ("passed", "end_date_passed"),
        ("ended", "ended"),
        ("emergency", "ended"),
    ]
    assert {name: found.count(name) for name in ORDER} == {
        "no_end_recorded": 4,
        "contradicted": 1,
        "in_force_until": 2,
        "unknown": 1,
        "end_date_passed": 1,
        "ended": 2,
    }


COMPANY = [
    icnl(id="icnl-KEN-1"),
    acaps(id="acaps-KEN-1"),
    acaps(id="acaps-KEN-2", introduced="2020-06-01"),
    icnl(id="icnl-KEN-3", introduced="2020-06-01"),
]


@pytest.mark.parametrize(
    ("acts", "day", "records", "number"),
    [
        ({}, "2020-06-01", 4, 4),
        ({"icnl-KEN-1": "act-KEN-1", "acaps-KEN-1": "act-KEN-1"}, "2020-06-01", 4, 3),
        ({"icnl-KEN-1": "act-KEN-1", "acaps-KEN-1": "act-KEN-1"}, "2020-05-31", 2, 1),
        ({"icnl-KEN-1": "act-KEN-1", "acaps-KEN-2": "act-KEN-1"}, "2020-05-31", 2, 2),
        (
            {
                "icnl-KEN-1": "act-KEN-1",
                "acaps-KEN-1": "act-KEN-1",
                "acaps-KEN-2": "act-KEN-2",
                "icnl-KEN-3": "act-KEN-2",
            },
            "2020-06-01",
            4,
            2,
        ),
        # A record that was in company once stands alone under a name of its own.
        ({"icnl-KEN-1": "act-KEN-1"}, "2020-06-01", 4, 4),
    ],
)
def test_a_count_of_acts_counts_what_several_trackers_record_once(
    acts: dict[str, str], day: str, records: int, number: int
) -> None:
    dataset = a_dataset([*COMPANY, icnl(id="icnl-UGA-1", country="UGA")])
    dataset.acts = [ActRow(act=act, record=record, home=record) for record, act in acts.items()]
    on = date.fromisoformat(day)
    summary = summarise(dataset, "KEN", on)
    assert (summary.records, summary.acts) == (records, number)
    assert len(rollback(dataset, "KEN", on).rows) == number
    assert len([act for act in acts_of(COMPANY, dataset.acts, []) if str(act.introduced) <= day]) == number


def test_spells_and_reports_of_a_month_are_no_acts_of_a_rollback() -> None:
    records = [spell("2020-03-10", None), an_event(effect="restricts"), icnl(stage="proposed")]
    assert rollback(a_dataset(records), "KEN", date(2023, 7, 1)).rows == ()
    assert summarise(a_dataset(records), "KEN", date(2023, 7, 1)).acts == 2, "an event and a proposal are told of"
