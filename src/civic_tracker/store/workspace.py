"""Which dataset is meant, and which country: what the command line and the Python interface share."""

import os
from datetime import date
from pathlib import Path

from civic_tracker import clock, paths
from civic_tracker import countries as known
from civic_tracker.declared import members
from civic_tracker.errors import UsageError
from civic_tracker.store import dataset as store
from civic_tracker.store.contents import Dataset

DATA_DIR_VARIABLE = "CIVIC_TRACKER_DATA_DIR"


def data_folder(chosen: Path | None = None) -> Path:
    """The dataset's folder: the one chosen, else that of the environment, else ``data/`` of the checkout or of here."""
    if chosen is not None:
        return chosen
    named = os.environ.get(DATA_DIR_VARIABLE, "").strip()
    if named:
        return Path(named)
    return paths.bundled_data_dir() if paths.in_checkout() else Path("data")


def readable_folder(chosen: Path | None = None) -> Path:
    """As :func:`data_folder`, but the bundled dataset when nobody chose one and none was made here yet."""
    folder = data_folder(chosen)
    default = chosen is None and not os.environ.get(DATA_DIR_VARIABLE, "").strip()
    return paths.bundled_data_dir() if default and not store.exists(folder) else folder


def exports_folder(chosen: Path | None = None) -> Path:
    """Where ``run`` writes its exports: beside the checkout's dataset, else in the current folder."""
    return _home(chosen) / "exports"


def runs_folder(chosen: Path | None = None) -> Path:
    """Where ``refresh`` writes its reports: beside the checkout's dataset, else in the current folder."""
    return _home(chosen) / "runs"


def _home(chosen: Path | None) -> Path:
    at_home = paths.in_checkout() and data_folder(chosen) == paths.bundled_data_dir()
    return paths.root() if at_home else Path()


def load(chosen: Path | None = None, *, country: str | None = None, sources: frozenset[str] | None = None) -> Dataset:
    """The dataset, or what it holds on one country, or of some sources."""
    countries = frozenset({country}) if country else None
    return store.load(readable_folder(chosen), countries=countries, sources=sources)


def load_members(chosen: Path | None, on: date) -> Dataset:
    """What the dataset holds on the members of the Open Government Partnership on a day."""
    listed = frozenset(one.country for one in members.members(on))
    return store.load(readable_folder(chosen), countries=listed)


def country_code(text: str) -> str:
    """ISO 3166-1 alpha-3 of a country given as a code or a name.

    Raises:
        UsageError: when the text is not one country, with the nearest names.
    """
    code = known.codes().get(text.strip().upper())
    if code:
        return code  # asked for a country, "NO" is Norway; in a column of names it may be a word
    match = known.match(text)
    if match.iso3:
        return match.iso3
    from civic_tracker.countries.country_of import refusal_words

    nearest = ", ".join(f"{one.name} ({one.iso3})" for one in match.suggestions[:5])
    hint = f"Did you mean: {nearest}?" if nearest else "Give an ISO code or a country's name."
    raise UsageError(f"{refusal_words(text, match)} {hint}")


def day(text: str | None) -> date:
    """A day given as ``2020-05-15``; today when nothing is given.

    Raises:
        UsageError: for any other text.
    """
    if not text:
        return clock.readers_day()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is not a day. Write it as 2020-05-15.") from error


def day_of_documents(text: str | None) -> date:
    """The day on which files were saved, as it is stored; today when nothing is given.

    Raises:
        UsageError: for a day that is none, or that has not begun anywhere the user may be.
    """
    chosen, stored = day(text), clock.stored_day()
    if chosen > max(clock.readers_day(), stored):
        raise UsageError(f"--retrieved {chosen} has not come yet. Give the day on which the files were saved.")
    return min(chosen, stored)  # today east of Greenwich may be tomorrow on the clock that days are stored by
