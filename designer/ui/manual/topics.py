"""The written part of the manual: resources/manual/manual.md, a page for each of its sections."""

import functools
import re
from dataclasses import dataclass

from PySide6.QtGui import QTextDocument

from designer.paths import resource
from designer.ui.theme import text_font

PICTURE_WIDTH = 620


@dataclass(frozen=True, slots=True)
class Topic:
    """A section: the name in its address, its heading, its text as Markdown."""

    name: str
    title: str
    text: str


@functools.cache
def list_topics() -> tuple[Topic, ...]:
    """Return the sections in their order."""
    text = resource("manual/manual.md").read_text("utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return tuple(Topic(name_topic(title), title.strip(), body.strip()) for title, body in pairs)


def name_topic(title: str) -> str:
    """Return a heading as it stands in an address: "data-and-files"."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def write_topic(topic: Topic) -> str:
    """Return a section as HTML, without the look that Qt's own Markdown gives it."""
    document = QTextDocument()
    document.setDefaultFont(text_font())
    # Lines are broken in the file for those who edit it; in a paragraph they flow.
    document.setMarkdown(f"# {topic.title}\n\n{topic.text}", QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
    body = re.search(r"<body[^>]*>(.*)</body>", document.toHtml(), re.DOTALL)
    text = body.group(1) if body else ""
    text = re.sub(r'\s(style|bgcolor)="[^"]*"', lambda found: _keep_fixed(found.group(0)), text)
    text = re.sub(r"<table[^>]*>", '<table cellpadding="5" cellspacing="0">', text)
    return re.sub(r'<img src="([^"]+)"[^>]*>', rf'<img src="\1" width="{PICTURE_WIDTH}">', text)


def _keep_fixed(attribute: str) -> str:
    """Return of a style only what matters: fixed width, bold, slanted."""
    kept = []
    if "monospace" in attribute or "FixedFont" in attribute or "font-family" in attribute:
        kept.append("font-family: monospace")
    kept += [f"font-weight: {weight}" for weight in re.findall(r"font-weight:\s*(\d+)", attribute) if int(weight) > 500]
    kept += ["font-style: italic"] if "font-style:italic" in attribute else []
    return f' style="{"; ".join(kept)}"' if kept else ""
