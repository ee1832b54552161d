"""docs/messages.md explains every message that the program can print, and no other."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def _script(name: str) -> Any:
    path = ROOT / "scripts" / f"{name}.py"
    found = importlib.util.spec_from_file_location(f"scripts_{name}", path)
    assert found
    assert found.loader
    module: ModuleType = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


messages = _script("messages")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The messages of the package."""
    return dict(messages.found_in(messages.PACKAGE))


@pytest.fixture(scope="module")
def explained() -> list[str]:
    return list(messages.explained_on(messages.PAGE.read_text(encoding="utf-8")))


def test_every_message_of_the_code_is_explained(made: dict[str, str], explained: list[str]) -> None:
    assert len(made) > 300
    lacking = messages.lacking(made, explained)
    assert lacking == {}, "write a line for each into docs/messages.md: what it means, and what to do"


def test_no_message_is_explained_that_the_code_no_longer_makes(made: dict[str, str], explained: list[str]) -> None:
    assert messages.outlived(made, explained) == []


def test_no_message_is_explained_twice(explained: list[str]) -> None:
    # Words that mean one thing of a table or a journal, and another of a document or an answer.
    assert sorted({one for one in explained if explained.count(one) > 1}) == ["is empty", "…: cannot be read (…)."]


def test_each_explained_message_has_an_explanation() -> None:
    rows = [line for line in messages.PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert [
        line for line in rows if len(line.replace("\\|", "").split("|")) != 4 or not line.split("|")[-2].strip()
    ] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("raise UsageError(f'{path}: is far away. Go there.')", ["…: is far away. Go there."]),
        ("raise UsageError('The moon ' 'is far away.')", ["The moon is far away."]),
        ("def check(path):\n    what = f'{path} is far away'\n    raise DatasetError(what)", ["… is far away"]),
        ("_FAR = 'It is far away ({error}).'\nraise UsageError(_FAR.format(error=1))", ["It is far away (…)."]),
        ("def remarks(self):\n    return [f'{name} is far away' for name in self.names]", ["… is far away"]),
        ("def _far(moon):\n    return f'{moon} is far away'\nParsed(remarks=(_far(1),))", ["… is far away"]),
        ("entry.remarks.append('the moon is far away')", ["the moon is far away"]),
        ("findings.append(_look(f'{moon} is far away.', 'Go there.'))", ["… is far away."]),
        ("err.print(f'error: [bold]{moon}[/bold] is far away')", ["error: … is far away"]),
        ("raise CellError('is far away', 'moon')", ["is far away"]),
        ("raise Failure('refused', cause)", []),
        ("say('the moon is far away')", []),
    ],
)
def test_a_message_is_found_however_it_is_made(tmp_path: Path, code: str, expected: list[str]) -> None:
    (tmp_path / "synthetic.py").write_text(code)
    assert list(messages.found_in(tmp_path)) == expected


def test_a_message_is_covered_by_its_own_words_only() -> None:
    explained = ["…: expected …, found ….", "…: …"]
    made = {"…: expected a page, found ….": "a:1", "…: is far away": "b:2", "…: …": "c:3"}
    assert messages.lacking(made, explained) == {"…: is far away": "b:2"}


def test_the_generated_tables_are_what_the_code_gives() -> None:
    for name, text in _script("build_docs").documents().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, (
            f"docs/{name} is out of date: run 'make docs'"
        )
