"""Invented records for the tests of linking."""

from civic_tracker.linking import LinkRecord, Profile, from_row, profile


def record(text: str, **cells: str) -> LinkRecord:
    """A record of the benchmark's form, about an order of one day in one country unless told otherwise."""
    row = {
        "source": "one",
        "id": "1",
        "iso3": "NOR",
        "place": "",
        "date_start": "2020-03-12",
        "date_end": "",
        "category": "",
        "text": text,
        "url": "",
    }
    return from_row(row | cells)


def read(text: str, **cells: str) -> Profile:
    return profile(record(text, **cells))
