"""What the program imports is declared in pyproject.toml, and every module of it can be imported."""

import ast
import importlib
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
MODULES = sorted(
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in SOURCE.rglob("*.py")
    if path.name != "__main__.py"
)


def _canonical(name: str) -> str:
    """As PEP 503 writes the name of a distribution."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported() -> set[str]:
    """The outermost name of each import in the program, those within functions too."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"civic_tracker"}


def test_every_library_that_is_imported_is_declared_with_a_lowest_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["pdf"], *extras["parquet"]]
    assert [one for one in declared if ">=" not in one] == []
    names = {_canonical(one.partition(">=")[0]) for one in declared}
    of_module = packages_distributions()
    assert "pandas" in _imported()
    for module in _imported():
        assert {_canonical(name) for name in of_module[module]} & names, f"{module} is imported and not declared"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_can_be_imported(module: str) -> None:
    assert importlib.import_module(module).__name__ == module


@pytest.mark.parametrize("file", ["run.txt", "test.txt", "lowest.txt"])
def test_the_lock_holds_every_package_with_checksums_and_names_no_index(file: str) -> None:
    text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
    assert re.findall(r"\w+://|--\w*(?:index|links|host)\S*", text) == []
    packages = re.findall(r"(?m)^[a-z0-9][^\n]*?==[^\n]*", text)
    assert len(packages) > 30
    assert [one for one in packages if not one.endswith("\\")] == [], "a package without a checksum"


def test_the_tests_run_the_same_versions_as_the_program() -> None:
    pinned = {
        name: set(re.findall(r"(?m)^([a-z0-9][^\n\\]*)", (ROOT / "requirements" / name).read_text(encoding="utf-8")))
        for name in ("run.txt", "test.txt")
    }
    assert pinned["run.txt"] <= pinned["test.txt"]
