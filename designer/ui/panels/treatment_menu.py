"""The menu over a column of a table: its part in learning, and what is done to it before the network sees it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from designer.catalogue.sources.treatments import TARGET_SCALES, Aspect, Kind, list_treatments
from designer.data import Column
from designer.data.dates import list_date_forms
from designer.data.overruling import DIGIT_DATES, NUMBER, tell_date
from designer.document.graph import Value
from designer.document.wording import show_name
from designer.ui.panels.columns_model import ColumnsModel

TITLES: tuple[tuple[Aspect, str], ...] = (("scale", "Scale"), ("encode", "Give as"), ("fill", "Fill missing with"))
# What rows are split by where a column says so: the kind of split, and the words for it.
SPLITS = (("Group", "Keep its groups together in the split"), ("Time", "Split by its order in time"))


def make_menu(
    model: ColumnsModel,
    column: Column,
    parent: QWidget,
    split: Callable[[str, str], None] | None = None,
    retype: Callable[[str, str], None] | None = None,
) -> QMenu:
    """Return what can be done with a column; `split(kind, column)` splits the rows by it.

    `retype(column, type)` takes it for something else: "number", or the form of a date.
    """
    menu = QMenu(show_name(column.name), parent)
    menu.setToolTipsVisible(True)
    _add_parts(menu, model, column, split)
    if column.name == model.target and column.kind == "number":
        _add_aspect(menu, model, column, "number", "scale", "Scale", TARGET_SCALES)
    _add_types(menu, model, column, retype)
    if column.name not in model.chosen_features():
        return menu
    kind = model.kind(column)
    for aspect, title in TITLES:
        _add_aspect(menu, model, column, kind, aspect, title)
    return menu


def _add_types(menu: QMenu, model: ColumnsModel, column: Column, retype: Callable[[str, str], None] | None) -> None:
    """Add what the column may be taken for."""
    used, is_target = column.name in model.chosen_features(), column.name in (model.target, *model.more)
    usual = {"number": "numbers", "date": "parts of a date"}.get(column.kind, "categories")
    now = "categories" if column.name in model.one_hot else usual
    now = "texts" if column.kind == "text" and not used and not is_target else now
    ways = {usual: ""}
    if used:
        ways["categories"] = "One feature for each value."
    if not is_target and (used or now == "texts"):
        ways["texts"] = "No feature: the source Texts with labels learns from texts."
    types: dict[str, str] = {}
    if retype is not None:
        if column.kind != "number" and any(map(str.isdigit, "".join(column.examples))):
            types["numbers"] = NUMBER
            ways["numbers"] = "Words among them are then missing, in the whole file."
        for form in list_date_forms(column.examples, DIGIT_DATES):
            if form != column.date:
                types[f"dates as {tell_date(form)}"] = form
                ways[f"dates as {tell_date(form)}"] = f"Such as {column.examples[0]}"

    def choose(way: str) -> None:
        if way in types and retype is not None:
            retype(column.name, types[way])
        elif way == "texts" or now == "texts":
            model.give_role(column.name, "ignore" if way == "texts" else "feature")
        else:
            model.treat(column.name, "as", way)

    if len(ways) > 1:
        _add_ways(menu, "Take as", ways, now, choose)


def _add_parts(menu: QMenu, model: ColumnsModel, column: Column, split: Callable[[str, str], None] | None) -> None:
    """Add the part of the column in learning."""
    if column.name != model.target and model.target:
        too = menu.addAction("Predict as well", lambda: model.predict_too(column.name, column.name not in model.more))
        too.setCheckable(True)
        too.setChecked(column.name in model.more)
    if column.name != model.target and column.kind == "number":
        role = "ignore" if column.name == model.weight else "weight"
        weigh = menu.addAction("Let it weigh the rows", lambda: model.give_role(column.name, role))
        weigh.setToolTip("How much each row counts in the loss that is trained on")
        weigh.setCheckable(True)
        weigh.setChecked(column.name == model.weight)
    if split is not None:
        for kind, words in SPLITS:
            menu.addAction(words, partial(split, kind, column.name))


def _add_aspect(
    menu: QMenu,
    model: ColumnsModel,
    column: Column,
    kind: Kind,
    aspect: Aspect,
    title: str,
    words: tuple[str, ...] = (),
) -> None:
    """Add the ways to treat a column under an aspect; only those in `words` where some are given."""
    ways = {one.title: one for one in list_treatments(kind, aspect) if not words or one.word in words}
    if not ways:
        return
    now = model.treatment(column.name, aspect, kind)

    def choose(title: str) -> None:
        word = ways[title].word
        if word == "constant":
            _ask_constant(menu.parentWidget(), model, column, kind)
        else:
            model.treat(column.name, aspect, word)

    chosen = next(title for title, one in ways.items() if one.word == now)
    _add_ways(menu, title, {title: one.meaning for title, one in ways.items()}, chosen, choose)


def _add_ways(menu: QMenu, title: str, ways: dict[str, str], chosen: str, choose: Callable[[str], None]) -> None:
    """Add a sub-menu of ways of which one holds."""
    under = menu.addMenu(title)
    under.setToolTipsVisible(True)
    group = QActionGroup(under)
    for way, meaning in ways.items():
        action = under.addAction(way, partial(choose, way))
        action.setToolTip(meaning)
        action.setCheckable(True)
        action.setChecked(way == chosen)
        group.addAction(action)


def _ask_constant(parent: QWidget | None, model: ColumnsModel, column: Column, kind: Kind) -> None:
    """Ask what a missing value becomes."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(f"Missing values of {show_name(column.name)}")
    dialog.setLabelText("A missing value becomes")
    before = model.treated.get((column.name, "constant"), 0.0 if kind == "number" else "")
    if kind == "number":
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleRange(-1e15, 1e15)
        dialog.setDoubleDecimals(6)
        dialog.setDoubleValue(float(before) if isinstance(before, int | float) else 0.0)
    else:
        dialog.setTextValue(str(before))

    def take() -> None:
        value: Value = dialog.doubleValue() if kind == "number" else dialog.textValue()
        model.treated[column.name, "constant"] = value
        model.treat(column.name, "fill", "constant")

    dialog.accepted.connect(take)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
