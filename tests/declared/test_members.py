"""Membership of the Open Government Partnership is a matter of the day asked about."""

from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from civic_tracker import countries
from civic_tracker.cli import app
from civic_tracker.declared.members import REGIONS, local_members, local_members_in, member, members, membership_state
from civic_tracker.model.schema import Member, MembershipState
from civic_tracker.words.languages import language

MAY_2020 = date(2020, 5, 15)


def _counted(on: date) -> set[str]:
    return {one.country for one in members(on) if one.counted}


def _member(iso3: str, on: date) -> Member:
    found = member(iso3, on)
    assert found is not None
    return found


def test_in_may_2020_there_were_78_members() -> None:
    assert len(members(MAY_2020)) == 78
    assert len(_counted(MAY_2020)) == 78


def test_suspended_azerbaijan_was_one_of_them() -> None:
    assert "AZE" in _counted(MAY_2020)
    assert membership_state("AZE", MAY_2020) == "suspended"


@pytest.mark.parametrize("iso3", ["HUN", "TUR", "TZA", "RUS", "TTO", "XKX"])
def test_those_that_had_left_or_not_yet_joined_were_not(iso3: str) -> None:
    assert iso3 not in _counted(MAY_2020)
    assert membership_state(iso3, MAY_2020) == "not_member"


def test_at_the_end_of_2018_there_were_79() -> None:
    assert len(_counted(date(2018, 12, 31))) == 79
    assert _counted(date(2018, 12, 31)) - _counted(MAY_2020) == {"TTO"}


def test_before_the_partnership_began_there_was_no_member() -> None:
    assert members(date(2010, 12, 31)) == []
    assert _counted(date(2011, 8, 31)) == set()


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2023, 7, 31), "not_member"),
        (date(2023, 8, 15), "uncertain"),
        (date(2023, 8, 31), "non_voting"),
        (date(2025, 1, 1), "non_voting"),
    ],
)
def test_kosovo_is_there_from_august_2023_without_a_vote(on: date, state: MembershipState) -> None:
    assert membership_state("XKX", on) == state


@pytest.mark.parametrize(
    ("iso3", "on", "state"),
    [
        ("HUN", date(2016, 12, 5), "member"),
        ("HUN", date(2016, 12, 6), "uncertain"),
        ("HUN", date(2016, 12, 7), "not_member"),
        ("PAK", date(2020, 12, 31), "member"),
        ("PAK", date(2021, 1, 1), "uncertain"),
        ("PAK", date(2022, 3, 30), "uncertain"),
        ("PAK", date(2022, 3, 31), "not_member"),
        ("TZA", date(2017, 6, 28), "member"),
        ("TZA", date(2017, 6, 29), "not_member"),
    ],
)
def test_membership_is_uncertain_between_the_dates_that_bound_a_change(
    iso3: str, on: date, state: MembershipState
) -> None:
    assert membership_state(iso3, on) == state


def test_an_uncertain_member_is_listed_but_not_counted() -> None:
    listed = {one.country: one for one in members(date(2021, 6, 1))}
    assert listed["PAK"].state == "uncertain"
    assert not listed["PAK"].counted


def test_a_change_that_leaves_a_country_a_member_is_never_uncertain() -> None:
    day = date(2017, 6, 1)
    while day < date(2019, 1, 31):
        assert membership_state("AZE", day) in {"inactive", "suspended"}
        day += timedelta(days=30)


def test_an_inactive_member_still_counts() -> None:
    assert membership_state("TTO", date(2019, 6, 1)) == "inactive"
    assert "TTO" in _counted(date(2019, 6, 1))


def test_a_country_that_never_joined_is_no_member() -> None:
    assert member("CHN", MAY_2020) is None
    assert membership_state("CHN", MAY_2020) == "not_member"


def test_a_former_member_is_known_with_its_state() -> None:
    assert _member("HUN", MAY_2020).state == "not_member"


@pytest.mark.parametrize(
    ("iso3", "since"), [("BRA", "2011-09-20"), ("KEN", "2011-09"), ("AFG", "2016-12"), ("PAN", None), ("SEN", "2018")]
)
def test_the_date_of_joining_is_as_precise_as_its_bounds_agree(iso3: str, since: str | None) -> None:
    found = _member(iso3, MAY_2020).since
    assert (str(found) if found else None) == since


def test_commitment_prefixes_of_ogp_are_kept_and_understood() -> None:
    assert _member("GBR", MAY_2020).commitment_prefix == "UK"
    assert _member("MAR", MAY_2020).commitment_prefix == "MO"
    assert countries.match("UK").iso3 == "GBR"
    assert countries.match("MO", source="ogp").iso3 == "MAR"


def test_every_member_has_names_that_mean_it() -> None:
    for one in members(MAY_2020):
        names = (one.name_en, one.name_es, one.name_fr)
        assert {countries.match(name).iso3 for name in names} == {one.country}, names


def test_every_region_is_one_of_ogps_or_not_seen() -> None:
    assert {one.region for one in members(MAY_2020)} <= {*REGIONS, ""}


def test_local_members_belong_to_countries_and_joined_when_there_was_a_programme() -> None:
    found = local_members()
    assert len(found) > 50
    assert all(countries.territory(one.country).name_en for one in found)
    assert all(one.joined is None or one.joined >= 2016 for one in found)
    assert ("Buenos Aires", "ARG", 2016) in {(one.name, one.country, one.joined) for one in found}


def test_no_local_member_is_listed_twice() -> None:
    named = [(one.name, one.country) for one in local_members()]
    assert sorted({one for one in named if named.count(one) > 1}) == []


@pytest.mark.parametrize(
    ("iso3", "on", "state"),
    [
        ("LUX", date(2022, 11, 30), "member"),
        ("LUX", date(2022, 12, 15), "uncertain"),  # the day in December was not seen
        ("LUX", date(2022, 12, 31), "not_member"),
        ("LKA", date(2024, 5, 9), "member"),
        ("LKA", date(2024, 5, 10), "inactive"),
        ("LKA", date(2025, 5, 9), "inactive"),
        ("LKA", date(2025, 5, 10), "not_member"),
        ("TLS", date(2023, 2, 15), "uncertain"),
        ("TLS", date(2023, 5, 18), "member"),
        ("SLV", date(2023, 2, 15), "uncertain"),
        ("SLV", date(2023, 5, 18), "not_member"),
        ("ISR", date(2026, 1, 31), "member"),
        ("ISR", date(2026, 2, 1), "withdrawal_announced"),
    ],
)
def test_what_changed_after_2020_has_its_day(iso3: str, on: date, state: MembershipState) -> None:
    assert membership_state(iso3, on) == state


def test_who_only_announced_a_withdrawal_is_still_a_member_and_says_so() -> None:
    on = date(2026, 11, 1)
    assert _member("ISR", on).counted
    assert "ISR" in _counted(on)
    assert "not seen to be in effect" in language("en").membership("ISR", on)
    assert "were not seen" in _member("ISR", on).note


# Totals that OGP printed, with what is open: none means that it lies between the members that are sure on that day and
# those that may be. No page was found that settles the open ones.
PRINTED = [
    (date(2020, 5, 15), 78, 0),
    (date(2022, 5, 30), 77, 0),
    (date(2023, 2, 15), 76, 0),  # only the month was seen; El Salvador and Timor-Leste are uncertain then
    (date(2023, 5, 18), 75, 1),  # one more here, although El Salvador is out
    (date(2024, 4, 16), 75, 1),  # one more here: the same, or Kosovo, which has no vote
    (date(2025, 5, 9), 77, 0),  # only the month was seen; Sri Lanka left on the 10th, Benin is uncertain then
    (date(2025, 10, 31), 77, -1),  # one fewer here, although Benin is a member by then
]


@pytest.mark.parametrize(("on", "printed", "open_difference"), PRINTED)
def test_totals_that_ogp_printed_are_met_but_for_the_differences_that_are_named(
    on: date, printed: int, open_difference: int
) -> None:
    sure, possible = len(_counted(on)), len(members(on))
    assert max(0, sure - printed) - max(0, printed - possible) == open_difference


def test_a_local_member_that_left_is_one_until_that_year() -> None:
    assert "Mexico City" in {place.name for place in local_members_in(2023)}
    assert "Mexico City" not in {place.name for place in local_members_in(2024)}
    assert {"Quezon City", "Plav", "Makueni", "Goiás"} <= {place.name for place in local_members_in(2024)}


@pytest.mark.parametrize(
    "command",
    [
        ["members", "--local"],
        ["members", "--local", "--json"],
        ["match", "Osasco", "--source", "ogp"],
        ["match", "Example City", "--source", "ogp"],
    ],
)
def test_whoever_sees_local_members_is_told_that_the_list_is_a_part(command: list[str]) -> None:
    answer = CliRunner().invoke(app, command)
    assert "This list is a part: OGP has about 150 local members" in " ".join(answer.output.split())


def test_a_country_that_is_found_needs_no_word_about_local_members() -> None:
    answer = CliRunner().invoke(app, ["match", "Kenya", "--source", "ogp"])
    assert "This list is a part" not in answer.output
