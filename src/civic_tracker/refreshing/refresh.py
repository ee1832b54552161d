"""A refresh: ask each publisher, take over what is healthy, keep the last good data of the rest, and tell the truth.

One source's failure never stops another. What was taken over is written in one step, together with the history and the
marks of what is stale.
"""

import json
import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import unquote, urljoin, urlsplit

from pydantic import Field

from civic_tracker import leaving
from civic_tracker.building.former import read_former, refuse_what_cannot_be_made_again
from civic_tracker.building.normalise import Origin
from civic_tracker.building.parsers import parser_of
from civic_tracker.building.pipeline import Run, Say, adopted, build
from civic_tracker.building.records import Part, records_of
from civic_tracker.declared.sources import Refresh, Source, all_sources
from civic_tracker.declared.terms import load_terms
from civic_tracker.disk import storage
from civic_tracker.documents.document import Document, text_of
from civic_tracker.documents.entries import Parsed, entries_in
from civic_tracker.errors import CivicTrackerError, DatasetError, DocumentError
from civic_tracker.fetching.outcomes import Expects, Fetched, FetchError, Unchanged
from civic_tracker.model.runs import FailureKind, Receipt
from civic_tracker.model.schema import Address, Code, CodeList, Model, Ours, OursList
from civic_tracker.refreshing.health import check, fill_rates
from civic_tracker.store import dataset as store
from civic_tracker.store.batches import needed
from civic_tracker.store.contents import Dataset, Import, Staleness
from civic_tracker.store.layout import snapshots

_LONGEST_FAULT = 200
Outcome = Literal["taken over", "unchanged", "failed", "nothing to fetch"]


class Fetcher(Protocol):
    """What a refresh needs of the client that asks publishers."""

    def fetch(
        self, address: str, *, expects: Expects, known: Receipt | None = None, max_megabytes: int | None = None
    ) -> Fetched | Unchanged: ...


class SourceReport(Model):
    """What a refresh did about one source."""

    source: Code = Field(description="Id of the source declaration.")
    outcome: Outcome = Field(description="What came of it.")
    failure: FailureKind | None = Field(default=None, description="Kind of failure, when it failed.")
    reason: Ours = Field(default="", description="Why it failed, in a sentence.")
    address: Address = Field(default="", description="The address that was asked.")
    capture_of: Code = Field(default="", description="The day of the pinned capture, for a source no longer updated.")
    requests: int = Field(default=0, ge=0, description="Requests sent to the publisher.")
    bytes: int = Field(default=0, ge=0, description="Bytes received: the bodies of all answers, as they came.")
    entries: int = Field(default=0, ge=0, description="Entries in the document, where one was read.")
    measures: int = Field(default=0, ge=0, description="Measures of the source in the dataset afterwards.")
    figures: int = Field(default=0, ge=0, description="Observations of the source in the dataset afterwards.")
    problems: int = Field(default=0, ge=0, description="Problems of the source afterwards.")
    filled: dict[Code, float] = Field(default={}, description="By field, the share of the document's entries with it.")
    stale_since: date | None = Field(default=None, description="Set while the records are those of an earlier day.")
    remark: Ours = Field(default="", description="What else a person should know: the clock of the machine went back.")


class RunReport(Model):
    """What one refresh did; written for every run, good or bad."""

    started: datetime = Field(description="When it began (UTC).")
    ended: datetime = Field(description="When it ended (UTC).")
    version: Code = Field(description="Version of the program.")
    exit_status: int = Field(
        description="0 all well; 1 a source failed, the dataset is good; 2 the run itself failed; 130 and 143 it was "
        "stopped (SIGINT, SIGTERM)."
    )
    error: Ours = Field(default="", description="Why the run itself failed, or what stopped it.")
    files_changed: CodeList = Field(default=(), description="Files of the dataset that changed.")
    changes: int = Field(default=0, ge=0, description="Lines added to the history.")
    remarks: OursList = Field(default=(), description="What else a person should know: what was made again.")
    sources: tuple[SourceReport, ...] = Field(default=(), description="One for each source.")


@dataclass(slots=True)
class _Answer:
    """What asking for one source's document came to, before anything is written."""

    report: SourceReport
    imports: list[Import] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    parsed: dict[tuple[str, str], Parsed] = field(default_factory=dict)


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
    chosen = list(sources if sources is not None else all_sources().values())
    with store.locked(folder):
        before = read_former(folder)
        refuse_what_cannot_be_made_again(folder, before)  # before anybody is asked
        former = before.dataset
        answers = {}
        for source in chosen:
            if source.refresh is None:
                answers[source.id] = _Answer(SourceReport(source=source.id, outcome="nothing to fetch"))
                continue
            say(f"asking {source.short_name}")
            answers[source.id] = _ask(
                _Case(folder, source, source.refresh, client, former, source.id in accept_shrink, day)
            )
        receipts = {one.address: one for one in former.receipts}
        for answer in answers.values():
            former.imports += answer.imports
            receipts |= {one.address: one for one in answer.receipts}
        former.receipts = sorted(receipts.values(), key=lambda one: one.address)
        fresh = [source for source in all_sources().values() if source.id not in former.states]
        taken = [source for source in chosen if answers[source.id].imports]
        stale = _stale(former, [answer.report for answer in answers.values()], day)
        affected = {source.id: source for source in [*fresh, *taken]}
        parsed = {key: one for answer in answers.values() for key, one in answer.parsed.items()}
        run = build(folder, before, list(affected.values()), day=day, say=say, stale=stale, parsed=parsed)
    return run, [_after(answers[source.id].report, run, folder) for source in chosen]


_REPORT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{6}\.json|latest\.json")


def _is_report(name: str) -> bool:
    return bool(_REPORT.fullmatch(name))


def write_report(report: RunReport, folder: Path) -> Path:
    """Write a run's report as JSON, named after the moment it began."""
    name = f"{report.started.strftime('%Y-%m-%dT%H-%M-%S-%f')}.json"
    text = json.dumps(report.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    storage.write_together(folder, {name: text.encode(), "latest.json": text.encode()}, kinds=_is_report)
    return folder / name


@dataclass(slots=True)
class _Case:
    """One source in one refresh: what is known before, whom to ask, and what asking has cost so far."""

    folder: Path
    source: Source
    expected: Refresh
    client: Fetcher
    former: Dataset
    accept_shrink: bool
    day: date
    requests: int = 0
    bytes: int = 0
    receipts: list[Receipt] = field(default_factory=list)

    def fetch(self, address: str, expects: Expects, *, remember: bool = True) -> Document | None:
        """The document at an address, or ``None`` when it is the one we have."""
        last = next((one for one in self.former.receipts if remember and one.address == address), None)
        answer = self.client.fetch(address, expects=expects, known=last, max_megabytes=self.source.max_megabytes)
        self.requests += answer.requests
        self.bytes += answer.bytes
        if remember and answer.receipt != last:
            self.receipts.append(answer.receipt)
        return answer.document if isinstance(answer, Fetched) else None

    @property
    def own(self) -> list[Import]:
        """The documents of this source so far, those retrieved last coming last."""
        own = [one for one in self.former.imports if one.source == self.source.id]
        return sorted(own, key=lambda one: one.retrieved)

    @property
    def retrieved(self) -> date:
        """The day of what comes now: no day before that of an earlier document.

        Documents take effect in the order of their days, so on a clock that went back the new one would give way to the
        old, and since its receipt is kept nobody would ever ask for it again.
        """
        return max([self.day, *(one.retrieved for one in self.own[-1:])])

    @property
    def remark(self) -> str:
        if self.retrieved == self.day:
            return ""
        return (
            f"The clock of this machine says {self.day}, and the newest document is of {self.retrieved}. "
            f"What is new is dated {self.retrieved} too, so that it counts as the newer one. Check the clock."
        )

    def told(self, outcome: Outcome, **more: object) -> SourceReport:
        """The report of this source, as far as it is known."""
        fields: dict[str, object] = {
            "source": self.source.id,
            "outcome": outcome,
            "address": self.expected.address,
            "capture_of": str(self.expected.capture_of or ""),
            "requests": self.requests,
            "bytes": self.bytes,
            "remark": self.remark,
        }
        return SourceReport.model_validate(fields | more)

    def failed(self, kind: FailureKind, reason: str, **more: object) -> _Answer:
        return _Answer(self.told("failed", failure=kind, reason=reason, **more))


def _ask(case: _Case) -> _Answer:
    """Ask one publisher; whatever goes wrong is the failure of this source alone."""
    try:
        document = _document(case)
        if document is None:
            return _Answer(case.told("unchanged"), receipts=case.receipts)
        return _judged(case, document)
    except FetchError as error:
        case.requests += error.requests
        case.bytes += error.bytes
        return case.failed(error.kind, str(error))
    except DocumentError as error:
        return case.failed("site_changed" if case.expected.expects == "page" else "not_the_format", str(error))
    except CivicTrackerError:
        raise
    except Exception as error:  # a fault of our own code in one source must not cost the others their refresh
        return case.failed("internal", _fault(error))


def _fault(error: Exception) -> str:
    """A fault of ours in a line: its kind and its place; its words only where they are no text of a document."""
    words, last = str(error), traceback.extract_tb(error.__traceback__)[-1:]
    if last and not leaving.is_term(words, _LONGEST_FAULT):
        words = f"at line {last[0].lineno} of {Path(last[0].filename).name}"
    return f"{type(error).__name__}: {leaving.named(words, _LONGEST_FAULT)}"


def _document(case: _Case) -> Document | None:
    expected = case.expected
    if not expected.link:
        return case.fetch(expected.address, expected.expects)
    page = case.fetch(expected.address, "page", remember=False)
    links = re.findall(expected.link, text_of(page)) if page else []
    if not links:
        raise DocumentError(f"{expected.address}: holds no link to the document of {case.source.short_name}.")
    newest = max(links, key=lambda link: [int(number) for number in re.findall(r"\d+", unquote(link))])
    return case.fetch(urljoin(expected.address, unquote(newest)), expected.expects)


def _judged(case: _Case, document: Document) -> _Answer:
    """Whether a document that is new to us is taken over."""
    source, former = case.source, case.former
    parsed = parser_of(source)(document)
    read: dict[str, object] = {"entries": len(parsed), "filled": fill_rates([parsed])}
    part = Part(parsed, Origin(record="new", url=document.url, retrieved=case.retrieved))
    records = records_of(source, [(part,)], load_terms())
    failing = check(
        case.expected,
        [parsed],
        records.count,
        records.problems,
        before=_entries_before(case, document, parsed),
        accept_shrink=case.accept_shrink,
    )
    if failing:
        return case.failed(failing.kind, failing.reason, **read)
    if _says_nothing_new(case, document, parsed):
        asked = {one.address for one in former.receipts}
        return _Answer(case.told("unchanged", **read), receipts=[x for x in case.receipts if x.address not in asked])
    imports = adopted(case.folder, source, [(document, parsed)], case.retrieved, former.imports)
    return _Answer(case.told("taken over", **read), imports, case.receipts, {(source.id, document.sha256): parsed})


def _entries_before(case: _Case, document: Document, parsed: Parsed) -> int | None:
    """How many entries the last good document of the same kind held, those set aside not counted.

    One document is compared with one: the last of the same address, else the last of the same release, else the last
    that came from the same site, which is an earlier release. ``None`` where there is none, or nobody can tell.
    """
    same_site = urlsplit(document.url).netloc
    same_address = [one for one in case.own if one.url and one.url == document.url]
    complete = [one for one in case.own if one.complete]
    same_release = [one for one in complete if one.release == parsed.release]
    earlier_release = [one for one in complete if one.url and urlsplit(one.url).netloc == same_site]
    alike = same_address or same_release or earlier_release
    return _entries_of(case, alike[-1]) if alike else None


def _entries_of(case: _Case, one: Import) -> int | None:
    """The entries of a document; for one of a dataset that did not remember them they are counted, where it is here."""
    if one.entries is not None:
        return one.entries
    try:
        content = storage.read_snapshot(snapshots(case.folder), one.sha256)
        return entries_in([parser_of(case.source)(Document(name=one.name, content=content, url=one.url))])
    except (DatasetError, DocumentError):
        return _entries_of_a_single_document(case)


def _entries_of_a_single_document(case: _Case) -> int | None:
    """Where a source's complete list is one document, the count of the source is that of the document."""
    state = case.former.states.get(case.source.id)
    if state is None or not state.complete or len(needed(case.former.imports, case.source.id)) != 1:
        return None
    return state.count.entries - state.count.asides


def _says_nothing_new(case: _Case, document: Document, parsed: Parsed) -> bool:
    """Whether the last document of this address holds the same entries: pages change around what they list."""
    own = [one for one in case.own if one.url == document.url]
    if not own:
        return False
    last = own[-1]
    if last.sha256 == document.sha256 or last.entries_sha256 == parsed.sha256:
        return True
    try:  # the adapter may read more than it did then
        content = storage.read_snapshot(snapshots(case.folder), last.sha256)
        return parser_of(case.source)(Document(name=last.name, content=content, url=last.url)) == parsed
    except (DatasetError, DocumentError):
        return False  # the last document is missing or damaged, so nobody can tell; the new one is good


def _stale(former: Dataset, reports: Sequence[SourceReport], day: date) -> dict[str, Staleness | None]:
    """What failed is stale since the first day it did; what went well is not."""
    marks: dict[str, Staleness | None] = {}
    for report in reports:
        state = former.states.get(report.source)
        if report.failure:
            newest = state.retrieved if state and state.retrieved else day
            since = state.stale.since if state and state.stale else max(day, newest)
            marks[report.source] = Staleness(since=since, kind=report.failure)
        elif report.outcome != "nothing to fetch":
            marks[report.source] = None
    return marks


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
