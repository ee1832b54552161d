"""What the doctor found about a dataset: the findings, the facts behind them, and both in words."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from civic_tracker import leaving
from civic_tracker.model.runs import FailureKind
from civic_tracker.model.schema import Model

Level = Literal["note", "look", "broken"]
Loaded = Literal["complete", "excerpt", "nothing"]


class Finding(Model):
    """Something that a person should know, and what to do about it."""

    all_words = leaving.OURS

    level: Level = Field(
        description="`note`: good to know; `look`: something to look at; `broken`: the dataset cannot be read."
    )
    what: str = Field(description="What was found.")
    next: str = Field(description="What to do next.")


class Failed(Model):
    """The last time a refresh of a source failed, as far as the reports go back."""

    all_words = leaving.OURS

    day: date = Field(description="The day of that run.")
    kind: FailureKind = Field(description="Kind of failure.")
    reason: str = Field(description="Why, in a sentence.")


class SourceFacts(Model):
    """What there is of one source."""

    all_words = leaving.OURS

    source: str = Field(description="Id of the source declaration.")
    state: str = Field(description="As declared: live, frozen or gone.")
    loaded: Loaded = Field(description="What the dataset holds of it.")
    newest_document: date | None = Field(default=None, description="Day the newest document was retrieved.")
    days_old: int | None = Field(default=None, description="Days since then.")
    stale_since: date | None = Field(default=None, description="First day on which a refresh of it failed.")
    stale_kind: FailureKind | None = Field(default=None, description="Kind of that failure.")
    last_failure: Failed | None = Field(default=None, description="The last failure in the reports of runs.")
    snapshots_needed: int = Field(default=0, description="Documents that its records are made from.")
    snapshots_here: int = Field(default=0, description="Of these, those stored on this machine and undamaged.")


class LastRun(Model):
    """The newest report of a refresh."""

    all_words = leaving.OURS

    ended: datetime = Field(description="When it ended (UTC).")
    days_ago: int = Field(description="Days since then.")
    exit_status: int = Field(description="As in its report.")
    error: str = Field(description="Why the run itself failed; empty when it did not.")
    failed: tuple[str, ...] = Field(description="Ids of the sources that failed.")


class Disk(Model):
    """Bytes: of the dataset, of what stays on this machine, and what is free; is it allowed to write?"""

    dataset: int = Field(description="Bytes of the dataset.")
    local: int = Field(description="Bytes of what stays on this machine: documents and texts of publishers.")
    free: int | None = Field(description="Bytes that are free; empty where it could not be found out.")
    writable: bool = Field(description="Whether the folder may be written.")


class MappingCoverage(Model):
    """What the mapping tables do not explain, in numbers; ``None`` where it could not be found out."""

    all_words = leaving.OURS

    unknown_terms: int | None = Field(default=None, description="Different terms that terms.csv does not know.")
    refused_countries: int | None = Field(default=None, description="Different country names without a decision.")
    unused_rows: int | None = Field(
        default=None, description="Rows of terms.csv that no entry of a completely loaded source used."
    )


class Diagnosis(Model):
    """All that was found."""

    all_words = leaving.OURS

    data_dir: str = Field(description="The dataset's folder.")
    sources: tuple[SourceFacts, ...] = Field(description="One for each source.")
    last_run: LastRun | None = Field(description="The newest report of a refresh; empty when there is none.")
    disk: Disk = Field(description="What is stored, and what is free.")
    mappings: MappingCoverage = Field(description="What the tables do not explain.")
    lock: str = Field(description="Who is writing the dataset now; empty when nobody is.")
    files_checked: int = Field(description="Files whose checksum was compared.")
    damaged: tuple[str, ...] = Field(description="Files that are missing, damaged or changed by hand.")
    findings: tuple[Finding, ...] = Field(description="What was found, each with what to do next.")
    exit_status: int = Field(description="0 nothing to do; 1 something to look at; 2 the dataset is broken.")

    @property
    def last_run_words(self) -> str:
        run = self.last_run
        if run is None:
            return "Last refresh: no report of one"
        outcome = {0: "all well", 1: f"failed: {', '.join(run.failed)}"}.get(run.exit_status, run.error)
        return f"Last refresh: {run.ended:%Y-%m-%d %H:%M} UTC, exit status {run.exit_status} ({outcome})"

    @property
    def disk_words(self) -> str:
        free = "an unknown amount" if self.disk.free is None else say_size(self.disk.free)
        access = "" if self.disk.writable else "; this user may not write it"
        kept = f"{say_size(self.disk.dataset)}, documents and texts of publishers {say_size(self.disk.local)}"
        return f"Disk: dataset {kept}, free {free}: {self.data_dir}{access}"

    @property
    def mapping_words(self) -> str:
        numbers = (self.mappings.unknown_terms, self.mappings.refused_countries, self.mappings.unused_rows)
        terms, countries, rows = ("not known" if one is None else str(one) for one in numbers)
        return f"Mappings: unknown terms {terms}, refused country names {countries}, unused rows {rows}"

    @property
    def lock_words(self) -> str:
        return f"Lock: held by {self.lock}" if self.lock else "Lock: free"

    @property
    def file_words(self) -> str:
        if not self.files_checked:
            return "Files: not checked"
        damaged = f"damaged or missing: {', '.join(self.damaged)}" if self.damaged else "none damaged"
        return f"Files: {self.files_checked} checked, {damaged}"


def say_size(number: int) -> str:
    """Bytes for people: ``812 kB``, ``4.1 MB``."""
    if number < 1_000_000:
        return f"{number / 1000:.0f} kB"
    return f"{number / 1e6:.1f} MB" if number < 1_000_000_000 else f"{number / 1e9:.1f} GB"
