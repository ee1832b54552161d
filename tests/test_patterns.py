"""Every regular expression of the package takes work that grows as the text does, whatever the text.

Work is counted, not timed: see ``tests.support.regex_work``. A new pattern is found by itself; one that is put together
when the program runs is added to ``MADE_WHEN_RUN``.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import civic_tracker
from civic_tracker.declared.sources import all_sources
from civic_tracker.declared.terms import keywords, load_terms
from civic_tracker.linking import words
from tests.support.regex_work import Machine, Use, worst

# Where a pattern is put together when the program runs: what it is made of is attacked below by all that the tables
# hold, or its length is bounded where it is made.
MADE_WHEN_RUN = {
    ("civic_tracker.declared.terms", "endings"),
    ("civic_tracker.declared.terms", "keywords"),
    ("civic_tracker.linking.words", "_any_of"),
    ("civic_tracker.refreshing.refresh", "_document"),
    ("civic_tracker.declared.sources", "_faults_of_refresh"),
    ("civic_tracker.countries.typos", "with_gaps"),
    ("civic_tracker.publish.package.columns", "_column"),
    ("civic_tracker.adapters.shared.columns", "listed"),
}
_FUNCTIONS = frozenset({"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"})


@cache
def _modules() -> dict[str, ModuleType]:
    names = [one.name for one in pkgutil.walk_packages(civic_tracker.__path__, "civic_tracker.")]
    return {name: importlib.import_module(name) for name in names if not name.endswith("__main__")}


@cache
def _trees() -> dict[str, ast.Module]:
    return {
        name: ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8")) for name, module in _modules().items()
    }


@cache
def _calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """Every call of a function of ``re``: its module, the function it stands in, the call."""
    found = []
    for name, tree in _trees().items():
        waiting: list[tuple[ast.AST, str]] = [(tree, "")]
        while waiting:
            node, inside = waiting.pop()
            if isinstance(node, ast.FunctionDef):
                inside = node.name
            if isinstance(node, ast.Call) and _is_of_re(node.func):
                found.append((name, inside, node))
            waiting.extend((child, inside) for child in ast.iter_child_nodes(node))
    return tuple(found)


def _is_of_re(called: ast.expr) -> bool:
    is_attribute = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)
    return is_attribute and called.value.id == "re" and called.attr in _FUNCTIONS  # type: ignore[attr-defined]


@cache
def _uses() -> dict[str, set[str]]:
    """For each name in the package what is called on it, all modules together; ``search`` for any other use."""
    uses: dict[str, set[str]] = {}
    for module, tree in _trees().items():
        called: dict[int, str] = {}
        for node in ast.walk(tree):  # from the outside to the inside: the attribute comes before its name
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called[id(node.value)] = node.attr
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                owner = module if node.id.startswith("_") else ""  # private names of two modules are two names
                uses.setdefault(f"{owner}.{node.id}", set()).add(called.get(id(node), "search"))
    return uses


def _uses_of(module: str, variable: str) -> Use:
    used = _uses().get(f"{module if variable.startswith('_') else ''}.{variable}", set())
    if used == {"fullmatch"}:
        return "fullmatch"
    return "match" if used and used <= {"match", "fullmatch"} else "search"


def _of_modules() -> Iterator[tuple[str, Use, re.Pattern[Any]]]:
    for name, module in _modules().items():
        for variable, value in vars(module).items():
            held = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else [value]
            for place, pattern in enumerate(held):
                if isinstance(pattern, re.Pattern):
                    yield f"{name}.{variable}.{place}", _uses_of(name, variable), pattern


def _of_calls() -> Iterator[tuple[str, Use, re.Pattern[Any]]]:
    for name, inside, call in _calls():
        written = call.args[0]
        assert isinstance(call.func, ast.Attribute)
        if inside and isinstance(written, ast.Constant):
            use: Use = "match" if call.func.attr == "match" else "search"
            use = "fullmatch" if call.func.attr == "fullmatch" else use
            yield f"{name}.{inside}:{call.lineno}", use, re.compile(written.value)


def _of_tables() -> Iterator[tuple[str, Use, re.Pattern[Any]]]:
    for source in all_sources().values():
        if source.refresh and source.refresh.link:
            yield f"sources/{source.id}.toml", "search", re.compile(source.refresh.link)
    for keyword in keywords():
        yield f"keywords.csv {keyword.gives} {keyword.value}", "search", keyword.pattern
    for group in words.GROUPS:
        use: Use = "fullmatch" if group in {"common", "titles"} else "search"
        for value, pattern in words.patterns(group).items():
            yield f"link_words.csv {group} {value}", use, pattern
    terms = load_terms()
    for source_id in all_sources():
        for key, pattern in terms.endings(source_id):
            yield f"terms.csv {key[0]} ending {key[2]}", "match", pattern


def _distinct() -> Iterator[Any]:
    seen: set[tuple[object, ...]] = set()
    for name, use, pattern in [*_of_modules(), *_of_calls(), *_of_tables()]:
        key = (pattern.pattern, pattern.flags, use)
        if key not in seen:
            seen.add(key)
            yield pytest.param(use, pattern, id=name)


def test_every_pattern_of_the_package_is_attacked() -> None:
    found = {(name, inside) for name, inside, call in _calls() if inside and not isinstance(call.args[0], ast.Constant)}
    assert found == MADE_WHEN_RUN
    assert len(list(_distinct())) > 140


@pytest.mark.parametrize(("use", "pattern"), list(_distinct()))
def test_the_work_of_a_pattern_grows_as_the_text_does(use: Use, pattern: re.Pattern[Any]) -> None:
    assert worst(Machine(pattern), use) is None


@pytest.mark.parametrize(
    "written", [r"\s+$", r"(a+)+$", r"\s*\n", r"\bto\b(?![^.]*x)y", "a.*b.*c", "<i[^>]*t=", "(a|a)*b"]
)
def test_a_pattern_whose_work_grows_faster_is_found(written: str) -> None:
    assert worst(Machine(re.compile(written)), "search")


@pytest.mark.parametrize("written", [r"(?<!\s)\s+$", "(?<!a)(?>a+)b", "<[^<>]*>", r"\bx{1,40}y", "[a-z]+"])
def test_a_pattern_of_linear_work_is_not(written: str) -> None:
    assert worst(Machine(re.compile(written)), "search") is None
