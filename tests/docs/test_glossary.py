"""docs/glossary.md explains the words of the schema, each once, in alphabetical order."""

import inspect
import re
from pathlib import Path
from typing import get_args

import pytest

from civic_tracker.findings.acts import Act, ActState
from civic_tracker.model import schema
from civic_tracker.model.schema import CoverageState, Evidence, Model, RecordKind, Status

ROOT = Path(__file__).parents[2]
ROWS = [
    line.strip("| ").split(" | ")
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| (\*\*|`)", line)
]
MODELS = [
    name
    for name, one in inspect.getmembers(schema, inspect.isclass)
    if issubclass(one, Model) and one is not Model and one.__module__ == schema.__name__
]
VALUES = {value for kinds in (RecordKind, Evidence, Status, ActState, CoverageState) for value in get_args(kinds)}


@pytest.mark.parametrize("word", [*MODELS, Act.__name__, "ActState", "Status", *sorted(VALUES)])
def test_every_model_and_value_has_a_line(word: str) -> None:
    explained = [row for row in ROWS if f"`{word}`" in row[0]]
    assert len(explained) == 1, f"docs/glossary.md: one line must begin with `{word}`"


def test_each_word_is_explained_once_in_a_line_and_in_alphabetical_order() -> None:
    words = [re.sub(r"[*`]|\(.*\)", "", row[0]).strip().lower() for row in ROWS]
    assert words == sorted(set(words), key=_as_in_a_dictionary)
    assert all(len(row) == 2 and row[1].endswith(".") and len(row[1]) < 250 for row in ROWS)


def _as_in_a_dictionary(word: str) -> str:
    return re.sub(r"[^a-z]", "", word)


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md"])
def test_the_glossary_can_be_found(page: str) -> None:
    assert "glossary.md)" in (ROOT / page).read_text(encoding="utf-8")
