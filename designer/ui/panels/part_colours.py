"""The names of the parts of the data, and the colours in which they are drawn."""

from designer.ui.theme import Theme

TITLES = ("training", "validation", "test")


def choose_hue(theme: Theme, part: int) -> str:
    """Return the colour of a part; of none that of wires."""
    hues = (theme.accent, theme.family["activation"], theme.family["normalization"])
    return hues[part] if part >= 0 else theme.wire
