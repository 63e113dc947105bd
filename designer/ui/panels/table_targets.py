"""Another column of a table to be predicted, chosen in a sentence: everything else that can be used is a feature then."""

from typing import TYPE_CHECKING

from designer.data.columns import find_features, is_identifier
from designer.data.table import Table

if TYPE_CHECKING:
    from designer.ui.panels.csv_page import CsvPage


def list_targets(table: Table | None) -> list[str]:
    """Return the columns of a table that could be predicted, in its order."""
    able = [each for each in table.columns if each.kind in ("number", "class")] if table is not None else []
    return [each.name for each in able if each.distinct > 1 and not is_identifier(each)]


def choose_target(page: "CsvPage", name: str) -> None:
    """Predict a column of the page's table from all others that can be used, and take that over."""
    if page.table is None or name == page.columns.target:
        return
    page.columns.show_table(page.table, name, find_features(page.table.columns, page.table.column(name)))
    page.columns.changed.emit()
    page.apply.click()
