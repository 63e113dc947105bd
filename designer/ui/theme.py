"""Colours, sizes and fonts of the window: read from resources/theme.json, turned into a palette and a style sheet."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from frozendict import frozendict
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from designer.paths import resource

ThemeName = Literal["dark", "light"]

LEAST_CONTRAST = 4.5  # of every text with its ground: WCAG 2.1, 1.4.3


@dataclass(frozen=True, slots=True)
class Metrics:
    """Sizes in canvas units or logical pixels, fonts in points of a 96 dpi screen's pixels."""

    grid: int
    card_width: int
    card_height: int
    card_radius: int
    bar_width: int
    wire_min: float
    wire_max: float
    port_radius: float
    font_size: float
    font_small: float


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours, as "#rrggbb" by their role, and the sizes both themes share."""

    name: ThemeName
    window: str
    panel: str
    canvas: str
    grid: str
    card: str
    card_hover: str
    border: str
    text: str
    muted: str
    accent: str
    ok: str
    warning: str
    error: str
    wire: str
    selection: str
    family: Mapping[str, str]
    metrics: Metrics

    @property
    def dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return self.name == "dark"

    @property
    def on_accent(self) -> str:
        """The text colour on a ground of `accent`, at least 4.5:1."""
        return "#0b1220" if self.dark else "#ffffff"

    @property
    def chosen_line(self) -> str:
        """The ground of lines of code that belong to what is selected."""
        return mix(self.window, self.accent, 0.09)


@functools.cache
def load_theme(name: ThemeName) -> Theme:
    """Return the theme of that name."""
    record: dict[str, Any] = json.loads(resource("theme.json").read_text("utf-8"))
    colours = dict(record[name])
    family = frozendict(colours.pop("family"))
    return Theme(name=name, family=family, metrics=Metrics(**record["metrics"]), **colours)


@functools.cache
def load_strong_theme(name: ThemeName) -> Theme:
    """Return the theme of that name with quiet texts, wires and rims that stand out."""
    theme = load_theme(name)
    wire = mix(theme.wire, theme.text, 0.55)
    return replace(theme, muted=mix(theme.muted, theme.text, 0.55), wire=wire, border=wire)


def wants_contrast() -> bool:
    """Return whether the desktop asks for high contrast; Qt tells from 6.10 on."""
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def system_theme() -> ThemeName:
    """Return the theme the desktop asks for; dark where it does not say."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme == Qt.ColorScheme.Light else "dark"


# Which family's colour is called so: hues of comments and frames are the same, of equal lightness.
HUES = {
    "grey": "data",
    "blue": "linear",
    "violet": "convolution",
    "teal": "pooling",
    "green": "normalization",
    "orange": "activation",
    "pink": "recurrent",
    "yellow": "attention",
    "red": "regularization",
}


# The families whose hues stand for classes, in their order, wherever samples are drawn as points.
CLASS_FAMILIES = (
    *("linear", "activation", "normalization", "convolution", "recurrent", "attention"),
    *("pooling", "regularization", "data"),
)


def class_colour(theme: Theme, number: int) -> str:
    """Return the colour of a class; past the last one they begin again."""
    return theme.family[CLASS_FAMILIES[number % len(CLASS_FAMILIES)]]


def hue_colour(theme: Theme, hue: str) -> str:
    """Return the colour a theme has for a hue; grey for one it does not know."""
    return theme.family[HUES.get(hue, HUES["grey"])]


@functools.cache
def colour(code: str, alpha: int = 255) -> QColor:
    """Return the QColor of "#rrggbb"; shared, so treat it as constant."""
    result = QColor(code)
    result.setAlpha(alpha)
    return result


@functools.lru_cache(maxsize=1000)
def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 to 21: WCAG 2.1, success criterion 1.4.3 and its relative luminance."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(code: str) -> float:
    channels = (value / 255 for value in QColor(code).getRgb()[:3])  # type: ignore[index]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@functools.cache
def readable(code: str, ground: str, text: str) -> str:
    """Return a colour that can be read on a ground: moved towards the colour of text until it has a contrast of 4.5."""
    shades = (mix(code, text, step / 20) for step in range(20))
    return next((shade for shade in shades if contrast(shade, ground) >= LEAST_CONTRAST), text)


@functools.lru_cache(maxsize=1000)
def mix(first: str, second: str, share: float) -> str:
    """Return the colour `share` of the way from `first` to `second`."""
    a, b = QColor(first), QColor(second)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in pairs)


@functools.cache
def _text_family() -> str:
    for style in ("Regular", "Medium", "SemiBold"):
        QFontDatabase.addApplicationFont(str(resource(f"fonts/Inter-{style}.otf")))
    return "Inter"


@functools.cache
def _fixed_family() -> str:
    return QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)).family()


@functools.cache
def text_font(size: float = 12, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the font of the window's text, `size` in pixels; shared, so treat it as constant."""
    font = QFont(_text_family())
    font.setPixelSize(round(size))
    font.setWeight(weight)
    return font


@functools.cache
def fixed_font(size: float = 11) -> QFont:
    """Return the fixed-width font of shapes and code, `size` in pixels; shared, so treat it as constant."""
    font = QFont(_fixed_family())
    font.setPixelSize(round(size))
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give the whole application the theme's font, palette and style sheet."""
    application.setStyle("Fusion")
    application.setFont(text_font(theme.metrics.font_size + 1))
    application.setPalette(make_palette(theme))
    application.setStyleSheet(make_style_sheet(theme))


def make_palette(theme: Theme) -> QPalette:
    """Return the Qt palette of a theme, for what the style sheet leaves to the style."""
    palette = QPalette()
    role = QPalette.ColorRole
    for key, code in (
        (role.Window, theme.panel),
        (role.Base, theme.window),
        (role.AlternateBase, theme.card),
        (role.Button, theme.card),
        (role.ToolTipBase, theme.card),
        (role.WindowText, theme.text),
        (role.Text, theme.text),
        (role.ButtonText, theme.text),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
    ):
        palette.setColor(key, colour(code))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, colour(theme.muted))
    return palette


def make_style_sheet(theme: Theme) -> str:
    """Return the style sheet of a theme: resources/style.qss with the theme's colours filled in."""
    text = resource("style.qss").read_text("utf-8")
    names = {name: getattr(theme, name) for name in Theme.__slots__ if isinstance(getattr(theme, name), str)}
    names |= {"on_accent": theme.on_accent, "hover": mix(theme.card, theme.text, 0.06)}
    names |= {"icons": resource("icons").as_posix()}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(f"@{name}", names[name])
    return text
