"""Bread crumbs above the canvas: in which block one stands, whose sizes are shown, and a click to go out."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from designer.document.wording import show_name
from designer.ui.editor import Editor
from designer.ui.marks import make_label
from designer.ui.standpoint import Way, count_uses, infer_where
from designer.ui.words import write_message, write_tip

MOST_REPETITIONS = 200  # that the menu lists


class Crumbs(QWidget):
    """The bar. Hidden in the network itself, and made anew with every way; nothing is worked out while hidden."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("crumbs")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("bread crumbs")
        self._editor = editor
        self._shown: tuple[object, ...] = ()
        self.buttons: list[QToolButton] = []
        self.repetition = QToolButton(autoRaise=True)
        self.repetition.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.repetition.setToolTip("Show the sizes of another repetition")
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._list_repetitions)
        self.repetition.setMenu(self._menu)
        self.about = make_label("", "muted")
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.about.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(10, 3, 12, 3)
        self._line.setSpacing(4)
        self._path = QHBoxLayout()
        self._path.setSpacing(2)
        self._line.addLayout(self._path)
        self._line.addWidget(self.about, 1)
        self._line.addWidget(self.repetition)
        editor.view_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show where one stands now."""
        editor, way = self._editor, self._editor.way
        self.setVisible(bool(way))
        if not way:
            return
        names = tuple(editor.project.blocks[step.block].name for step in way)
        state = (editor.project.name, names, way)
        if state != self._shown:
            self._shown = state
            self._build(names)
        self._tell(way)

    def _tell(self, way: Way) -> None:
        """Write how often the block is used, and as in which use its sizes are."""
        editor, last = self._editor, way[-1]
        count = count_uses(editor.inference, last.block)
        outer = infer_where(editor.inference, way[:-1])
        known = outer.nodes.get(last.node)
        repetitions = len(known.inside) if known is not None else 0
        if count > 1:
            uses = f"used {count:,} times; a change here changes all"
        else:
            uses = "used once" if count else "not used yet, or not reached by data: sizes are not known"
        sizes = f"sizes as in {show_name(known.node.name, 40)}" if known is not None and repetitions else ""
        self.about.setText(write_message(" · ".join(part for part in (uses, sizes) if part)))
        self.about.setToolTip(write_tip(self.about.text()))
        self.repetition.setVisible(repetitions > 1)
        self.repetition.setText(f"repetition {min(last.index, repetitions - 1) + 1} of {repetitions:,}")

    def _build(self, names: tuple[str, ...]) -> None:
        while (item := self._path.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        self.buttons = []
        uses = self._find_use_names()
        for level, name in enumerate((self._editor.project.name, *names)):
            if level:
                self._path.addWidget(make_label(">", "muted"))
            button = QToolButton(autoRaise=True)
            use = uses[level - 1] if level else ""
            title = show_name(name, 40)
            button.setText((f"{title} ({use})" if use and use != title else title).replace("&", "&&"))
            button.setEnabled(level < len(names))
            button.setAccessibleName(f"step out to {title}" if level < len(names) else f"inside {title}")
            button.setToolTip(write_tip(f"Step out to {title}") if level < len(names) else "")
            button.clicked.connect(self._make_exit(level))
            self._path.addWidget(button)
            self.buttons.append(button)

    def _find_use_names(self) -> list[str]:
        """Return what each node is called by which one went in, "" where one went in by none."""
        graph, found = self._editor.project.graph, []
        for step in self._editor.way:
            node = graph.nodes.get(step.node)
            found.append(show_name(node.name, 40) if node is not None else "")
            graph = self._editor.project.blocks[step.block].graph
        return found

    def _make_exit(self, level: int) -> Callable[[], None]:
        return lambda: self._editor.leave(level)

    def _list_repetitions(self) -> None:
        self._menu.clear()
        editor = self._editor
        outer = infer_where(editor.inference, editor.way[:-1])
        known = outer.nodes.get(editor.way[-1].node) if editor.way else None
        for number, _ in enumerate(known.inside[:MOST_REPETITIONS] if known is not None else ()):
            action = self._menu.addAction(f"repetition {number + 1}")
            action.triggered.connect(lambda _=False, number=number: editor.enter_repetition(number))
