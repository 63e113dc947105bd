"""Which theme the window wears: dark, light, or whatever the system asks for, changed while it runs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from designer.ui.theme import Theme, ThemeName, apply_theme, load_strong_theme, load_theme, system_theme, wants_contrast

if TYPE_CHECKING:
    from designer.ui.settings import Settings


class Appearance(QObject):
    """Holds the choice and the theme that follows from it."""

    changed = Signal(object)  # Theme

    def __init__(self, settings: "Settings", choice: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.choice = choice or settings.theme
        self.theme = self._pick()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        if hasattr(hints, "accessibility"):  # from Qt 6.10 on
            hints.accessibility().contrastPreferenceChanged.connect(self._renew)

    def choose(self, choice: str) -> None:
        """Take over "dark", "light" or "system", and remember it."""
        self.choice = choice
        self._settings.theme = choice
        self._wear(self._pick())

    def wear(self) -> None:
        """Give the application the present theme."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, self.theme)

    def _follow(self) -> None:
        if self.choice == "system":
            self._wear(self._pick())

    def _renew(self) -> None:
        self._wear(self._pick())

    def _pick(self) -> Theme:
        name: ThemeName = "light" if self.choice == "light" else "dark"
        load = load_strong_theme if wants_contrast() else load_theme
        return load(system_theme() if self.choice == "system" else name)

    def _wear(self, theme: Theme) -> None:
        if theme is not self.theme:
            self.theme = theme
            self.wear()
            self.changed.emit(theme)
