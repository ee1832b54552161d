"""Source declarations: what each publisher's source is, what it covers, and what its licence lets us republish."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from civic_tracker import leaving
from civic_tracker import paths as resources
from civic_tracker.declared.territories import codes
from civic_tracker.documents.entries import RawEntry, RawFigure
from civic_tracker.errors import DeclarationError, DeclarationFaultsError, Fault, UsageError
from civic_tracker.model.dates import NumericOrder, PartialDate
from civic_tracker.model.schema import Iso3, Liberty, Model, Stage

_ADAPTERS = Path(__file__).parents[1] / "adapters"
_HAS_PARSE = re.compile(r"^def parse\(|^from \S+ import parse$", re.MULTILINE)
_FIELDS = {one.name for kind in (RawEntry, RawFigure) for one in fields(kind)} - {"locator", "extra", "remarks"}
HttpUrl = Annotated[str, Field(pattern=r"^https?://\S+$")]


class Licence(Model):
    """What the publisher allows, and how that is known."""

    all_words = leaving.OURS

    name: str = Field(description="Name of the licence, or `none stated`, or `unknown`.")
    url: str = Field(default="", pattern=r"^(https?://\S+)?$", description="Where the licence can be read.")
    republish_descriptions: bool = Field(description="Whether the publisher's descriptions may leave the machine.")
    basis: str = Field(min_length=1, description="How the licence is known, and what was not seen.")


class Span(Model):
    """The dates of what the source records; no `last` means that it goes on."""

    first: PartialDate
    last: PartialDate | None = None


class CoverageDeclaration(Model):
    """Which countries the source looks at."""

    all_words = leaving.OURS

    kind: Literal["worldwide", "listed", "unknown"] = Field(
        description="`worldwide`: it looks at every country; `listed`: at those in `countries`; `unknown`: not known."
    )
    countries: tuple[Iso3, ...] = Field(default=(), description="The countries of a listed coverage.")
    note: str = Field(default="", description="How the coverage is known, and its limits.")


class Health(Model):
    """The least that the complete source yields; a document with less is taken for an excerpt of it."""

    least_entries: int = Field(ge=1)
    least_countries: int = Field(ge=1)


class Refresh(Model):
    """How a refresh gets the source's document, and what a healthy one holds."""

    all_words = leaving.OURS

    expects: Literal["page", "table", "json"] = Field(description="The form of the document.")
    address: HttpUrl = Field(
        description="Where the document is; for a source that is frozen or gone, a pinned capture."
    )
    capture_of: PartialDate | None = Field(
        default=None, description="The day the capture was taken, as far as its address says; empty for a live address."
    )
    link: str = Field(
        default="",
        description="When the address is a page that links to the document: a regular expression whose first group is "
        "the link, percent-encoded or not. The last one in the order of numbers is taken.",
    )
    least_entries: int = Field(ge=1, description="With fewer entries the document is taken for a broken one.")
    least_countries: int = Field(ge=1, description="With fewer countries likewise.")
    least_filled: dict[str, float] = Field(
        default={}, description="By field of a raw entry or figure, the least share of entries in which it is filled."
    )
    most_rejected: float = Field(
        default=0.1, ge=0, le=1, description="The greatest share of entries that may fail to become a record."
    )
    most_unknown: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="The greatest share of entries that may have a term that `mappings/terms.csv` does not know.",
    )
    most_text: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="The greatest share of entries that may hold text where a term, a name or a title belongs.",
    )
    greatest_drop: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="The greatest share of entries that may vanish against the last good document.",
    )


class Source(Model):
    """One file of `sources/`."""

    all_words = leaving.OURS

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Short id, also the file's name.")
    name: str = Field(description="Name of the dataset or page, as the publisher calls it.")
    publisher: str = Field(description="Full name of the publisher.")
    short_name: str = Field(description="Name used in tables.")
    holds: Literal["measures", "events", "spells", "observations"] = Field(
        description="Measures last; events are reported for a month, without a duration; spells are runs of days at "
        "one level of a daily series; observations are figures."
    )
    adapter: str = Field(
        pattern=r"^([a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*)?$",
        description="Module in `civic_tracker.adapters`; may be empty.",
    )
    addresses: tuple[HttpUrl, ...] = Field(
        description="Where the publisher shows it, the main address first; may be empty."
    )
    state: Literal["live", "frozen", "gone"] = Field(
        description="`live`: still updated; `frozen`: no longer updated; `gone`: no longer found."
    )
    state_basis: str = Field(min_length=1, description="How the state is known.")
    cadence: str = Field(min_length=1, description="How often it is or was updated, as far as known.")
    span: Span
    language: str = Field(default="", pattern=r"^([a-z]{2})?$", description="Language of the publisher's text.")
    licence: Licence
    attribution: str = Field(min_length=1, description="The sentence that every export carries.")
    coverage: CoverageDeclaration
    health: Health | None = Field(
        default=None, description="Absent where the source has no document of its own that could be complete."
    )
    refresh: Refresh | None = Field(default=None, description="Absent where a refresh has nothing to fetch.")
    numeric_date_order: NumericOrder | None = Field(
        default=None, description="Order of purely numeric dates, where the source's own dates prove it."
    )
    year_of_undated: int | None = Field(
        default=None, description="Year of dates written without one, where the source covers a single year."
    )
    liberties: tuple[Liberty, ...] = Field(
        default=(), description="Liberties that every entry concerns, by the source's own subject."
    )
    stage: Stage = Field(default="taken", description="Stage of an entry when the entry itself does not say.")
    max_megabytes: int = Field(default=64, ge=1, description="Largest document accepted.")
    notes: tuple[str, ...] = Field(default=(), description="What a reader of the figures must know.")

    def sentences(self) -> tuple[str, ...]:
        """Our own English sentences about it, for translation; names and the attribution stay as they are."""
        about = (self.state_basis, self.cadence, self.licence.basis, self.coverage.note)
        return tuple(text for text in (*about, *self.notes) if text)


@cache
def all_sources() -> dict[str, Source]:
    """Every declared source by id, in the order of ids.

    Raises:
        DeclarationError: naming the file and the field that breaks the rules.
    """
    paths = sorted(resources.sources_dir().glob("*.toml"))
    if not paths:
        raise DeclarationError(f"{resources.sources_dir()}: holds no source declaration.")
    return {source.id: source for source in map(read_source, paths)}


def read_source(path: Path) -> Source:
    """Read and check one declaration.

    Raises:
        DeclarationFaultsError: with every field that breaks the rules.
    """
    try:
        source = Source.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationFaultsError([Fault(path.name, f"is not readable TOML in UTF-8 ({error})")]) from error
    except ValidationError as error:
        wrong = [(".".join(map(str, one["loc"])), _said(one["msg"])) for one in error.errors()]
        raise DeclarationFaultsError([Fault(path.name, f"{where}: {what}") for where, what in wrong]) from error
    if faults := [Fault(path.name, what) for what in _faults(source, path.stem)]:
        raise DeclarationFaultsError(faults)
    return source


def _said(message: str) -> str:
    """What pydantic says of a field, in our words where a person who edits a file would not understand it."""
    return message.replace("Extra inputs are not permitted", "is unknown; look at its spelling").removesuffix(".")


def _faults(source: Source, name: str) -> Iterator[str]:
    """What is wrong with a declaration whose every field is well-formed."""
    if source.id != name:
        yield f"declares the id '{source.id}'; the file must be named after it"
    if (source.coverage.kind == "listed") != bool(source.coverage.countries):
        yield "coverage.countries belongs to, and only to, a listed coverage"
    for code in source.coverage.countries:
        if codes().get(code) != code:
            yield f"coverage.countries: '{code}' is not the code of a country"
    if source.adapter and source.adapter not in _adapters():
        yield f"adapter: there is no '{source.adapter}'; there are: {', '.join(_adapters())}"
    if source.refresh:
        yield from (f"refresh.{what}" for what in _faults_of_refresh(source.refresh))


@cache
def _adapters() -> tuple[str, ...]:
    """The modules and folders of adapters that have a function ``parse``; what lies in such a folder is its own."""
    names: list[str] = []
    for path in sorted(_ADAPTERS.rglob("*.py"), key=lambda path: (path.name != "__init__.py", path)):
        name = ".".join(path.relative_to(_ADAPTERS).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        if _HAS_PARSE.search(path.read_text(encoding="utf-8")) and name.partition(".")[0] not in names:
            names.append(name)
    return tuple(sorted(names))


def _faults_of_refresh(refresh: Refresh) -> Iterator[str]:
    try:
        if refresh.link and re.compile(refresh.link).groups != 1:
            yield "link: must have one group in brackets, which is the link"
    except re.error as error:
        yield f"link: is not a regular expression ({error})"
    for name, share in refresh.least_filled.items():
        if name not in _FIELDS:
            yield f"least_filled: entries have no field '{name}'; they have: {', '.join(sorted(_FIELDS))}"
        if not 0 <= share <= 1:
            yield f"least_filled: {name}: {share} is not a share from 0 to 1"


def get_source(name: str) -> Source:
    """The source with this id; hyphens may stand for underscores.

    Raises:
        UsageError: with the ids that exist.
    """
    sources = all_sources()
    found = sources.get(name.strip().lower().replace("-", "_"))
    if not found:
        raise UsageError(f"There is no source '{name}'. The sources are: {', '.join(sources)}.")
    return found
