"""Recomputing what OGP printed in 2020 and 2021 about its members, from the datasets it can have come from.

The statements stand in ``mappings/ogp_statements.csv``: what was printed, where, and the question that answers it. What
cannot be checked stands there too, with the reason.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Literal, cast

from pydantic import Field, ValidationError

from civic_tracker import leaving, paths
from civic_tracker.counting.member_counts import MemberCount, MembersWithMeasures, count_members, members_with_measures
from civic_tracker.declared.sources import get_source
from civic_tracker.declared.tables import CellError, once, read_rows
from civic_tracker.errors import UsageError
from civic_tracker.model.schema import Effect, Liberty, Model
from civic_tracker.store.contents import Dataset

Outcome = Literal["reproduced", "differs", "computed", "not_loaded", "not_checkable"]


class Statement(Model):
    """A statement that OGP printed, with the question that answers it."""

    all_words = leaving.OURS

    id: str = Field(description="Short id.")
    edition: date = Field(description="The edition of OGP's page.")
    page: str = Field(description="Its address.")
    statement: str = Field(description="What it says, in our words.")
    printed: str = Field(description="The number or word printed.")
    kind: Literal["figures", "measures", "not_checkable"] = Field(
        description="What answers it: figures under a condition, measures of a kind, or nothing that is known."
    )
    source: str = Field(default="", description="Ids of the source declarations, with a blank between.")
    release: str = Field(default="", description="The release whose figures were current.")
    period: str = Field(default="", description="The period meant.")
    where: str = Field(default="", description="The condition on its figures.")
    liberty: str = Field(default="", description="The liberty that a measure must concern.")
    effect: str = Field(default="", description="The effect that a measure must have.")
    until: date | None = Field(default=None, description="Measures introduced later are left out.")
    members_on: date | None = Field(default=None, description="The day whose membership is meant.")
    why: str = Field(default="", description="Why it cannot be checked, or how sure the source is.")


class Verdict(Model):
    """What came of recomputing a statement."""

    all_words = leaving.OURS

    statement: Statement = Field(description="The statement.")
    outcome: Outcome = Field(
        description="`reproduced`: the number is the printed one; `differs`; `computed`: no number was printed to "
        "compare with; `not_loaded`: the release is not in the dataset; `not_checkable`."
    )
    count: int | None = Field(default=None, description="The number recomputed.")
    figures: MemberCount | None = Field(default=None, description="The whole answer, of a statement on figures.")
    measures: MembersWithMeasures | None = Field(default=None, description="Likewise, on measures.")
    reason: str = Field(default="", description="Why there is no number.")


@cache
def statements() -> tuple[Statement, ...]:
    """The statements, in the order of editions.

    Raises:
        DeclarationError: for a row that is not a statement.
    """
    columns = frozenset(Statement.model_fields)
    seen: set[str] = set()

    def statement_of(row: dict[str, str]) -> Statement:
        once(seen, row["id"], "id")
        try:
            return Statement.model_validate({name: cell for name, cell in row.items() if cell and name != "#"})
        except ValidationError as error:
            first = error.errors()[0]
            raise CellError(f"is not a statement: {first['msg']}", ".".join(map(str, first["loc"]))) from error

    path = paths.mappings_dir() / "ogp_statements.csv"
    found = read_rows(path, statement_of, required=columns, allowed=columns)
    return tuple(sorted(found, key=lambda one: (one.edition, one.id)))


def verify(dataset: Dataset, wanted: Sequence[Statement] | None = None) -> list[Verdict]:
    """Recompute statements, all without any given; one whose release is not loaded says so."""
    return [_verdict(dataset, one) for one in (statements() if wanted is None else wanted)]


def _verdict(dataset: Dataset, one: Statement) -> Verdict:
    if one.kind == "not_checkable" or one.members_on is None:
        return Verdict(statement=one, outcome="not_checkable", reason=one.why)
    if one.kind == "measures":
        having = members_with_measures(
            dataset.measures,
            one.source.split(),
            liberty=cast(Liberty, one.liberty),
            effect=cast(Effect, one.effect),
            until=one.until or one.edition,
            members_on=one.members_on,
        )
        return Verdict(statement=one, outcome=_compared(one, having.count), count=having.count, measures=having)
    try:
        found = count_members(
            dataset.observations,
            get_source(one.source),
            where=one.where,
            members_on=one.members_on,
            period=one.period,
            release=one.release,
        )
    except UsageError as error:
        return Verdict(statement=one, outcome="not_loaded", reason=str(error))
    return Verdict(statement=one, outcome=_compared(one, found.count), count=found.count, figures=found)


def _compared(one: Statement, count: int) -> Outcome:
    if not one.printed.isdigit():
        return "computed"
    return "reproduced" if count == int(one.printed) else "differs"
