"""The data dictionary and the JSON Schema say what the models say."""

import importlib
import json
import pkgutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

import civic_tracker
from civic_tracker.building.problems import PROBLEMS
from civic_tracker.declared.sources import CoverageDeclaration, Licence, Span
from civic_tracker.model.schema import Model, Record, SourceCount
from civic_tracker.publish.dictionary import MODELS, data_dictionary, json_schema
from tests.support.examples import a_measure, a_problem, an_event, an_observation

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("name", "current"), [("data-dictionary.md", data_dictionary), ("schema.json", json_schema)])
def test_the_documents_are_what_the_models_give(name: str, current: Callable[[], str]) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == current(), f"docs/{name} is out of date: run 'make docs'"


def test_every_model_of_the_package_is_documented() -> None:
    for module in pkgutil.walk_packages(civic_tracker.__path__, "civic_tracker."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    assert set(MODELS) == {one for one in _below(Model) if one.__module__.startswith("civic_tracker")} - _PARTS


# Parts of a source's declaration, described where they are used.
_PARTS = {
    one
    for one in Model.__subclasses__()
    if one.__module__ == "civic_tracker.declared.sources" and one.__name__ not in {"Source", "Refresh"}
}


def _below(model: type[BaseModel]) -> set[type[BaseModel]]:
    return {one for below in model.__subclasses__() for one in {below, *_below(below)}}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_has_a_meaning(model: type[Model]) -> None:
    explained_by_a_model = {Span, Licence, CoverageDeclaration, SourceCount}
    unexplained = {name: field for name, field in model.model_fields.items() if not field.description}
    assert [name for name, field in unexplained.items() if field.annotation not in explained_by_a_model] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_unknown_fields_are_forbidden_in_the_models_and_in_the_json_schema(model: type[Model]) -> None:
    assert model.model_config["extra"] == "forbid"
    assert json.loads(json_schema())["$defs"][model.__name__]["additionalProperties"] is False


@pytest.mark.parametrize("record", [a_measure(), an_event(), an_observation(), a_problem()])
def test_a_record_with_an_unknown_field_is_refused(record: Model) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        type(record).model_validate(record.model_dump() | {"score": 1})


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "KE"},
        {"country": "ken"},
        {"title": ""},
        {"source_url": "javascript:alert(1)"},
        {"links": ("ftp://example.org",)},
        {"liberties": ("assembly", "assembly")},
        {"liberties": ("dancing",)},
        {"introduced": "March 2020"},
        {"id": "icnl KEN 1"},
        {"evidence": "hearsay"},
    ],
)
def test_a_measure_that_breaks_the_schema_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        a_measure(**changes)


def test_a_measure_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        setattr(a_measure(), "title", "Another title")  # noqa: B010


def test_dates_are_described_as_iso_8601_of_reduced_precision() -> None:
    introduced = json.loads(json_schema())["$defs"]["Record"]["properties"]["introduced"]
    assert r"^\d{4}(-\d{2}(-\d{2})?)?$" in {choice.get("pattern") for choice in introduced["anyOf"]}


def test_the_dictionary_explains_every_field_and_every_kind_of_problem() -> None:
    text = data_dictionary()
    assert all(f"| `{name}` |" in text for name in Record.model_fields)
    assert all(f"| `{code}` |" in text for code in PROBLEMS)


def test_no_table_of_the_dictionary_is_torn_by_a_bar_in_a_cell() -> None:
    tables = [block for block in data_dictionary().split("\n\n") if block.startswith("| ")]
    assert len(tables) > 15
    for table in tables:
        assert len({line.replace("\\|", "").count("|") for line in table.splitlines()}) == 1, table[:200]
