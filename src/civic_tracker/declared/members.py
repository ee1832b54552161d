"""Who is a member of the Open Government Partnership (OGP) on a day.

Membership is a matter of dates: 78 countries on 15 May 2020, suspended Azerbaijan among them. Where the day of joining
or leaving is known only within bounds, a day inside those bounds gives ``uncertain``. A government that has announced
that it withdraws is a member until its withdrawal was seen to be in effect.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, cast, get_args

from civic_tracker import paths
from civic_tracker.declared.tables import CellError, once, read_rows
from civic_tracker.declared.territories import codes
from civic_tracker.folding import plain_key
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Member, MembershipState

REGIONS = ("Africa and the Middle East", "Americas", "Asia-Pacific", "Europe")
Event = Literal[
    "joined", "non_voting", "inactive", "suspended", "active", "withdrawal_announced", "withdrawn", "removed"
]
LOCAL_MEMBERS_OF_OGP = "about 150"
"""How many local members OGP speaks of in 2024 to 2026; no complete list of their names was found."""
_STATE_AFTER: dict[Event, MembershipState] = {
    "joined": "member",
    "active": "member",
    "non_voting": "non_voting",
    "inactive": "inactive",
    "suspended": "suspended",
    "withdrawal_announced": "withdrawal_announced",
    "withdrawn": "not_member",
    "removed": "not_member",
}


@dataclass(frozen=True, slots=True)
class MembershipEvent:
    """A change of membership, which happened between two dates; they are equal when the date is known."""

    iso3: str
    event: Event
    earliest: PartialDate
    latest: PartialDate


@dataclass(frozen=True, slots=True)
class LocalMember:
    """A local government in OGP Local; ``joined`` is a year, or ``None`` when not seen; ``left`` is one if it left."""

    name: str
    country: str
    joined: int | None
    left: int | None
    intake: str


def member(iso3: str, on: date) -> Member | None:
    """The membership of a country on a day; ``None`` when it never was in OGP."""
    row = _member_rows().get(iso3)
    if row is None:
        return None
    joined = next((event for event in all_events().get(iso3, ()) if event.event == "joined"), None)
    return Member(
        country=iso3,
        name_en=row["name_en"],
        name_es=row["name_es"],
        name_fr=row["name_fr"],
        region=row["region"],
        region_certain=row["region_certainty"] == "seen",
        commitment_prefix=row["commitment_prefix"],
        state=membership_state(iso3, on),
        on=on,
        since=_what_both_say(joined.earliest, joined.latest) if joined else None,
        confirmed_as_of=row["confirmed_as_of"],
        note=row["note"],
    )


def members(on: date) -> list[Member]:
    """Countries that OGP counts among its members on a day, and those whose membership that day is uncertain."""
    known = [found for iso3 in _member_rows() if (found := member(iso3, on))]
    return [one for one in known if one.counted or one.state == "uncertain"]


def ever_members() -> tuple[str, ...]:
    """Every country that is or was in OGP, or has said that it would join, by its code."""
    return tuple(_member_rows())


def find_local(name: str) -> tuple[LocalMember, ...]:
    """Local members of this name, whatever its case and accents; several countries may have one."""
    return tuple(one for one in local_members() if plain_key(one.name) == plain_key(name))


def membership_state(iso3: str, on: date) -> MembershipState:
    """State of membership on a day, ``not_member`` for a country that never was in OGP."""
    state: MembershipState = "not_member"
    for event in all_events().get(iso3, ()):
        if on < event.earliest.first_day():
            break
        after = _STATE_AFTER[event.event]
        if on >= event.latest.last_day() or (event.earliest == event.latest and event.earliest.precision == "day"):
            state = after
        elif (state == "not_member") != (after == "not_member"):
            return "uncertain"
    return state


def _what_both_say(earliest: PartialDate, latest: PartialDate) -> PartialDate | None:
    """The date as far as two bounds agree on it: between 8 and 9 December 2016 is December 2016."""
    if earliest.year != latest.year:
        return None
    if earliest.month is None or earliest.month != latest.month:
        return PartialDate(earliest.year)
    return PartialDate(earliest.year, earliest.month, earliest.day if earliest.day == latest.day else None)


@cache
def local_members() -> tuple[LocalMember, ...]:
    """Local governments that are or were in OGP Local, as far as their names were seen; OGP has more."""
    columns = frozenset({"name", "iso3", "joined", "left", "intake", "certainty", "sources"})

    def year_in(row: dict[str, str], column: str) -> int | None:
        if row[column] and not row[column].isdecimal():
            raise CellError(f"'{row[column]}' is not a year", column)
        return int(row[column]) if row[column] else None

    def place_of(row: dict[str, str]) -> LocalMember:
        _check_country(row)
        return LocalMember(row["name"], row["iso3"], year_in(row, "joined"), year_in(row, "left"), row["intake"])

    path = paths.mappings_dir() / "ogp_local.csv"
    return tuple(read_rows(path, place_of, required=columns, allowed=columns))


def local_members_in(year: int) -> list[LocalMember]:
    """Local members in a year: those that left in it are among them, and those whose year of joining was not seen."""
    return [
        place
        for place in local_members()
        if (place.joined is None or place.joined <= year) and (place.left is None or year <= place.left)
    ]


def local_list_is_a_part() -> str:
    """What whoever sees the local members, or looks for one, must know of the list."""
    named = sum(place.left is None for place in local_members())
    return (
        f"This list is a part: OGP has {LOCAL_MEMBERS_OF_OGP} local members, of which {named} are known here by name. "
        "A place that is not listed may be one."
    )


def _check_country(row: dict[str, str]) -> None:
    if codes().get(row["iso3"]) != row["iso3"]:
        raise CellError(f"'{row['iso3']}' is not the code of a country", "iso3")


@cache
def _member_rows() -> dict[str, dict[str, str]]:
    columns = "iso3 name_en name_es name_fr region region_certainty commitment_prefix page confirmed_as_of note"
    path = paths.mappings_dir() / "ogp_members.csv"
    seen: set[str] = set()

    def checked(row: dict[str, str]) -> dict[str, str]:
        if row["region"] and row["region"] not in REGIONS:
            raise CellError(f"has the unknown region '{row['region']}'; give {', '.join(REGIONS)}", "region")
        _check_country(row)
        once(seen, row["iso3"], "iso3")
        return row

    rows = read_rows(path, checked, required=columns.split(), allowed=columns.split())
    return {row["iso3"]: row for row in sorted(rows, key=lambda row: row["iso3"])}


@cache
def all_events() -> dict[str, tuple[MembershipEvent, ...]]:
    columns = frozenset({"iso3", "event", "earliest", "latest", "certainty", "basis", "sources"})
    path = paths.mappings_dir() / "ogp_membership_events.csv"
    events: dict[str, list[MembershipEvent]] = {}
    seen: set[str] = set()

    def event_of(row: dict[str, str]) -> MembershipEvent:
        if row["event"] not in get_args(Event):
            raise CellError(f"has the unknown event '{row['event']}'; give {', '.join(get_args(Event))}", "event")
        _check_country(row)
        once(seen, f"{row['iso3']} {row['event']} {row['earliest']} {row['latest']}")
        earliest, latest = PartialDate.from_iso(row["earliest"]), PartialDate.from_iso(row["latest"])
        return MembershipEvent(row["iso3"], cast(Event, row["event"]), earliest, latest)

    for event in read_rows(path, event_of, required=columns, allowed=columns):
        events.setdefault(event.iso3, []).append(event)
    # A file order is kept among equal dates: a country joins before it is anything else.
    return {iso3: tuple(sorted(found, key=lambda one: one.earliest.first_day())) for iso3, found in events.items()}
