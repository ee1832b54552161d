"""A refresh: ask each publisher, take over what is healthy, keep the last good data of the rest, and tell the truth.

One source's failure never stops another. What was taken over is written in one step, together with the history and the
marks of what is stale.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import unquote, urljoin

from pydantic import Field

from civic_tracker import dataset as store
from civic_tracker import storage
from civic_tracker.adapters import parser_of
from civic_tracker.dataset import Dataset, Import, Staleness
from civic_tracker.documents import Document, text_of
from civic_tracker.entries import Parsed
from civic_tracker.errors import CivicTrackerError, DatasetError, DocumentError
from civic_tracker.fetching.outcomes import Expects, Fetched, FetchError, Receipt, Unchanged
from civic_tracker.health import Failing, FailureKind, check, fill_rates
from civic_tracker.normalise import Origin
from civic_tracker.pipeline import Run, adopted, build, known
from civic_tracker.records import Part, records_of
from civic_tracker.schema import Model
from civic_tracker.sources import Refresh, Source, all_sources
from civic_tracker.terms import load_terms

Say = Callable[[str], None]
Outcome = Literal["taken over", "unchanged", "failed", "nothing to fetch"]


class Fetcher(Protocol):
    """What a refresh needs of the client that asks publishers."""

    def fetch(
        self, address: str, *, expects: Expects, known: Receipt | None = None, max_megabytes: int | None = None
    ) -> Fetched | Unchanged: ...


class SourceReport(Model):
    """What a refresh did about one source."""

    source: str = Field(description="Id of the source declaration.")
    outcome: Outcome = Field(description="What came of it.")
    failure: FailureKind | None = Field(default=None, description="Kind of failure, when it failed.")
    reason: str = Field(default="", description="Why it failed, in a sentence.")
    address: str = Field(default="", description="The address that was asked.")
    capture_of: str = Field(default="", description="The day of the pinned capture, for a source no longer updated.")
    requests: int = Field(default=0, ge=0, description="Requests sent to the publisher.")
    bytes: int = Field(default=0, ge=0, description="Bytes received.")
    entries: int = Field(default=0, ge=0, description="Entries in the document, where one was read.")
    measures: int = Field(default=0, ge=0, description="Measures of the source in the dataset afterwards.")
    figures: int = Field(default=0, ge=0, description="Observations of the source in the dataset afterwards.")
    problems: int = Field(default=0, ge=0, description="Problems of the source afterwards.")
    filled: dict[str, float] = Field(default={}, description="By field, the share of the document's entries with it.")
    stale_since: date | None = Field(default=None, description="Set while the records are those of an earlier day.")


class RunReport(Model):
    """What one refresh did; written for every run, good or bad."""

    started: datetime = Field(description="When it began (UTC).")
    ended: datetime = Field(description="When it ended (UTC).")
    version: str = Field(description="Version of the program.")
    exit_status: int = Field(description="0 all well; 1 a source failed, the dataset is good; 2 the run itself failed.")
    error: str = Field(default="", description="Why the run itself failed.")
    files_changed: tuple[str, ...] = Field(default=(), description="Files of the dataset that changed.")
    changes: int = Field(default=0, ge=0, description="Lines added to the history.")
    sources: tuple[SourceReport, ...] = Field(default=(), description="One for each source.")


@dataclass(slots=True)
class _Answer:
    """What asking for one source's document came to, before anything is written."""

    report: SourceReport
    imports: list[Import] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


def refresh(
    folder: Path,
    client: Fetcher,
    *,
    sources: Sequence[Source] | None = None,
    accept_shrink: frozenset[str] = frozenset(),
    day: date,
    say: Say = lambda _: None,
) -> tuple[Run, list[SourceReport]]:
    """Ask the publishers of these sources (all that declare how), and write what is healthy.

    Raises:
        DatasetError: when the folder cannot be read or written, or another run holds it. The dataset is then as it was.
    """
    store.refuse_foreign(folder)
    chosen = list(sources if sources is not None else all_sources().values())
    with storage.locked(folder):
        former = known(folder)
        answers = {}
        for source in chosen:
            say(f"asking {source.short_name}")
            answers[source.id] = _ask(folder, source, client, former, source.id in accept_shrink, day)
        receipts = {one.address: one for one in former.receipts}
        for answer in answers.values():
            former.imports += answer.imports
            receipts |= {one.address: one for one in answer.receipts}
        former.receipts = sorted(receipts.values(), key=lambda one: one.address)
        fresh = [source for source in all_sources().values() if source.id not in former.states]
        taken = [source for source in chosen if answers[source.id].imports]
        stale = _stale(former, [answer.report for answer in answers.values()], day)
        affected = {source.id: source for source in [*fresh, *taken]}
        run = build(folder, former, list(affected.values()), day=day, say=say, stale=stale)
    return run, [_after(answers[source.id].report, run, folder) for source in chosen]


def write_report(report: RunReport, folder: Path) -> Path:
    """Write a run's report as JSON, named after the moment it began."""
    name = f"{report.started.strftime('%Y-%m-%dT%H-%M-%S-%f')}.json"
    text = json.dumps(report.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    storage.write_together(folder, {name: text.encode(), "latest.json": text.encode()})
    return folder / name


def _ask(folder: Path, source: Source, client: Fetcher, former: Dataset, accept_shrink: bool, day: date) -> _Answer:
    """Ask one publisher; whatever goes wrong is the failure of this source alone."""
    expected = source.refresh
    if expected is None:
        return _Answer(SourceReport(source=source.id, outcome="nothing to fetch"))
    head = SourceReport(
        source=source.id,
        outcome="failed",
        address=expected.address,
        capture_of=str(expected.capture_of or ""),
    )
    asked = _Asked(client, {one.address: one for one in former.receipts}, source.max_megabytes)
    try:
        document = _document(source, expected, asked)
        if document is None:
            return _Answer(_told(head, asked, outcome="unchanged"), receipts=asked.receipts)
        return _judged(folder, source, expected, document, former, accept_shrink, day, head, asked)
    except FetchError as error:
        asked.requests += error.requests
        return _Answer(_told(head, asked, failure=error.kind, reason=str(error)))
    except DocumentError as error:
        kind: FailureKind = "site_changed" if expected.expects == "page" else "not_the_format"
        return _Answer(_told(head, asked, failure=kind, reason=str(error)))
    except CivicTrackerError:
        raise
    except Exception as error:  # a fault of our own code in one source must not cost the others their refresh
        reason = f"{type(error).__name__}: {error}"[:300]
        return _Answer(_told(head, asked, failure="internal", reason=reason))


@dataclass(slots=True)
class _Asked:
    """A client, and what was asked of it for one source."""

    client: Fetcher
    known: dict[str, Receipt]
    max_megabytes: int
    requests: int = 0
    bytes: int = 0
    receipts: list[Receipt] = field(default_factory=list)

    def fetch(self, address: str, expects: Expects, *, remember: bool = True) -> Document | None:
        """The document at an address, or ``None`` when it is the one we have."""
        known = self.known.get(address) if remember else None
        answer = self.client.fetch(address, expects=expects, known=known, max_megabytes=self.max_megabytes)
        self.requests += answer.requests
        self.bytes += answer.bytes
        if remember and answer.receipt != self.known.get(address):
            self.receipts.append(answer.receipt)
        return answer.document if isinstance(answer, Fetched) else None


def _document(source: Source, expected: Refresh, asked: _Asked) -> Document | None:
    if not expected.link:
        return asked.fetch(expected.address, expected.expects)
    page = asked.fetch(expected.address, "page", remember=False)
    links = re.findall(expected.link, text_of(page)) if page else []
    if not page or not links:
        raise DocumentError(f"{expected.address}: holds no link to the document of {source.short_name}.")
    newest = max(links, key=lambda link: [int(number) for number in re.findall(r"\d+", unquote(link))])
    return asked.fetch(urljoin(expected.address, unquote(newest)), expected.expects)


def _judged(
    folder: Path,
    source: Source,
    expected: Refresh,
    document: Document,
    former: Dataset,
    accept_shrink: bool,
    day: date,
    head: SourceReport,
    asked: _Asked,
) -> _Answer:
    """Whether a document that is new to us is taken over."""
    parsed = parser_of(source)(document)
    rates = fill_rates([parsed])
    told = _told(head, asked, entries=len(parsed), filled=rates)
    records = records_of(source, [(Part(parsed, Origin(record="new", url=document.url, retrieved=day)),)], load_terms())
    state = former.states.get(source.id)
    before = state.count.entries if state and state.complete else None
    failing = check(expected, [parsed], records.count, before=before, accept_shrink=accept_shrink)
    if failing:
        return _Answer(_failed(told, failing))
    if _says_nothing_new(folder, source, former, document, parsed):
        return _Answer(told.model_copy(update={"outcome": "unchanged"}))
    imports = adopted(folder, source, [(document, parsed)], day, former.imports)
    return _Answer(told.model_copy(update={"outcome": "taken over"}), imports, asked.receipts)


def _says_nothing_new(folder: Path, source: Source, former: Dataset, document: Document, parsed: Parsed) -> bool:
    """Whether the last document of this address holds the same entries: pages change around what they list."""
    last = next((one for one in reversed(former.imports) if one.source == source.id and one.url == document.url), None)
    if last is None:
        return False
    if last.sha256 == document.sha256:
        return True
    try:
        content = storage.read_snapshot(store.snapshots(folder), last.sha256)
        return parser_of(source)(Document(name=last.name, content=content, url=last.url)) == parsed
    except (DatasetError, DocumentError):
        return False  # the last document is missing or damaged, so nobody can tell; the new one is good


def _stale(former: Dataset, reports: Sequence[SourceReport], day: date) -> dict[str, Staleness | None]:
    """What failed is stale since the first day it did; what went well is not."""
    marks: dict[str, Staleness | None] = {}
    for report in reports:
        state = former.states.get(report.source)
        if report.failure:
            since = state.stale.since if state and state.stale else day
            marks[report.source] = Staleness(since=since, kind=report.failure)
        elif report.outcome != "nothing to fetch":
            marks[report.source] = None
    return marks


def _told(head: SourceReport, asked: _Asked, **more: object) -> SourceReport:
    return head.model_copy(update={"requests": asked.requests, "bytes": asked.bytes} | more)


def _failed(report: SourceReport, failing: Failing) -> SourceReport:
    return report.model_copy(update={"outcome": "failed", "failure": failing.kind, "reason": failing.reason})


def _after(report: SourceReport, run: Run, folder: Path) -> SourceReport:
    """The report with what the dataset holds of the source afterwards."""
    state = run.dataset.states.get(report.source)
    if state is None:
        return report
    return report.model_copy(
        update={
            "measures": state.measures,
            "figures": state.observations,
            "problems": len(store.read_problems(folder, report.source)),
            "stale_since": state.stale.since if state.stale else None,
        }
    )
