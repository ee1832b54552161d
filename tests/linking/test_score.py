"""What is the same act, what is related, what is different; records are invented."""

import math

import pytest

from civic_tracker.linking import compare, explain, score
from civic_tracker.linking.score import verdict
from tests.linking.invented import read

EMERGENCY = {"category": "State of emergency declared"}
CURFEW = {"category": "Curfew"}
GATHERINGS = {"category": "Limit public gatherings"}


def test_two_reports_of_one_declaration_are_the_same_act() -> None:
    one = read("The king declared a state of emergency on March 12.", **EMERGENCY)
    other = read("National state of emergency declared until 2 April", date_start="2020-03-13", **EMERGENCY)
    assert compare(one, other).verdict == "same"


def test_an_extension_is_related_to_the_declaration_it_extends() -> None:
    declared = read("The government declared a state of emergency.", **EMERGENCY)
    extended = read("State of emergency extended until 2 May.", date_start="2020-04-02", **EMERGENCY)
    assert compare(declared, extended).verdict == "related"


def test_two_reports_of_one_extension_are_the_same_act() -> None:
    one = read("State of emergency extended until 2 May.", date_start="2020-04-02", **EMERGENCY)
    other = read(
        "Parliament prolonged the state of emergency, which now lasts until May 2.",
        date_start="2020-04-01",
        category="Declaration of Emergency (update: Change of Policy)",
    )
    assert compare(one, other).verdict == "same"


def test_successive_extensions_are_related() -> None:
    april = read("State of emergency extended until 2 May.", date_start="2020-04-02", **EMERGENCY)
    may = read("State of emergency extended until 1 June.", date_start="2020-05-02", **EMERGENCY)
    assert compare(april, may).verdict == "related"


def test_the_same_decree_of_the_same_day_is_the_same_act() -> None:
    one = read("Decree 77 suspending time limits for information requests", category="not stated")
    other = read(
        "Deadlines of information requests do not run [Decreto 77/2020]", category="right to information: suspension"
    )
    assert compare(one, other).verdict == "same"


def test_decrees_of_other_numbers_are_less_alike() -> None:
    one = read("Decree 77 suspending time limits for information requests")
    same = read("Time limits for information requests suspended by Decree 77")
    other = read("Time limits for information requests suspended by Decree 78")
    assert score(one, other) < score(one, same)


def test_an_undated_record_finds_the_act_of_its_decree() -> None:
    undated = read("Decree 77 suspending time limits for information requests", date_start="")
    dated = read("Decree 77 suspends the time limits for information requests")
    assert compare(undated, dated).verdict == "same"


def test_a_town_and_the_whole_country_are_different() -> None:
    local = read("Curfew in the city of Bergen", place="Bergen", **CURFEW)
    national = read("Nationwide curfew from 9 pm to 5 am", **CURFEW)
    assert compare(local, national).verdict != "same"


def test_two_towns_are_different() -> None:
    one = read("Fourteen-day lockdown of Bergen", place="Bergen", category="Lockdown")
    other = read("Lockdown of the city of Tromso for 14 days", place="Tromso", category="Lockdown")
    assert compare(one, other).verdict == "different"


def test_the_hours_tell_one_curfew_from_another() -> None:
    one = read("Night curfew between 9:00 pm and 5:00 am", **CURFEW)
    same = read("A curfew is in place from 21h00 to 05h00", date_start="2020-03-13", **CURFEW)
    other = read("A curfew is in place from 18h00 to 07h00", date_start="2020-03-13", **CURFEW)
    assert compare(one, same).verdict == "same"
    assert compare(one, other).verdict != "same"


def test_the_limit_on_people_tells_one_ban_from_another() -> None:
    one = read("Gatherings of more than 50 people are banned", **GATHERINGS)
    same = read("No more than fifty persons may gather in public", date_start="2020-03-13", **GATHERINGS)
    other = read("Gatherings are limited to 10 people", date_start="2020-03-13", **GATHERINGS)
    assert score(one, same) > 0.66 > score(one, other)


def test_a_curfew_is_not_an_emergency_of_the_same_day() -> None:
    assert compare(read("Night curfew", **CURFEW), read("State of emergency declared", **EMERGENCY)).verdict != "same"


def test_lifting_a_measure_is_not_taking_it() -> None:
    taken = read("All public gatherings are banned", **GATHERINGS)
    lifted = read("The ban on public gatherings was lifted", date_start="2020-06-12", **GATHERINGS)
    assert compare(taken, lifted).verdict == "related"


def test_a_legal_basis_is_the_declaration_of_its_day() -> None:
    basis = read("Constitution (Article 48)", category="main emergency instrument: state of emergency")
    declared = read("State of emergency declared for 30 days", date_start="2020-03-12", **EMERGENCY)
    extended = read("State of emergency extended by 30 days", date_start="2020-04-11", **EMERGENCY)
    assert compare(basis, declared).verdict == "same"
    assert compare(basis, extended).verdict == "related"


def test_day_and_month_exchanged_may_be_one_day() -> None:
    one = read("Lockdown extended until 22 June", date_start="2020-06-05", category="Lockdown")
    other = read("The lockdown has been extended until June 22", date_start="2020-05-06", category="Lockdown")
    assert compare(one, other).verdict == "same"


def test_records_of_two_countries_are_never_one_act() -> None:
    one, other = read("State of emergency declared"), read("State of emergency declared", iso3="SWE")
    assert compare(one, other).verdict == "different"
    assert score(one, other) < 0.001
    assert [reason.feature for reason in explain(one, other)] == ["country", "always"]


def test_the_order_of_two_records_does_not_matter() -> None:
    one = read("Curfew in Bergen from 9 pm until 5 am", place="Bergen", **CURFEW)
    other = read("Curfew extended until 2 May", date_start="2020-04", **CURFEW)
    assert compare(one, other) == compare(other, one)
    assert explain(one, other) == explain(other, one)


def test_an_explanation_adds_up_to_the_score() -> None:
    one = read("Gatherings of more than 50 people are banned until 3 April", **GATHERINGS)
    other = read("Ban on gatherings", date_start="2020-03-14", date_end="2020-04-03", **GATHERINGS)
    reasons = explain(one, other)
    assert math.isclose(1 / (1 + math.exp(-sum(reason.weight for reason in reasons))), score(one, other))
    assert math.isclose(1 / (1 + math.exp(-sum(reason.linked for reason in reasons))), compare(one, other).linked)
    assert all(reason.sentence for reason in reasons)
    assert {"start", "ends", "kind"} <= {reason.feature for reason in reasons}


def test_unknown_dates_are_compared_without_them() -> None:
    for start in ("", "2020", "2020-03", "unknown"):
        judged = compare(read("Night curfew", date_start=start, **CURFEW), read("Night curfew", **CURFEW))
        assert 0 < judged.score < 1


@pytest.mark.parametrize(
    ("same", "linked", "expected"),
    [
        *((0.66, 0.0, "same"), (0.6599, 1.0, "related"), (0.6599, 0.5, "related"), (0.6599, 0.4999, "different")),
        *((1.0, 1.0, "same"), (0.0, 0.0, "different")),
    ],
)
def test_a_verdict_begins_at_its_threshold(same: float, linked: float, expected: str) -> None:
    assert verdict(same, linked) == expected


def test_the_heaviest_reason_for_or_against_comes_first() -> None:
    one = read("Gatherings of more than 50 people are banned until 3 April", **GATHERINGS)
    other = read("Curfew from 9 pm to 5 am in Bergen", date_start="2020-06-14", **CURFEW)
    reasons = explain(one, other)
    order = [(-abs(reason.weight), reason.feature) for reason in reasons]
    assert order == sorted(order)
    assert min(reason.weight for reason in reasons) < 0 < max(reason.weight for reason in reasons)
