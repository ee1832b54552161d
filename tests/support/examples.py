"""Examples that several tests change a little: made-up records about real countries, none of them a fact."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from civic_tracker.findings.summary import summarise
from civic_tracker.model.changes import Change
from civic_tracker.model.runs import FailureKind
from civic_tracker.model.schema import Observation, Problem, Record, SourceCount
from civic_tracker.publish.workbook.acts import acts_in
from civic_tracker.publish.workbook.compose import site_workbooks
from civic_tracker.store.contents import Dataset, Manifest, SourceState, Staleness, only
from civic_tracker.store.dataset import sealed


def a_measure(**changes: Any) -> Record:
    """A measure read on ICNL's own page: an order of March 2020 in Kenya, with no recorded end."""
    fields: dict[str, Any] = {
        "id": "icnl-KEN-0123456789",
        "source": "icnl",
        "evidence": "publisher",
        "stated_by": "ICNL",
        "country": "KEN",
        "country_as_written": "Kenya",
        "title": "Example order on gatherings",
        "title_by": "publisher",
        "language": "en",
        "record_kind": "measure",
        "instrument": "order",
        "liberties": ("assembly",),
        "liberties_basis": "published",
        "introduced": "2020-03-15",
        "introduced_as_written": "March 15, 2020",
        "source_url": "https://www.icnl.org/covid19tracker/",
        "source_record": "sha256:0123456789abcdef entry 1",
    }
    return Record.model_validate(fields | changes)


def an_event(**changes: Any) -> Record:
    """An event that IDEA's Democracy Tracker reports for June 2023."""
    fields: dict[str, Any] = {
        "id": "idea_tracker-KEN-0123456789",
        "source": "idea_tracker",
        "stated_by": "IDEA Tracker",
        "title": "Example event",
        "record_kind": "event",
        "instrument": "unknown",
        "introduced": None,
        "introduced_as_written": "",
        "period": "2023-06",
        "period_as_written": "June 2023",
        "source_url": "https://www.idea.int/democracytracker/",
    }
    return a_measure(**fields | changes)


def a_compiled_measure(**changes: Any) -> Record:
    """A measure in our own words that no tracker's page was seen to list."""
    fields: dict[str, Any] = {
        "id": "rti_compiled-KEN-0123456789",
        "source": "rti_compiled",
        "evidence": "compiled",
        "stated_by": "example.org",
        "title": "Example suspension of deadlines",
        "title_by": "civic-tracker",
        "liberties": ("information",),
        "source_url": "https://example.org/suspension",
    }
    return a_measure(**fields | changes)


def an_observation(**changes: Any) -> Observation:
    """A figure of IDEA's indices for Kenya in 2020."""
    fields: dict[str, Any] = {
        "source": "idea_gsod",
        "release": "v7",
        "country": "KEN",
        "country_as_written": "Kenya",
        "period": "2020",
        "indicator": "gsod_representative_government",
        "indicator_as_written": "C_A1",
        "value": 0.5,
        "value_as_written": "0.5",
        "stated_by": "IDEA GSoD",
        "source_url": "https://www.idea.int/democracytracker/gsod-indices",
        "source_record": "sha256:0123456789abcdef row 2",
    }
    return Observation.model_validate(fields | changes)


def a_problem(**changes: Any) -> Problem:
    fields: dict[str, Any] = {
        "source": "icnl",
        "code": "date_not_understood",
        "entry": "sha256:0123456789abcdef entry 1",
        "field": "introduced",
        "value": "in spring",
        "reason": "'in spring' cannot be read as a date.",
        "entry_kept": True,
    }
    return Problem.model_validate(fields | changes)


def a_dataset(
    measures: Sequence[Record] = (), observations: Sequence[Observation] = (), problems: Sequence[Problem] = ()
) -> Dataset:
    """A dataset of these records, with the state of each source that has one."""
    named = [
        *(one.source for one in measures),
        *(one.source for one in observations),
        *(one.source for one in problems),
    ]
    sources = sorted(set(named))
    return Dataset(
        measures=list(measures),
        observations=list(observations),
        problems=list(problems),
        states={source: _state(source, measures, observations) for source in sources},
    )


def alter_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a dataset's manifest and its checksum, as only a broken program would."""
    path = folder / "dataset.json"
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(sealed(Manifest.model_validate(content)).model_dump_json(), encoding="utf-8")


def make_stale(dataset: Dataset, source: str, kind: FailureKind = "site_changed") -> None:
    """The source's page of 4 May 2020 is the last that could be taken over; since 20 November 2026 none can."""
    dataset.states[source] = dataset.states[source].model_copy(
        update={"retrieved": date(2020, 5, 4), "stale": Staleness(since=date(2026, 11, 20), kind=kind)}
    )


def _state(source: str, measures: Sequence[Record], observations: Sequence[Observation]) -> SourceState:
    own = sum(one.source == source for one in measures)
    figures = sum(one.source == source for one in observations)
    count = SourceCount(
        source=source,
        entries=own + figures,
        measures=own,
        figures=figures,
        duplicates=0,
        asides=0,
        rejected=0,
    )
    return SourceState(count=count, measures=own, observations=figures, complete=False, documents=1)


def workbook_for_a_site(dataset: Dataset, iso3: str, on: date, code: str, changes: Sequence[Change] = ()) -> bytes:
    """The workbook of a country as the site has it, in a language."""
    part = only(dataset, iso3)
    return site_workbooks(part, summarise(part, iso3, on), acts_in(part, on), [code], changes)[code]
