"""Icons by name, in a theme's colours. qtawesome is slow to import and so is loaded after the window is painted."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPixmap

from designer.ui.theme import Theme, mix

SIZE = QSize(16, 16)


def make_icon(name: str, theme: Theme, *, primary: bool = False) -> QIcon:
    """Return an icon; `primary` is for a button on the accent colour."""
    import qtawesome

    if primary:
        return qtawesome.icon(name, color=theme.on_accent, color_disabled=theme.muted)
    faint = mix(theme.muted, theme.panel, 0.5)
    return qtawesome.icon(name, color=theme.muted, color_active=theme.text, color_disabled=faint)


def blank_icon() -> QIcon:
    """Return an icon of the same size that shows nothing: it keeps the place until the real one is there."""
    picture = QPixmap(SIZE)
    picture.fill("transparent")
    return QIcon(picture)
