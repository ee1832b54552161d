"""docs/decisions/ holds short records, all of them listed; a library is used for a reason that one of them tells."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "decisions"
PAGES = sorted(FOLDER.glob("0*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_is_one_short_page_with_context_decision_and_consequences(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    title, *_ = text.splitlines()
    number = int(page.stem[:4])
    assert title.startswith(f"# {number}. ")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 30
    shown = title.removeprefix(f"# {number}. ")
    assert f"| [{number}]({page.name}) | {shown} |" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.stem[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))
    assert len(re.findall(r"^\| \[\d", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)) == len(PAGES)


def test_every_library_that_the_program_needs_is_told_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    needed = [*project["dependencies"], *optional["parquet"], *optional["pdf"], *optional["mutants"]]
    told = "".join(page.read_text(encoding="utf-8") for page in PAGES).lower().replace(" ", "")
    names = {re.split(r"[<>=\[;]", one)[0].replace("beautifulsoup4", "beautifulsoup") for one in needed}
    assert sorted(name for name in names if name not in told) == []
