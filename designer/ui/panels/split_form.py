"""How rows are shared out and how often they count, as a form: shares, the way to split, what evens out classes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.catalogue.parameters import Integer, Option, Parameter, Real, resolve
from designer.catalogue.registry import sources
from designer.catalogue.sampling import samplings
from designer.catalogue.source_spec import Facts
from designer.catalogue.splits import SplitSpec, refuse_split, splits
from designer.data import Table
from designer.document.graph import Value
from designer.document.limits import WHOLE
from designer.document.project import Choice, Data
from designer.ui.panels.choice import ChoiceForm
from designer.ui.panels.form_row import Row
from designer.ui.panels.forms import ParameterForm

_DEFAULTS = Data()
SHARES = (
    Parameter("validation", Real(0, 1, below=True), _DEFAULTS.validation, "Share of the rows held out of training."),
    Parameter(
        "test",
        Real(0, 1, below=True),
        _DEFAULTS.test,
        "Share of the rows that are kept for the very end: neither learned from nor watched meanwhile. 0 keeps none.",
    ),
    Parameter("split_seed", Integer(*WHOLE["split_seed"]), _DEFAULTS.split_seed, "Draws the rows that are held out."),
)


class SplitForm(QWidget):
    """Edits the fields of `Data` beside its source. `changed` carries what is to be set, a title and a key to merge by."""

    changed = Signal(object, str, str)  # Mapping[str, Any]
    vary_wanted = Signal(str)  # the key of a setting

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = 0  # steps of one visit to a field become one
        self.shares = ParameterForm(varies=True)
        self.way = ChoiceForm("split", splits, _titles(splits), varies=True)
        self.sampling = ChoiceForm("classes", samplings, _titles(samplings), varies=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part in (self.shares, self.way, self.sampling):
            column.addWidget(part)
        self.shares.edited.connect(self._set_share)
        self.shares.reset.connect(lambda name: self._set_share(name, getattr(_DEFAULTS, name)))
        self.shares.finished.connect(self._finish)
        self.shares.vary_wanted.connect(lambda name, *_: self.vary_wanted.emit(f"data.{name}"))
        self.way.chosen.connect(lambda choice, key: self.changed.emit({"split": choice}, "set the split", key))
        for form, key in ((self.way, "data.split"), (self.sampling, "data.sampling")):
            form.vary_wanted.connect(lambda name, key=key: self.vary_wanted.emit(f"{key}.{name}" if name else key))
        self.sampling.chosen.connect(lambda choice, key: self.changed.emit({"sampling": choice}, "set sampling", key))

    @property
    def rows(self) -> Mapping[str, Row]:
        """The rows of the shares, by name."""
        return self.shares.rows

    def show_data(self, data: Data, known: Facts | None, table: Table | None) -> None:
        """Show how rows are shared out; the columns of a table that was read are what they can be split by."""
        source = sources.get(data.source.kind) if data.source is not None else None
        fixed = known is not None and known.given_split and source is not None and not source.path
        self.setVisible(source is not None and not fixed)
        given = {one.name: getattr(data, one.name) for one in SHARES}
        given = {name: value for name, value in given.items() if value != getattr(_DEFAULTS, name)}
        self.shares.show_parameters(SHARES, given, resolve(SHARES, given)[1])
        if source is None:
            return
        columns = _list_columns(data, table)
        self.way.offer({kind: _offer_columns(spec, columns) for kind, spec in splits.items()})
        self.way.show_choice(data.split)
        model = self.way.list.model()
        assert isinstance(model, QStandardItemModel)
        for place, kind in enumerate(splits):
            reason = ""
            if known is not None:
                values = resolve(splits[kind].parameters, {})[0]
                reason = refuse_split(replace(data, split=Choice(kind)), values, source, known) or ""
            can_be = not reason or reason.startswith("Choose the column")
            model.item(place).setEnabled(can_be)
            model.item(place).setToolTip(splits[kind].summary if can_be else reason)
        self.way.setVisible(known is None or known.given_split is False or data.split.kind != "Random")
        self.sampling.show_choice(data.sampling)
        has_classes = known is None or known.target.kind in ("class", "binary", "labels")
        self.sampling.setVisible(has_classes or data.sampling != _DEFAULTS.sampling)

    def _set_share(self, name: str, value: Value) -> None:
        fields: dict[str, Any] = {name: value}
        self.changed.emit(fields, f"set {name}", f"{name}.{self._visit}")

    def _finish(self) -> None:
        self._visit += 1


def _titles(specs: Mapping[str, Any]) -> dict[str, str]:
    return {kind: spec.title for kind, spec in specs.items()}


def _list_columns(data: Data, table: Table | None) -> tuple[str, ...]:
    """Return the columns that rows may be split by, as far as they are known."""
    spec = sources[data.source.kind] if data.source is not None else None
    if data.source is None or spec is None or not spec.has_columns:
        return ()
    if table is not None:
        return tuple(column.name for column in table.columns)
    values = resolve(spec.parameters, data.source.parameters)[0]
    return (*values.get("numbers", ()), *(name for name, _ in values.get("categories", ())))


def _offer_columns(spec: SplitSpec, columns: tuple[str, ...]) -> SplitSpec:
    """Return a declaration whose column is picked from a list, where the columns are known."""
    if not columns:
        return spec
    kind = Option(("", *columns))
    return replace(
        spec, parameters=tuple(replace(one, type=kind) if one.name == "column" else one for one in spec.parameters)
    )
