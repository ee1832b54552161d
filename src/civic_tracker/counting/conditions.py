"""Conditions on published figures, such as ``merepgov = 1 and melim in (2, 3)``.

The language is the comparison part of Python's, read with Python's own parser and nothing of it run: names of figures,
numbers and quoted words; ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``in (..)``, ``not in (..)``; ``and``, ``or``,
``not`` and brackets. A figure that is missing makes a comparison unknown, and what hangs on it too (the three-valued
logic of Kleene, as in SQL): unknown is neither yes nor no.
"""

import ast
import io
import operator
import tokenize
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from civic_tracker.errors import UsageError
from civic_tracker.text import shorten

Figure = float | str
Truth = bool | None
_ORDERS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_WORDS = frozenset({"and", "or", "not", "in"})
_LONGEST = 1000


@dataclass(frozen=True)
class Condition:
    """A condition that was understood, and the names of figures in it, in the order of their first use."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    def holds(self, figures: Mapping[str, Figure | None]) -> Truth:
        """Whether it holds for these figures (by the names of the condition); ``None`` when a missing one decides."""
        return _truth(self.tree, figures)


def read_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        UsageError: when it is not understood, with the place or the part that is not.
    """
    if len(text) > _LONGEST:
        raise UsageError(f"The condition has {len(text)} characters; at most {_LONGEST} are read.")
    try:
        tree = ast.parse(_as_python(text), mode="eval").body
    except (SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError) as error:
        raise UsageError(
            f"The condition '{shorten(text, 80)}' is not understood. Write it like: merepgov = 1 and melim in (2, 3)."
        ) from error
    _check(tree, text)
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return Condition(text, tuple(sorted(dict.fromkeys(names), key=lambda name: text.lower().find(name.lower()))), tree)


def _as_python(text: str) -> str:
    """The condition with ``=`` as Python writes it, and its words in small letters."""
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(text.strip()).readline):
        word = token.string
        if token.type == tokenize.OP and word == "=":
            word = "=="
        elif token.type == tokenize.NAME and word.lower() in _WORDS:
            word = word.lower()
        elif token.type in {tokenize.NEWLINE, tokenize.NL}:
            word = " "
        tokens.append(word)
    return " ".join(tokens)


def _check(node: ast.expr, text: str) -> None:
    """Refuse everything but comparisons of figures with constants, put together by and, or, not."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            _check(part, text)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        _check(node.operand, text)
    elif isinstance(node, ast.Compare):
        operands = [node.left, *node.comparators]
        for operand, sign in zip(operands[1:], node.ops, strict=True):
            if isinstance(sign, ast.In | ast.NotIn):
                _check_set(operand, text)
            elif isinstance(sign, ast.Eq | ast.NotEq) or type(sign) in _ORDERS:
                _check_operand(operand, text)
            else:
                raise _refused(operand, text)
        _check_operand(node.left, text)
        if not any(isinstance(operand, ast.Name) for operand in operands):
            raise UsageError(f"The condition '{shorten(text, 80)}' names no figure. Write it like: merepgov = 1.")
    else:
        raise _refused(node, text)


def _check_set(node: ast.expr, text: str) -> None:
    if not isinstance(node, ast.Tuple | ast.List | ast.Set):
        raise UsageError(f"The condition '{shorten(text, 80)}' needs a set in brackets after 'in', such as: in (1, 2).")
    for item in node.elts:
        if isinstance(item, ast.Name):
            raise _refused(item, text)
        _check_operand(item, text)


def _check_operand(node: ast.expr, text: str) -> None:
    if not isinstance(node, ast.Name) and _constant(node) is None:
        raise _refused(node, text)


def _refused(node: ast.expr, text: str) -> UsageError:
    return UsageError(
        f"The condition '{shorten(text, 80)}' is not understood at '{ast.unparse(node)[:40]}'. A figure is compared "
        "with a number or a quoted word, by = != < <= > >= or in (..); and, or, not put comparisons together."
    )


def _constant(node: ast.expr) -> Figure | None:
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        sign = -1 if isinstance(node.op, ast.USub) else 1
        node = node.operand
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return None
    if isinstance(node.value, int | float):
        return sign * float(node.value)
    return node.value if isinstance(node.value, str) and sign == 1 else None


def _truth(node: ast.expr, figures: Mapping[str, Figure | None]) -> Truth:
    if isinstance(node, ast.BoolOp):
        decisive = isinstance(node.op, ast.Or)  # one yes decides an "or", one no an "and"
        found = [_truth(part, figures) for part in node.values]
        if decisive in found:
            return decisive
        return None if None in found else not decisive
    if isinstance(node, ast.UnaryOp):
        inner = _truth(node.operand, figures)
        return None if inner is None else not inner
    if not isinstance(node, ast.Compare):
        raise TypeError(f"{ast.dump(node)} passed the check of the condition")
    results = []
    left = node.left
    for sign, right in zip(node.ops, node.comparators, strict=True):
        results.append(_compared(_value(left, figures), sign, right, figures))
        left = right
    if False in results:
        return False
    return None if None in results else True


def _compared(left: Figure | None, sign: ast.cmpop, node: ast.expr, figures: Mapping[str, Figure | None]) -> Truth:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        if left is None:
            return None
        found = any(_same(left, _constant(item)) for item in node.elts)
        return found if isinstance(sign, ast.In) else not found
    right = _value(node, figures)
    if left is None or right is None:
        return None
    if isinstance(sign, ast.Eq | ast.NotEq):
        return _same(left, right) == isinstance(sign, ast.Eq)
    if isinstance(left, float) and isinstance(right, float):
        return _ORDERS[type(sign)](left, right)
    return None  # words have no order


def _value(node: ast.expr, figures: Mapping[str, Figure | None]) -> Figure | None:
    return figures.get(node.id) if isinstance(node, ast.Name) else _constant(node)


def _same(one: Figure, other: Figure | None) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other
