"""The first row of a table: whether it names the columns, and their names where it does not."""

from collections.abc import Sequence

from designer.data.marks import NUMBER


def name_columns(width: int) -> tuple[str, ...]:
    """Return the names of columns that have none."""
    return tuple(f"column {number}" for number in range(1, width + 1))


def has_header(rows: Sequence[list[str]]) -> bool:
    """Return whether the first row names the columns: text above numbers, or text that does not come again."""
    first, rest = rows[0], rows[1:]
    named = [cell for cell in first if cell]
    if not named or any(NUMBER.fullmatch(cell.strip()) for cell in named):
        return False
    for column in zip(*rest, strict=False):
        cells = [cell.strip() for cell in column if cell.strip()]
        if sum(bool(NUMBER.fullmatch(cell)) for cell in cells) > len(cells) / 2:
            return True
    return len(set(named)) == len(named) and not any(
        cell in column for cell, column in zip(first, zip(*rest, strict=False), strict=False)
    )
