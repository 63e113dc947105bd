"""Pieces of HTML for pages of the manual; whatever text is given is escaped."""

import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from designer.ui.theme import Theme, fixed_font, mix, text_font
from designer.ui.words import write_message


def escape(text: str) -> str:
    """Return a text that shows as it is."""
    return html.escape(write_message(text))


def write_prose(text: str) -> str:
    """Return a text of a declaration, escaped, with what stands between back quotes as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))


def link(address: str, text: str) -> str:
    """Return a link to another page."""
    kind, _, name = address.partition(":")
    return f'<a href="{kind}:{quote(name)}">{escape(text)}</a>'


def picture(kind: str, width: int, alt: str) -> str:
    """Return the figure of a layer."""
    height = round(width * 116 / 276)
    return f'<img src="figure:{quote(kind)}" width="{width}" height="{height}" alt="{escape(alt)}">'


def table(rows: Iterable[Sequence[str]], head: Sequence[str] = ()) -> str:
    """Return rows of cells that are HTML already."""
    lines = [f"<tr>{''.join(f'<th align=left>{escape(cell)}</th>' for cell in head)}</tr>"] if head else []
    lines += [f"<tr>{''.join(f'<td valign=middle>{cell}</td>' for cell in row)}</tr>" for row in rows]
    return f'<table cellspacing="0" cellpadding="5">{"".join(lines)}</table>'


def code_block(text: str) -> str:
    """Return lines of code."""
    return f'<table width="100%" cellpadding="8" class="code"><tr><td><pre>{html.escape(text)}</pre></td></tr></table>'


def style_sheet(theme: Theme) -> str:
    """Return how pages look in a theme."""
    fixed = fixed_font(12).family()
    size = round(theme.metrics.font_size + 2)
    ground = mix(theme.window, theme.text, 0.05)
    return f"""
        body {{ color: {theme.text}; font-family: '{text_font(12).family()}'; font-size: {size}px; }}
        h1 {{ font-size: {size + 10}px; font-weight: 600; margin-bottom: 2px; }}
        h2 {{ font-size: {size + 3}px; font-weight: 600; margin-top: 18px; margin-bottom: 4px; }}
        h3 {{ font-size: {size + 1}px; font-weight: 600; margin-top: 12px; margin-bottom: 2px; }}
        p, li {{ margin-top: 5px; margin-bottom: 5px; line-height: 130%; }}
        a {{ color: {theme.accent}; text-decoration: none; }}
        code, pre {{ font-family: '{fixed}'; font-size: {size - 1}px; }}
        .muted, th {{ color: {theme.muted}; }}
        th {{ font-weight: 500; }}
        table.code {{ background-color: {ground}; }}
    """
