"""What a national OGP forum can do when restrictions are on record: the routes that OGP's process has.

The routes are ``mappings/ogp_routes.csv``: facts about the process, each with the page where it was read. Which policy
area, challenge area or ground belongs to a freedom is this project's own assignment (``mappings/liberties.csv``), and
the texts say so. Nothing here says that an act is a breach.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter

from civic_tracker import paths
from civic_tracker.declared import vocabulary
from civic_tracker.declared.tables import read_rows
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Liberty
from civic_tracker.text import web_address

PLACEHOLDERS = {
    "restriction": frozenset({"n"}),
    "policy area": frozenset({"n", "policy_areas"}),
    "challenge area": frozenset({"n", "challenge_areas"}),
    "ground": frozenset({"n", "grounds"}),
}
"""What a route may be for, and the values that its text may then name."""

_TEXTS = ("name_en", "name_es", "name_fr", "text_en", "text_es", "text_fr")
_COLUMNS = frozenset({"route", "order", "for", "since", "until", *_TEXTS, "url", "basis"})


@dataclass(frozen=True, slots=True)
class RouteWords:
    """One row of the table: a route in a time.

    ``open_to`` says what it is for: any ``restriction``, or a freedom with a ``policy area``, ``challenge area`` or
    ``ground``. ``since`` and ``until`` are ``None`` where no date is known.
    """

    route: str
    order: int
    open_to: str
    since: PartialDate | None
    until: PartialDate | None
    name_en: str
    name_es: str
    name_fr: str
    text_en: str
    text_es: str
    text_fr: str
    url: str
    basis: str

    def applies_on(self, day: date) -> bool:
        """Whether it is certain that this applies: a route known to begin in 2018 is certain at the end of 2018."""
        begun = self.since is None or self.since.last_day() <= day
        return begun and (self.until is None or day <= self.until.first_day())


@dataclass(frozen=True, slots=True)
class Route:
    """A route that is open for some freedoms, with OGP's English names of what they concern."""

    words: RouteWords
    policy_areas: tuple[str, ...]
    challenge_areas: tuple[str, ...]
    grounds: tuple[str, ...]
    open_acts: int


def routes_for(liberties: Collection[Liberty], open_acts: int, on: date) -> list[Route]:
    """The routes for restrictions of these freedoms on a day, in the order of the table; none without a restriction.

    Args:
        liberties: the freedoms that restrictions on record concern.
        open_acts: how many acts have no recorded end.
        on: the day; a route whose dates are known is given only where it is certain that it applied.
    """
    if not liberties and not open_acts:
        return []
    concerned = [words for code, words in vocabulary.liberties().items() if code in liberties]
    policy_areas = _distinct(one.ogp_policy_area for one in concerned)
    challenge_areas = _distinct(one.ogp_challenge_area for one in concerned)
    grounds = _distinct(one.response_policy_ground for one in concerned)
    open_to = {"restriction"}
    open_to |= {"policy area"} if policy_areas else set()
    open_to |= {"challenge area"} if challenge_areas else set()
    open_to |= {"ground"} if grounds else set()
    return [
        Route(row, policy_areas, challenge_areas, grounds, open_acts)
        for row in route_table()
        if row.open_to in open_to and row.applies_on(on)
    ]


@cache
def route_table() -> tuple[RouteWords, ...]:
    """The rows of ``mappings/ogp_routes.csv``, by their order and date.

    Raises:
        DeclarationError: naming the line that breaks the rules.
    """
    return read_routes(paths.mappings_dir() / "ogp_routes.csv")


def read_routes(path: Path) -> tuple[RouteWords, ...]:
    """The rows of a table of routes; raises as ``route_table``."""
    rows: list[RouteWords] = []

    def add(cells: dict[str, str]) -> None:
        row = _row(cells)
        _refuse_overlap(row, rows)
        rows.append(row)

    read_rows(path, add, required=_COLUMNS, allowed=_COLUMNS)
    return tuple(sorted(rows, key=lambda row: (row.order, _first(row))))


def _row(cells: dict[str, str]) -> RouteWords:
    """Raises ``ValueError`` with what is wrong."""
    empty = next((name for name in ("route", *_TEXTS, "basis") if not cells[name]), "")
    if empty:
        raise ValueError(f"'{empty}' is empty")
    if cells["for"] not in PLACEHOLDERS:
        raise ValueError(f"'for' is '{cells['for']}'; it may be: {', '.join(PLACEHOLDERS)}")
    if not cells["order"].isdecimal():
        raise ValueError(f"the order '{cells['order']}' is not a number")
    if not web_address(cells["url"]):
        raise ValueError(f"'{cells['url']}' is not a web address")
    named = _placeholders(cells["text_en"])
    odd = sorted(named - PLACEHOLDERS[cells["for"]])
    if odd:
        raise ValueError(f"a route for a {cells['for']} has no value for {{{odd[0]}}}")
    for column in ("text_es", "text_fr"):
        if _placeholders(cells[column]) != named:
            raise ValueError(f"{column} has other {{placeholders}} than text_en")
    since = PartialDate.from_iso(cells["since"]) if cells["since"] else None
    until = PartialDate.from_iso(cells["until"]) if cells["until"] else None
    if since and until and until.first_day() < since.first_day():
        raise ValueError("ends before it begins")
    texts = {name: cells[name] for name in _TEXTS}
    return RouteWords(
        route=cells["route"],
        order=int(cells["order"]),
        open_to=cells["for"],
        since=since,
        until=until,
        **texts,
        url=cells["url"],
        basis=cells["basis"],
    )


def _refuse_overlap(row: RouteWords, earlier: Collection[RouteWords]) -> None:
    """On one day a route has one text, and every route its own place in the order."""
    for one in earlier:
        if (one.route == row.route) != (one.order == row.order):
            raise ValueError(f"the route '{row.route}' and the order {row.order} do not go together")
        if one.route == row.route and _first(one) <= _last(row) and _first(row) <= _last(one):
            raise ValueError(f"the route '{row.route}' has two texts for one day")


def _first(row: RouteWords) -> date:
    return row.since.last_day() if row.since else date.min


def _last(row: RouteWords) -> date:
    return row.until.first_day() if row.until else date.max


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
