"""What has been rolled back and what has not: the list that a forum brings to its government.

Restrictions and declared emergencies of a country on a day, as acts (two records of one act count once): those nobody
has closed, those that other evidence says are over, those whose recorded end is still to come, those that expired or
ended.
"""

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from civic_tracker.findings.acts import Act, ActState, ActStatus, acts_of, status_of
from civic_tracker.model.schema import Iso3, Model, Record
from civic_tracker.store.contents import Dataset

ORDER: tuple[ActState, ...] = (
    "no_end_recorded",
    "contradicted",
    "in_force_until",
    "unknown",
    "end_date_passed",
    "ended",
)


class RollbackRow(Model):
    """One act, and how it stands."""

    act: Act = Field(description="The act.")
    status: ActStatus = Field(description="Its state on the day, with the evidence.")
    days: int | None = Field(
        default=None,
        description="Days since its introduction for one without a recorded end; days until its end for one to come. "
        "Where a date is known to the month or year, so many at least.",
    )


class Rollback(Model):
    """The acts of a country that restrict, by how they stand on a day."""

    country: Iso3 = Field(description="ISO 3166-1 alpha-3, `XKX` for Kosovo.")
    on: date = Field(description="The day asked about.")
    rows: tuple[RollbackRow, ...] = Field(
        description="In the order of states; those without a recorded end longest first, those to come soonest first."
    )

    def count(self, state: ActState) -> int:
        return sum(row.status.state == state for row in self.rows)


def rollback(dataset: Dataset, iso3: str, on: date) -> Rollback:
    """How the restrictions of a country stand on a day, from a dataset that holds at least this country."""
    own = [one for one in dataset.measures if one.country == iso3]
    by_id, spells = {one.id: one for one in own}, [one for one in own if one.record_kind == "spell"]
    rows = [
        row
        for act in acts_of(own, dataset.acts, dataset.links)
        if _restricts(act, by_id) and (row := _row(act, by_id, spells, on)).status.state != "not_yet_introduced"
    ]
    return Rollback(country=iso3, on=on, rows=tuple(sorted(rows, key=_rank)))


def _restricts(act: Act, measures: dict[str, Record]) -> bool:
    return act.effect == "restricts" or any(measures[one].declares_emergency == "yes" for one in act.records)


def _row(act: Act, measures: dict[str, Record], spells: Sequence[Record], on: date) -> RollbackRow:
    found = status_of(act, measures, spells, on)
    days = None
    if found.state in {"no_end_recorded", "contradicted"} and act.introduced:
        days = max((on - act.introduced.last_day()).days, 0)
    elif found.state == "in_force_until" and found.since:
        days = (found.since.first_day() - on).days
    return RollbackRow(act=act, status=found, days=days)


def _rank(row: RollbackRow) -> tuple[int, int, str, str]:
    days = row.days if row.days is not None else -1
    soonest = row.status.state == "in_force_until"
    return ORDER.index(row.status.state), days if soonest else -days, str(row.status.since or ""), row.act.id
