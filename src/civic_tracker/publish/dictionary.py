"""The data dictionary and the JSON Schema, generated from the models so that they cannot disagree with them."""

import json
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from civic_tracker.building.problems import PROBLEMS
from civic_tracker.counting.member_counts import MemberCount, MembersWithMeasures, Variable
from civic_tracker.counting.verify import Statement, Verdict
from civic_tracker.declared.sources import Refresh, Source
from civic_tracker.declared.vocabulary import liberties
from civic_tracker.findings.acts import Act, ActStatus, FieldView, LifeEvent, Said
from civic_tracker.findings.rollback import Rollback, RollbackRow
from civic_tracker.leaving import KINDS, kinds_of
from civic_tracker.model.changes import Change
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.runs import Receipt
from civic_tracker.model.schema import (
    ActRow,
    CountrySummary,
    Coverage,
    DateMentioned,
    EndByPlace,
    LinkRow,
    Member,
    Model,
    Observation,
    Problem,
    Record,
    SourceCount,
    Step,
    Tally,
    WholeWords,
)
from civic_tracker.model.status import STATUS_WORDS
from civic_tracker.publish.columns import DERIVED
from civic_tracker.publish.site.build import CountryMemory, SiteMemory
from civic_tracker.publish.site.facts import MemberFacts
from civic_tracker.refreshing.diagnosis import Diagnosis, Disk, Failed, Finding, LastRun, MappingCoverage, SourceFacts
from civic_tracker.refreshing.refresh import RunReport, SourceReport
from civic_tracker.store.contents import Import, Manifest, SourceState, Staleness

MODELS: tuple[type[Model], ...] = (
    Record,
    EndByPlace,
    Step,
    DateMentioned,
    Observation,
    Problem,
    WholeWords,
    Member,
    CountrySummary,
    Tally,
    Coverage,
    Act,
    FieldView,
    Said,
    LifeEvent,
    ActStatus,
    Rollback,
    RollbackRow,
    ActRow,
    LinkRow,
    SourceCount,
    MemberCount,
    Variable,
    MembersWithMeasures,
    Statement,
    Verdict,
    Source,
    Refresh,
    Manifest,
    SourceState,
    Staleness,
    Import,
    Receipt,
    Change,
    RunReport,
    SourceReport,
    Diagnosis,
    Finding,
    SourceFacts,
    Failed,
    LastRun,
    Disk,
    MappingCoverage,
    SiteMemory,
    CountryMemory,
    MemberFacts,
)


def json_schema() -> str:
    """The JSON Schema (draft 2020-12) of every model, as one document."""
    definitions: dict[str, Any] = {}
    for model in MODELS:
        schema = model.model_json_schema(mode="serialization", ref_template="#/$defs/{model}")
        definitions |= schema.pop("$defs", {})
        definitions[model.__name__] = schema
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "civic-tracker",
        "$defs": dict(sorted(definitions.items())),
    }
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def data_dictionary() -> str:
    """``docs/data-dictionary.md``."""
    parts = [
        "# Data dictionary",
        "This page is generated from the models in `src/civic_tracker/model/schema.py` by `make docs`; a test fails "
        "when it is out of date. The same models as JSON Schema: [schema.json](schema.json).",
        "Files of the dataset: `data/measures/<source>.jsonl` (one measure a line; fields at their default are left "
        "out), `data/observations/<source>.csv`, `data/problems/<source>.jsonl`, `data/imports.jsonl`, "
        "`data/dataset.json`. In CSV exports a list is one cell with ` | ` between its items, and each date has a "
        "column with its precision.",
        "A date is ISO 8601 as precise as it is known: `2020`, `2020-03` or `2020-03-15`.",
        *map(_model_section, MODELS),
        "## Kinds of words",
        "What the words of a field are, as the tables above say behind its type, and so how much of a publisher's "
        "words leaves the machine that imported them.",
        _table(("Kind", "What it is"), list(KINDS.items())),
        "## Columns that exist only in exports",
        _table(("Column", "Meaning"), sorted(DERIVED.items())),
        "## Status",
        "Derived from the record's own dates for the day asked about; never stored.",
        _table(("Status", "Shown as"), list(STATUS_WORDS.items())),
        "## Liberties",
        "From `mappings/liberties.csv`. The article is that of the International Covenant on Civil and Political "
        "Rights; the OGP policy area is this project's own assignment.",
        _table(
            ("Code", "Article", "English", "Spanish", "French", "OGP policy area"),
            [
                (f"`{one.code}`", one.iccpr_article, one.name_en, one.name_es, one.name_fr, one.ogp_policy_area)
                for one in liberties().values()
            ],
        ),
        "## Kinds of problems",
        _table(("Kind", "What it means"), [(f"`{code}`", meaning) for code, meaning in sorted(PROBLEMS.items())]),
    ]
    return "\n\n".join(parts) + "\n"


def _model_section(model: type[Model]) -> str:
    heading = f"## {model.__name__}\n\n{' '.join((model.__doc__ or '').split())}"
    kinds = kinds_of(model)
    rows = [
        (
            f"`{name}`",
            _type_words(field.annotation) + (f": {kinds[name].kind}" if name in kinds else ""),
            (field.description or "").replace("|", "\\|"),
        )
        for name, field in model.model_fields.items()
    ]
    return f"{heading}\n\n{_table(('Field', 'Type', 'Meaning'), rows)}"


def _type_words(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "one of " + ", ".join(f"`{value}`" if value else "empty" for value in arguments)
    if origin in (Union, UnionType):
        words = [_type_words(part) for part in arguments if part is not NoneType]
        return " or ".join(words) + (", may be empty" if NoneType in arguments else "")
    if origin is tuple:
        return f"list of {_type_words(arguments[0])}"
    if origin is dict:
        return f"map to {_type_words(arguments[1])}"
    if annotation is PartialDate:
        return "partial date"
    if origin is not None:
        return _type_words(arguments[0])
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}.get(
        annotation, getattr(annotation, "__name__", str(annotation))
    )


def _table(header: tuple[str, ...], rows: list[Any]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    return "\n".join(lines + [f"| {' | '.join(map(str, row))} |" for row in rows])
