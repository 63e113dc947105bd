"""Icons by name, in a theme's colours. qtawesome is slow to import and so is loaded after the window is painted."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QIcon, QPixmap

from designer.ui.theme import Theme, mix

SIZE = QSize(16, 16)
PREFIX, FONT = "ph", "phosphor"  # the font of all icons, as their names begin and as its files do


def make_icon(name: str, theme: Theme, *, primary: bool = False) -> QIcon:
    """Return an icon; `primary` is for a button on the accent colour."""
    draw = _load_font()
    if primary:
        return draw(name, color=theme.on_accent, color_disabled=theme.muted)
    faint = mix(theme.muted, theme.panel, 0.5)
    return draw(name, color=theme.muted, color_active=theme.text, color_disabled=faint)


def paint_icon(icon: QIcon) -> QIcon:
    """Return an icon painted once for the screens there are: one of letters is painted anew each time it is seen."""
    ratios = {1.0, 2.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}
    painted = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Disabled):
        for ratio in ratios:
            painted.addPixmap(icon.pixmap(SIZE * ratio, mode), mode)
    return painted


@cache
def _load_font() -> Callable[..., QIcon]:
    """Return what draws icons, from the one font they are in: qtawesome itself would read and check a dozen."""
    import qtawesome

    folder = Path(qtawesome.__file__).parent / "fonts"
    names = [next(folder.glob(pattern), None) for pattern in (f"{FONT}-[0-9]*.ttf", f"{FONT}-charmap-*.json")]
    if None in names:  # a system that keeps its fonts elsewhere
        return qtawesome.icon
    return qtawesome.IconicFont((PREFIX, *(name.name for name in names if name is not None))).icon


def blank_icon() -> QIcon:
    """Return an icon of the same size that shows nothing: it keeps the place until the real one is there."""
    picture = QPixmap(SIZE)
    picture.fill("transparent")
    return QIcon(picture)
