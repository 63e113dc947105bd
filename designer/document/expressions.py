"""Parameters written as in a spreadsheet, "=channels * 4": read with `ast`, worked out over named values, never run.

What may stand in one: numbers, true and false, texts, names, + - * / // % **, comparisons, and, or, not, `a if b else c`,
tuples, and min, max, abs, round, int. Powers and products stay within what a parameter can hold.
"""

import ast
import functools
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from designer.document.graph import Value
from designer.document.wording import show_name

SIGN = "="
LONGEST = 1000  # characters of an expression
_LARGEST = 2**53
_DEEPEST = 40

Names = Mapping[str, Value]


class ExpressionError(ValueError):
    """Why an expression has no value. The message finishes the sentence "`out_channels` ..."."""


def is_expression(value: Value) -> bool:
    """Return whether a value is to be worked out: a text that begins with an equals sign."""
    return isinstance(value, str) and value.startswith(SIGN)


def evaluate(text: str, names: Names) -> Value:
    """Return the value of an expression over named values. Raise ExpressionError."""
    return _Evaluation(names).find(parse(text))


def find_names(text: str) -> frozenset[str]:
    """Return the names that an expression uses; none where it cannot be read."""
    try:
        tree = parse(text)
    except ExpressionError:
        return frozenset()
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called)


def write_expression(text: str, names: Mapping[str, str]) -> str:
    """Return an expression as Python code, each name as the code calls it. Raise ExpressionError."""
    return ast.unparse(_Renaming({name: ast.Name(code) for name, code in names.items()}).visit(_copy(text)))


def substitute(text: str, given: Mapping[str, Value]) -> Value:
    """Return an expression with names replaced by values or by other expressions; a value where no name is left.

    Raise ExpressionError.
    """
    known: dict[str, ast.expr] = {}
    for name, value in given.items():
        known[name] = _copy(value) if isinstance(value, str) and is_expression(value) else _literal(value)
    tree = _Renaming(known).visit(_copy(text))
    written = SIGN + ast.unparse(tree)
    return written if find_names(written) else evaluate(written, {})


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> ast.expr:
    """Return the tree of an expression, which nobody may change. Raise ExpressionError where it is none."""
    if len(text) > LONGEST:
        raise ExpressionError(f"has an expression of more than {LONGEST:,} characters")
    try:
        tree = ast.parse(text.removeprefix(SIGN).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"has an expression that cannot be read: {show_name(text, 60)}") from None
    _demand_plain(tree, 0)
    return tree


def _copy(text: str) -> ast.expr:
    parse(text)
    return ast.parse(text.removeprefix(SIGN).strip(), mode="eval").body


def _literal(value: Value) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body


_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"min": min, "max": max, "abs": abs, "round": round, "int": int}
FUNCTIONS = frozenset(_FUNCTIONS)


def _demand_plain(node: ast.expr, depth: int) -> None:
    """Demand that a tree holds nothing but arithmetic. Raise ExpressionError."""
    if depth > _DEEPEST:
        raise ExpressionError("has an expression that is nested too deep")
    parts: Iterable[ast.expr]
    match node:
        case ast.Constant(value=str() as text) if not (text.isascii() and text.isprintable()):
            raise ExpressionError("has an expression with a text of other than plain letters in it")
        case ast.Constant(value=bool() | int() | float() | str()):
            parts = ()
        case ast.Name():
            parts = ()
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            parts = (left, right)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            parts = (operand,)
        case ast.BoolOp(values=values):
            parts = values
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARISONS for op in ops):
            parts = (left, *others)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            parts = (test, body, orelse)
        case ast.Tuple(elts=items):
            parts = items
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS and arguments:
            parts = arguments
        case _:
            raise ExpressionError(
                f"has an expression with {_name_part(node)} in it; only arithmetic on the block's parameters may stand there"
            )
    for part in parts:
        _demand_plain(part, depth + 1)


def _name_part(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return f"a call of `{show_name(ast.unparse(node.func), 40)}`"
    words = {"Attribute": "a dot", "Subscript": "brackets", "Lambda": "a lambda", "Starred": "a star"}
    return words.get(type(node).__name__, f"`{show_name(ast.unparse(node), 40)}`")


class _Evaluation:
    """Works a tree out over named values."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def find(self, node: ast.expr) -> Value:
        try:
            value: Value = self._limit(self._find(node))
            return value
        except ExpressionError:
            raise
        except ZeroDivisionError:
            raise ExpressionError("has an expression that divides by zero") from None
        except (TypeError, ValueError, OverflowError):
            raise ExpressionError(f"has an expression without a value: {show_name(ast.unparse(node), 60)}") from None

    def _find(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                if name not in self._names:
                    known = ", ".join(show_name(known, 40) for known in self._names) or "none here"
                    raise ExpressionError(f"uses `{show_name(name, 40)}`, which is no parameter of the block ({known})")
                return self._names[name]
            case ast.BinOp(left=left, op=op, right=right):
                a, b = self._number(left), self._number(right)
                if isinstance(op, ast.Pow) and (abs(b) > 64 or abs(a) > 2**20):
                    raise ExpressionError("has an expression whose power is too large")
                return self._limit(_BINARY[type(op)](a, b))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self._find(operand)
            case ast.UnaryOp(op=op, operand=operand):
                return _UNARY[type(op)](self._number(operand))
            case ast.BoolOp(op=op, values=values):
                found = None
                for part in values:
                    found = self._find(part)
                    if bool(found) is isinstance(op, ast.Or):
                        break
                return found
            case ast.Compare(left=left, ops=ops, comparators=others):
                before = self._find(left)
                for comparison, other in zip(ops, others, strict=True):
                    after = self._find(other)
                    if not _COMPARISONS[type(comparison)](before, after):
                        return False
                    before = after
                return True
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._find(body if self._find(test) else orelse)
            case ast.Tuple(elts=items):
                return tuple(self._find(item) for item in items)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return _FUNCTIONS[name](*(self._number(argument) for argument in arguments))
        raise ExpressionError("has an expression that cannot be read")

    def _number(self, node: ast.expr) -> Any:
        value = self._find(node)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ExpressionError(f"calculates with `{show_name(ast.unparse(node), 40)}`, which is no number")
        return value

    def _limit(self, value: Any) -> Any:
        if isinstance(value, complex):
            raise ExpressionError("has an expression without a real value")
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not math.isfinite(value) or abs(value) > _LARGEST:
                raise ExpressionError("has an expression whose value is too large")
        return value


class _Renaming(ast.NodeTransformer):
    """Puts other trees in the place of names."""

    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        self._known = known

    def visit_Call(self, node: ast.Call) -> ast.Call:
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._known.get(node.id, node)
