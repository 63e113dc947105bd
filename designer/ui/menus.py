"""Menus, tool bar and context menus, made from the command records, and kept up to date."""

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QKeyCombination, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from designer.ui.commands import COMMANDS, MENUS, Command
from designer.ui.icons import SIZE, blank_icon, make_icon, paint_icon
from designer.ui.theme import Theme
from designer.ui.tool_bar import ToolBar

if TYPE_CHECKING:
    from designer.ui.window import Window

RIGHT_END = 100  # tool bar numbers from here on stand at the right
ICONED = {command.menu for command in COMMANDS if command.icon and command.menu}
REST = 120  # milliseconds of rest after which titles follow, where no menu asks for them before


class Menus(QObject):
    """The QActions of a window, one for each command."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._blank = blank_icon()  # one for all
        self.actions: dict[str, QAction] = {command.id: self._make_action(command) for command in COMMANDS}
        self._tops: list[QMenu] = []  # kept: with the Python side of a menu goes that of the menus below it
        self._submenus: list[QMenu] = []
        self._bar: ToolBar | None = None
        self._titles = QTimer(self, singleShot=True)
        self._titles.timeout.connect(self.refresh)

    def fill_bar(self) -> None:
        """Fill the menu bar."""
        for title in MENUS:
            menu = QMenu(f"&{title}", self._window)
            self._tops.append(menu)
            self._window.menuBar().addMenu(menu)
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self.refresh)
            self._fill(menu, [command for command in COMMANDS if command.menu == title])

    def make_tool_bar(self) -> QToolBar:
        """Return the one tool bar."""
        bar = ToolBar()
        bar.setIconSize(SIZE)
        previous = 0
        for command in sorted((one for one in COMMANDS if one.bar), key=lambda one: one.bar):
            if command.bar >= RIGHT_END > previous:
                gap = QWidget()
                gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
                bar.addWidget(gap)
            elif command.bar // 10 != previous // 10:
                bar.addSeparator()
            previous = command.bar
            action = self.actions[command.id]
            bar.addAction(action)
            button = bar.widgetForAction(action)
            assert isinstance(button, QToolButton)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(command.title)
            button.setProperty("primary", command.id == "train.start")
        for command in COMMANDS:
            if command.arrow:
                self._add_arrow(bar, command)
        self._bar = bar
        return bar

    def context_menu(self, context: str) -> QMenu:
        """Return the menu for what was clicked: "node", "edge" or "canvas"."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu, [command for command in COMMANDS if context in command.contexts])
        return menu

    def refresh(self) -> None:
        """Bring titles, check marks and what can be asked for up to date."""
        self._titles.stop()
        self._refresh_states()
        for command in COMMANDS:
            action = self.actions[command.id]
            tip = command.tip if command.tip_now is None else command.tip_now(self._window)
            title = command.title if command.title_now is None else command.title_now(self._window)
            if command.title_now is not None:
                action.setText(escape(title))
                if command.bar:
                    button = title.split(" ")[0]
                    self._name_button(action, button)
            if command.bar and (command.title_now is not None or command.tip_now is not None):
                action.setToolTip(_tip(command, title, tip))
                action.setStatusTip(tip)

    def follow(self, rest: int = REST) -> None:
        """Let the keys do at once what can be asked for now; titles follow once the hand rests, or a menu opens.

        A new title of a button lays out the tool bar and with it the window.
        """
        self._refresh_states()
        self._titles.start(rest)

    def do_keys(self, keys: QKeyCombination) -> None:
        """Do what keys mean that were pressed where shortcuts do not reach, if it can be done now."""
        self._refresh_states()
        for action in self.actions.values():
            if action.isEnabled() and QKeySequence(keys) in action.shortcuts():
                action.trigger()
                return

    def _refresh_states(self) -> None:
        window = self._window
        for command in COMMANDS:
            action = self.actions[command.id]
            action.setEnabled(command.enabled(window))
            if command.checked is not None:
                action.setChecked(command.checked(window))

    def _name_button(self, action: QAction, words: str) -> None:
        """Let a button of the tool bar say something; where that is longer or shorter, all are fitted anew."""
        if words != action.iconText():
            action.setIconText(words)
            if self._bar is not None:
                self._bar.widgetForAction(action).setAccessibleName(words)
                self._bar.fit()

    def load_icons(self, theme: Theme, most: int | None = None) -> None:
        """Give every command its icon in a theme's colours, or at most so many of them."""
        for command in [command for command in COMMANDS if command.icon][:most]:
            icon = make_icon(command.icon, theme, primary=command.id == "train.start")
            self.actions[command.id].setIcon(paint_icon(icon) if command.bar else icon)
            self.actions[command.id].setIconVisibleInMenu(command.id != "train.start")  # dark, for its bright button
        self._submenus = [menu for menu in self._submenus if shiboken6.isValid(menu)]  # context menus are gone
        for menu in self._submenus:
            icon = self.actions[menu.property("command")].icon()
            menu.setIcon(icon)

    def _fill(self, menu: QMenu, commands: list[Command]) -> None:
        part: tuple[str, int] | None = None
        for command in commands:
            if part not in (None, (command.menu, command.part)):
                menu.addSeparator()
            part = command.menu, command.part
            if command.choices is None:
                menu.addAction(self.actions[command.id])
            else:
                self._add_submenu(menu, command)

    def _add_submenu(self, menu: QMenu, command: Command) -> None:
        submenu = QMenu(command.title, menu)
        submenu.setIcon(self.actions[command.id].icon())
        menu.addMenu(submenu)
        self._follow_choices(submenu, command)
        self._submenus.append(submenu)

    def _add_arrow(self, bar: ToolBar, command: Command) -> None:
        """Let a button of the tool bar open the choices of a command by an arrow at its side."""
        menu = QMenu(bar)
        menu.setAccessibleName(command.title)
        self._follow_choices(menu, command)
        bar.add_arrow(self.actions[command.arrow], menu)
        self._tops.append(menu)

    def _follow_choices(self, menu: QMenu, command: Command) -> None:
        menu.setToolTipsVisible(True)
        menu.setProperty("command", command.id)
        menu.aboutToShow.connect(self._list_choices)

    def _list_choices(self) -> None:
        """Fill the menu that is about to open. It is asked of Qt: what Python held of it may be gone."""
        menu = self.sender()
        assert isinstance(menu, QMenu)
        command = next(one for one in COMMANDS if one.id == menu.property("command"))
        menu.clear()
        assert command.choices is not None
        for choice in command.choices(self._window):
            action = self._make_action(choice, menu)
            action.setEnabled(choice.enabled(self._window))
            if choice.icon:
                action.setIcon(make_icon(choice.icon, self._window.theme))
            menu.addAction(action)
        if menu.isEmpty():
            menu.addAction("none yet").setEnabled(False)

    def _make_action(self, command: Command, parent: QObject | None = None) -> QAction:
        window = self._window
        action = QAction(escape(command.title), parent or window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        action.setToolTip(_tip(command, command.title, command.tip))
        action.setStatusTip(command.tip)
        if command.icon or (command.menu in ICONED and command.checked is None):
            action.setIcon(self._blank)  # for good where it has none: the titles of a menu stand below one another
        if command.checked is not None:
            action.setCheckable(True)
            action.setChecked(command.checked(window))
        if command.canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            window.canvas.addAction(action)
        elif parent is None:
            window.addAction(action)
        action.triggered.connect(lambda: command.run(window))
        return action


def escape(title: str) -> str:
    """Return a title in which & is itself and marks no key."""
    return title.replace("&", "&&")


def _tip(command: Command, title: str, tip: str) -> str:
    keys = f" ({QKeySequence(command.shortcuts[0]).toString()})" if command.shortcuts else ""
    return f"{title}{keys}" + (f"\n{tip}" if tip else "")
