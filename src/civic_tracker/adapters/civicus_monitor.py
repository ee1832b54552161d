"""CIVICUS Monitor: the rating of civic space in each country on one day, from 1 (closed) to 5 (open).

Form that was seen: JSON, ``{"FRA": {"fillKey": "4", "slug": "https://monitor.civicus.org/country/france/"}, ...}``, a
copy of the variable behind the publisher's world map, which users of the map tidied. It does not say its day, so the
file's name must, or else its address (``civicus_2021-03-19.json``).

Keys are ISO 3166 codes but for ``kosovo`` and ``SVT`` (Saint Vincent and the Grenadines); the address tells the name.
The page of the map is said to hold the same in JavaScript that is not JSON. It was not seen, and is refused.
"""

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import unquote, urlsplit

from civic_tracker.documents.document import Document, json_of
from civic_tracker.documents.entries import Aside, Parsed, RawFigure
from civic_tracker.errors import DocumentError
from civic_tracker.leaving import named, quoted

RATING = "fillKey"
NO_RATING = frozenset({"", "None", "null"})

_RATINGS = frozenset("12345")
_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_CODE = re.compile(r"[A-Z]{3}")


def parse(document: Document) -> Parsed:
    """Every rating as a figure, every country without one as an aside.

    Raises:
        DocumentError: when the document is not such a table of countries, has a rating that the scale does not have, or
            neither its name nor its address says its day.
    """
    countries = json_of(document)
    if not isinstance(countries, dict) or not countries:
        found = "an empty object" if countries == {} else f"a JSON {type(countries).__name__}"
        raise DocumentError(f"{document.name}: expected CIVICUS Monitor ratings by country code, found {found}.")
    rated = [(key, *_rating(document, key, country)) for key, country in countries.items()]
    day = _day(document)
    asides, figures = [], []
    for key, rating, page in rated:
        if rating in NO_RATING:
            asides.append(Aside(f"key {named(key)}", f"no rating (printed: {quoted(rating)})"))
            continue
        figures.append(
            RawFigure(
                locator=f"key {named(key)}",
                country=_name(page) or key,
                country_code=key if _CODE.fullmatch(key) else "",
                indicator=RATING,
                period=day,
                value=rating,
                url=page,
                evidence="copy",
                reported_by="users of its map, who tidied the data into JSON",
            )
        )
    if not figures:
        raise DocumentError(
            f"{document.name}: expected CIVICUS Monitor ratings, found {len(asides)} countries without."
        )
    return Parsed(figures=tuple(figures), asides=tuple(asides))


def _rating(document: Document, key: str, country: object) -> tuple[str, str]:
    """The rating of a country as printed, and the address of its page."""
    if not isinstance(country, Mapping) or RATING not in country:
        raise DocumentError(f"{document.name}: {quoted(key)} has no '{RATING}', which holds the rating of a country.")
    rating, page = (" ".join(str(country.get(name) or "").split()) for name in (RATING, "slug"))
    if rating not in _RATINGS | NO_RATING:
        raise DocumentError(f"{document.name}: {quoted(key)} has the rating {quoted(rating)}, expected 1 to 5.")
    return rating, page


def _day(document: Document) -> str:
    """The day that the file's name states, else its address."""
    for said in (document.name, unquote(document.url)):
        days: set[str] = set(_DAY.findall(said))
        if len(days) == 1 and _exists(day := days.pop()):
            return day
    raise DocumentError(
        f"{document.name}: does not say of which day its ratings are. Name the file after the day it was saved, "
        "for example civicus_2021-03-19.json."
    )


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _name(page: str) -> str:
    """The country's name, as the last part of its page's address has it: ``cape verde``."""
    try:
        path = urlsplit(page).path
    except ValueError:
        return ""
    return path.rstrip("/").rpartition("/")[2].replace("-", " ")
