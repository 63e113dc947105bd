"""Lines of code as ruff format leaves them: what fits in 120 columns stays on one line, the rest opens up."""

from dataclasses import dataclass

from designer.codegen.lettering import measure_width

LINE_LENGTH = 120
STEP = "    "


@dataclass(frozen=True, slots=True)
class Group:
    """Items between brackets: the arguments of a call, the values of a tuple. Each item may carry a "name=" before it.

    `comma` is False for the two parts of a comprehension, which nothing parts but the end of the line.
    """

    opening: str
    items: tuple[tuple[str, "Piece"], ...]
    closing: str = ")"
    comma: bool = True

    def __str__(self) -> str:
        inside = (", " if self.comma else " ").join(f"{name}{item}" for name, item in self.items)
        # Only a tuple of one value ends in a comma.
        comma = "," if self.opening == "(" and len(self.items) == 1 else ""
        return f"{self.opening}{inside}{comma}{self.closing}"


Piece = str | Group


def lay_out(before: str, piece: Piece, after: str = "", indent: str = "") -> list[str]:
    """Return `before piece after` as lines; a group too wide for its line has one item on each, ending in a comma."""
    line = f"{indent}{before}{piece}{after}"
    if isinstance(piece, str) or not piece.items or measure_width(line) <= LINE_LENGTH:
        return [line]
    lines = [f"{indent}{before}{piece.opening}"]
    for name, item in piece.items:
        lines.extend(lay_out(name, item, "," if piece.comma else "", indent + STEP))
    lines.append(f"{indent}{piece.closing}{after}")
    return lines


def lay_out_expression(before: str, expression: str, after: str = "", indent: str = "") -> list[str]:
    """Return `before expression after` as lines, for an expression written by a declaration: names, brackets, operators.

    A call opens up by its arguments, a chain of one operator by its terms; any other expression goes into brackets.
    """
    line = f"{indent}{before}{expression}{after}"
    if measure_width(line) <= LINE_LENGTH:
        return [line]
    piece = _read_piece(expression)
    if isinstance(piece, Group):
        return lay_out(before, piece, after, indent)
    within = [expression]
    if measure_width(f"{indent}{STEP}{expression}") > LINE_LENGTH:
        for operator in ("+", "-", "*"):
            first, *rest = split_top(expression, f" {operator} ")
            if rest:
                within = [first, *(f"{operator} {term}" for term in rest)]
                break
    return [f"{indent}{before}(", *(f"{indent}{STEP}{term}" for term in within), f"{indent}){after}"]


def split_top(text: str, separator: str = ", ") -> list[str]:
    """Return the parts of an expression between separators that stand outside all brackets."""
    parts: list[str] = []
    depth = start = 0
    for place, letter in enumerate(text):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif depth == 0 and text.startswith(separator, place):
            parts.append(text[start:place])
            start = place + len(separator)
    parts.append(text[start:])
    return [part for part in parts if part]


def _read_piece(expression: str) -> Piece:
    """Return a call, tuple or list as a group, any other expression as it is."""
    closing = expression[-1:]
    if closing not in (")", "]"):
        return expression
    start = min(expression.find(bracket) for bracket in "([" if bracket in expression)
    depth = 0
    for place in range(start, len(expression)):
        depth += (expression[place] in "([{") - (expression[place] in ")]}")
        if depth == 0 and place < len(expression) - 1:
            return expression
    items = split_top(expression[start + 1 : -1])
    if len(items) == 1 and expression[start] == "(" and start == 0:
        return expression
    return Group(expression[: start + 1], tuple(("", _read_piece(item)) for item in items), closing)
