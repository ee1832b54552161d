"""What changed between two runs: records that appeared, changed, or were withdrawn, field by field."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from civic_tracker import leaving
from civic_tracker.model.schema import Code, Model, Ours, TermWords, Title

Kind = Literal["appeared", "changed", "reread", "withdrawn", "replaced", "figures", "loaded"]

TEXT_CHANGED = "(the publisher's text)"


class Change(Model):
    """One line of the history (`data/changes.jsonl`)."""

    day: date = Field(description="The day of the run that met the change.")
    source: Code = Field(description="Id of the source declaration.")
    country: Code = Field(default="", description="ISO 3166-1 alpha-3; empty for figures, which are counted only.")
    kind: Kind = Field(
        description="`appeared`; `changed`: the publisher changed a field; `reread`: a field changed because our "
        "tables or code did; `withdrawn`: the publisher no longer lists it; `replaced`: a starter fact gave way to "
        "the publisher's entry; `figures`: published figures changed, counted; `loaded`: records of a source that had "
        "none, counted."
    )
    id: Code = Field(default="", description="Id of the measure.")
    title: Title = Field(default="", description="Its title.")
    field: TermWords = Field(default="", description="The field that changed.")
    before: Ours = Field(default="", description="Its value before.")
    after: Ours = Field(default="", description="Its value after.")
    record: Annotated[dict[str, Any], leaving.OURS] = Field(
        default={}, description="The whole record, where it is no longer in the dataset."
    )
