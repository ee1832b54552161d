"""The messages that the program can print, found in its code, and those that ``docs/messages.md`` explains.

A message is a text that becomes an error, a failure of a document, a fault of a table, a finding of ``doctor`` or a
remark. A part of it that varies is written ``…``, on the page as here.

    python scripts/messages.py          # what the page lacks, and what it explains that no code prints
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "civic_tracker"
PAGE = ROOT / "docs" / "messages.md"
_MAKES_ONE = re.compile(r"\w*(Error|Failure|Failing|Fault)|_refuse")
_PRINTS_ONE = ("remarks.append", "err.print", "out.print")
_MAKES_A_FINDING = frozenset({"_look", "_broken", "_note"})  # of doctor; behind what it found stands what to do
_GIVES_MESSAGES = re.compile(
    r"_?remarks?|words|\w+_remark|say_silent|_?say_stale|refusal_words|restoring|_wrong_header|_unknown|_became_of"
    r"|_kind_of_place"
)
_CODE = re.compile(r"[\w.,-]*")  # the name of a column, a kind of failure
_SLOT = re.compile(r"\{\w*\}")
_MARKUP = re.compile(r"\[/?\w+\]")  # of rich
_FEWEST_LETTERS = 4  # outside of what varies: less is no sentence
_FEWEST_THAT_COVER = 8  # letters of an explained message that stands for others too


def found_in(package: Path) -> dict[str, str]:
    """Each message of the package, and a place where it is made (``path:line``)."""
    messages: dict[str, str] = {}
    for path in sorted(package.rglob("*.py")):
        for line, text in _of_module(ast.parse(path.read_text(encoding="utf-8"))):
            messages.setdefault(text, f"{path.relative_to(package)}:{line}")
    return messages


def explained_on(page: str) -> list[str]:
    """The messages that the page explains: the code in the first cell of each row of a table."""
    return [code for code in re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE) if not _CODE.fullmatch(code)]


def lacking(messages: dict[str, str], explained: list[str]) -> dict[str, str]:
    """The messages that no explained one covers: with the same words, or with more where it has ``…``."""
    covers = re.compile("|".join(map(_pattern, explained))).fullmatch
    return {text: place for text, place in messages.items() if not covers(text)}


def outlived(messages: dict[str, str], explained: list[str]) -> list[str]:
    """The explained messages that the package no longer makes."""
    return [text for text in explained if not any(map(re.compile(_pattern(text)).fullmatch, messages))]


def _pattern(text: str) -> str:
    return (".*" if _letters(text) >= _FEWEST_THAT_COVER else "…").join(map(re.escape, text.split("…")))


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _of_module(module: ast.Module) -> Iterator[tuple[int, str]]:
    constants = _assigned(module.body)
    giving = _functions_that_remark(module)
    for scope in (module, *(node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))):
        given = constants if scope is module else constants | _assigned(ast.walk(scope))
        for node in _nodes_of(scope):
            for value in _spoken(node, gives=getattr(scope, "name", "") in giving):
                for part in given.get(value.id, ()) if isinstance(value, ast.Name) else _members(value):
                    text = _text(part, constants)
                    if not _CODE.fullmatch(text) and _letters(text) >= _FEWEST_LETTERS:
                        yield node.lineno, text


def _nodes_of(scope: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """What stands in a function, or in a module, outside of the functions within."""
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, ast.expr | ast.stmt):
            yield child
        if not isinstance(child, ast.FunctionDef):
            yield from _nodes_of(child)


def _functions_that_remark(module: ast.Module) -> set[str]:
    """The functions of a module that give messages: by their name, or since what they give becomes a remark."""
    names = {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    giving = {name for name in names if _GIVES_MESSAGES.fullmatch(name)}
    for node in ast.walk(module):
        remarks: list[ast.expr] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("remarks.append"):
            remarks = node.args
        elif isinstance(node, ast.keyword | ast.AugAssign) and _is_of_remarks(node):
            remarks = [node.value]
        called = (part for value in remarks for part in ast.walk(value) if isinstance(part, ast.Call))
        giving |= names & {ast.unparse(part.func) for part in called}
    return giving


def _is_of_remarks(node: ast.keyword | ast.AugAssign) -> bool:
    name = node.arg or "" if isinstance(node, ast.keyword) else ast.unparse(node.target)
    return name.endswith("remarks")


def _spoken(node: ast.expr | ast.stmt, *, gives: bool) -> Iterator[ast.expr]:
    """The values that a node makes a message of; ``gives`` says that its function gives messages."""
    if isinstance(node, ast.AugAssign) and _is_of_remarks(node):
        yield from _members(node.value)
    if gives and isinstance(node, ast.Return | ast.Yield) and node.value:
        yield from _members(node.value)
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if gives and called.endswith(".append"):
            yield from node.args
        name = called.rpartition(".")[2]
        if _MAKES_ONE.fullmatch(name):
            yield from node.args
        elif called.endswith(_PRINTS_ONE):
            for value in node.args:
                yield value
                yield from (part for part in ast.walk(value) if isinstance(part, ast.Name))
        elif name in _MAKES_A_FINDING:
            yield from node.args[:1]
        for keyword in filter(_is_of_remarks, node.keywords):
            yield from _members(keyword.value)


def _members(value: ast.expr) -> Iterator[ast.expr]:
    """The parts of a literal list or of a choice; else the value."""
    if isinstance(value, ast.Tuple | ast.List):
        for part in value.elts:
            yield from _members(part)
    elif isinstance(value, ast.ListComp):
        yield from _members(value.elt)
    elif isinstance(value, ast.IfExp):
        yield from _members(value.body)
        yield from _members(value.orelse)
    else:
        yield value


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """By name, the values that are given to it, those of lists one by one."""
    values: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values.setdefault(node.targets[0].id, []).extend(_members(node.value))
    return values


def _text(value: ast.expr, constants: dict[str, list[ast.expr]]) -> str:
    """The words of a literal, ``…`` for each part that varies; nothing for what is no literal."""
    if isinstance(value, ast.Constant):
        return " ".join(value.value.split()) if isinstance(value.value, str) else ""
    if isinstance(value, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else "…" for part in value.values)
        return " ".join(_MARKUP.sub("", "".join(parts)).split())
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return f"{_text(value.left, constants) or '…'}{_text(value.right, constants) or '…'}"
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return ""
    if value.func.attr == "gettext":
        return _SLOT.sub("…", _text(value.args[0], constants))
    if value.func.attr == "format":
        template = value.func.value
        given = constants.get(template.id, ()) if isinstance(template, ast.Name) else (template,)
        return next((_SLOT.sub("…", _text(one, constants)) for one in given), "")
    return ""


if __name__ == "__main__":
    made, told = found_in(PACKAGE), explained_on(PAGE.read_text(encoding="utf-8"))
    for message, where in lacking(made, told).items():
        print(f"not explained: {where}: {message}")
    for message in outlived(made, told):
        print(f"no longer made: {message}")
