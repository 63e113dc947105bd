"""Tries rows: what stands in the form goes to the network at each change."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from designer.ui.panels.row_entry import RowEntry
from designer.ui.theme import Theme

if TYPE_CHECKING:
    from designer.engine.trying.bench import Bench, Sample
    from designer.engine.trying.fields import RowForm
    from designer.ui.trying import Trying

UNKNOWN = "The cells of this row are not kept: the table is larger than memory. It is answered all the same."


class TryRow(QObject):
    """The entry for networks that take rows."""

    follows = False  # whether it shows what is answered, too

    def __init__(self, trying: "Trying", theme: Theme) -> None:
        super().__init__(trying)
        self._trying = trying
        self._form: RowForm | None = None
        self.entry = RowEntry()
        self.entry.edited.connect(self._ask)

    def fits(self, form: Any) -> bool:
        """Return whether samples of a form are given here; make its fields."""
        from designer.engine.trying.fields import RowForm

        self._form = form if isinstance(form, RowForm) else None
        if self._form is not None:
            self.entry.show_fields(self._form.fields, self._form.left_out)
        return self._form is not None

    def ask_first(self) -> None:
        """Ask about what is usual, where there are no data to take a sample from."""
        self._ask()

    def show(self, sample: "Sample") -> None:
        """Show a row of the data in the form; what was typed stands there already."""
        from designer.engine.trying.fields import read_row

        bench = self._trying.bench
        if sample.number >= 0 and self._form is not None and bench is not None:
            row = read_row(bench, self._form, sample.number)
            self.entry.put(row)
            self.entry.say("" if row else UNKNOWN)

    def _ask(self) -> None:
        form, values = self._form, self.entry.values
        self.entry.say("")
        if form is None:
            return

        def make(bench: "Bench") -> Any:
            from designer.engine.trying.fields import encode_row

            return encode_row(bench, form, values)

        self._trying.ask(make)
