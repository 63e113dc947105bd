"""Lines of Markdown: text that is shown as it is, and tables."""

from collections.abc import Iterable, Sequence

from designer.document.wording import show_name


def plain(text: str) -> str:
    """Return text of a project as Markdown shows it as it is."""
    shown = show_name(text, 300)
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|" else letter for letter in shown)


def write_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table, a line for each row."""
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
