"""The tool tip of a layer: its summary and its figure."""

import html

from PySide6.QtCore import QBuffer, QIODevice

from designer.catalogue.spec import LayerSpec
from designer.ui.figures import HEIGHT, WIDTH
from designer.ui.theme import Theme

RATIO = 2.0  # sharp on any screen
_made: dict[tuple[str, str], str] = {}


def write_figure_tip(spec: LayerSpec, theme: Theme) -> str:
    """Return the tool tip as HTML, with the figure of an example inside; made once for each layer and theme."""
    tip = _made.get((spec.kind, theme.name))
    if tip is None:
        from designer.ui.figures.picture import make_subject, render_figure  # the first paint needs no figure

        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        render_figure(theme, make_subject(spec), RATIO).save(buffer, "PNG")  # type: ignore[call-overload]  # a text, whatever the stubs say
        picture = buffer.data().toBase64().toStdString()
        tip = (
            f"<p><b>{html.escape(spec.kind)}</b></p><p>{html.escape(spec.summary)}</p>"
            f'<p><img width="{WIDTH}" height="{HEIGHT}" src="data:image/png;base64,{picture}"></p>'
        )
        _made[spec.kind, theme.name] = tip
    return tip
