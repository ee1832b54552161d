"""What a dataset holds: its records in memory, the documents they come from, and the state of each source."""

from dataclasses import dataclass, field
from datetime import date

from pydantic import Field

from civic_tracker import leaving
from civic_tracker.model.changes import Change
from civic_tracker.model.runs import FailureKind, Receipt
from civic_tracker.model.schema import (
    ActRow,
    Address,
    Code,
    LinkRow,
    Model,
    Observation,
    Problem,
    Record,
    SourceCount,
    Title,
    WholeWords,
)


class Import(Model):
    """One document that a person or a refresh brought in."""

    source: Code = Field(description="Id of the source declaration.")
    batch: Code = Field(description="Documents imported together share it.")
    sha256: Code = Field(pattern=r"^[0-9a-f]{64}$", description="The document's bytes.")
    name: Title = Field(description="The file's name.")
    url: Address = Field(default="", description="The address it was saved from, when known.")
    retrieved: date = Field(description="The day it was retrieved or, when not told, imported.")
    release: Code = Field(default="", description="The publisher's release that it holds.")
    entries_sha256: Code = Field(
        default="", description="The entries read from it: a page that changes around them says nothing new."
    )
    complete: bool = Field(
        default=False, description="Whether its batch held as much as the source's declaration called complete."
    )
    entries: int | None = Field(
        default=None, ge=0, description="Entries and figures in it, those set aside not counted; empty when not known."
    )
    asides: int | None = Field(default=None, ge=0, description="Entries set aside; empty when not known.")


class Staleness(Model):
    """Since when a source's records are those of an earlier day, because its newer document could not be taken over."""

    since: date = Field(description="The day of the first failed refresh.")
    kind: FailureKind = Field(description="Kind of failure; the run's summary has the reason.")


class SourceState(Model):
    """What the dataset holds of one source."""

    count: SourceCount
    measures: int = Field(ge=0, description="Measures in the dataset.")
    observations: int = Field(ge=0, description="Observations in the dataset.")
    complete: bool = Field(description="Whether a complete document of the source is loaded, or only an excerpt.")
    documents: int = Field(ge=0, description="Imported documents that the records come from.")
    retrieved: date | None = Field(default=None, description="Day the newest of them was retrieved.")
    stale: Staleness | None = Field(default=None, description="Set while a refresh of the source fails.")


class Manifest(Model):
    """`dataset.json`."""

    all_words = leaving.CODE

    format: int = Field(description="Version of this layout.")
    sources: dict[str, SourceState] = Field(description="State by source.")
    linked_from: Code = Field(
        default="",
        description="SHA-256 of the records and tables that the acts were made from; others are out of date.",
    )
    linked_without: tuple[str, ...] = Field(
        default=(),
        description="Sources of which some texts were on another machine when the acts were made: their records kept "
        "the links that they had.",
    )
    files: dict[str, str] = Field(description="SHA-256 of every file of the dataset.")
    sha256: str = Field(default="", description="SHA-256 of this file as it is with this value empty.")


@dataclass
class Dataset:
    """All records in memory, sorted as they are written."""

    measures: list[Record] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    words: list[WholeWords] = field(default_factory=list)
    """Of the sources that were just normalised: the words of which only a term leaves. Nothing reads them again."""
    imports: list[Import] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    acts: list[ActRow] = field(default_factory=list)
    links: list[LinkRow] = field(default_factory=list)
    states: dict[str, SourceState] = field(default_factory=dict)
    linked_from: str = ""
    linked_without: tuple[str, ...] = ()


def by_country(dataset: Dataset) -> dict[str, Dataset]:
    """The records of each country that has any, its lines of the history, and the states of all sources."""
    parts: dict[str, Dataset] = {}
    for measure in dataset.measures:
        parts.setdefault(measure.country, Dataset(states=dataset.states)).measures.append(measure)
    for observation in dataset.observations:
        parts.setdefault(observation.country, Dataset(states=dataset.states)).observations.append(observation)
    country_of = {one.id: one.country for one in dataset.measures}
    for act in dataset.acts:
        if act.record in country_of:
            parts[country_of[act.record]].acts.append(act)
    for link in dataset.links:
        if link.left in country_of:
            parts[country_of[link.left]].links.append(link)
    for change in dataset.changes:
        if change.country:
            parts.setdefault(change.country, Dataset(states=dataset.states)).changes.append(change)
    return parts


def only(dataset: Dataset, iso3: str) -> Dataset:
    """The records of one country, with the states of all sources; quicker than ``by_country`` for one."""
    measures = [one for one in dataset.measures if one.country == iso3]
    ids = {one.id for one in measures}
    return Dataset(
        measures=measures,
        observations=[one for one in dataset.observations if one.country == iso3],
        acts=[one for one in dataset.acts if one.record in ids],
        links=[one for one in dataset.links if one.left in ids],
        changes=[one for one in dataset.changes if one.country == iso3],
        states=dataset.states,
    )
