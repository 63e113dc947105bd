"""Colours for Python source: comments, strings, numbers, keywords, definitions."""

import builtins
import keyword
import re

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from designer.ui.theme import Theme, colour, mix, readable

_PATTERN = re.compile(
    r"""(?P<comment>\#.*$)
      | (?P<text>[rbf]{0,2}(?:'''|\"\"\"|'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?))
      | (?P<number>\b(?:0[xX][\da-fA-F_]+|\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?)\b)
      | (?P<decorator>^\s*@[\w.]+)
      | (?<=\bdef\s)(?P<definition>\w+) | (?<=\bclass\s)(?P<class>\w+)
      | (?P<word>[A-Za-z_]\w*)""",
    re.VERBOSE,
)
_QUOTES = ("'''", '"""')
_KNOWN = frozenset(dir(builtins)) - frozenset(keyword.kwlist)
OUTSIDE, IN_SINGLE, IN_DOUBLE = -1, 0, 1


class PythonHighlighter(QSyntaxHighlighter):
    """Colours one document; block states carry strings over lines."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Colour anew in a theme's colours."""
        family = theme.family
        colours = {
            "comment": theme.muted,
            "text": family["normalization"],
            "number": family["activation"],
            "keyword": family["convolution"],
            "definition": family["linear"],
            "class": family["linear"],
            "decorator": family["attention"],
            "known": mix(family["merge"], theme.text, 0.15),
        }
        self._formats = {
            role: _make_format(readable(code, theme.chosen_line, theme.text)) for role, code in colours.items()
        }
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        start = 0
        self.setCurrentBlockState(OUTSIDE)
        if self.previousBlockState() in (IN_SINGLE, IN_DOUBLE):
            start = self._finish_string(text, 0, self.previousBlockState())
        while start < len(text):
            match = _PATTERN.search(text, start)
            if match is None:
                return
            start = self._colour(match, text)

    def _colour(self, match: re.Match[str], text: str) -> int:
        """Colour one token; return where the next may begin."""
        role, found = str(match.lastgroup), match.group()
        if role == "text" and found[-3:] in _QUOTES:
            self.setFormat(match.start(), len(found), self._formats["text"])
            return self._finish_string(text, match.end(), _QUOTES.index(found[-3:]))
        if role == "word":
            role = "keyword" if keyword.iskeyword(found) else "known" if found in _KNOWN else ""
        if role:
            self.setFormat(match.start(), len(found), self._formats[role])
        return match.end()

    def _finish_string(self, text: str, start: int, quotes: int) -> int:
        end = text.find(_QUOTES[quotes], start)
        if end < 0:
            self.setCurrentBlockState(quotes)
            self.setFormat(start, len(text) - start, self._formats["text"])
            return len(text)
        self.setFormat(start, end + 3 - start, self._formats["text"])
        return end + 3


def _make_format(code: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(colour(code))
    return made
