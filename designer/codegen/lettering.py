"""Which letters outside ASCII may stand in generated code: those that nobody can mistake for another one.

A letter that looks like an ASCII letter (the Cyrillic er like a p) could make code read as something it is not, and
one that is written from right to left moves the code around it. ruff's RUF001 to RUF003 warn of the first kind.
"""

import re
import unicodedata

# Latin with accents (without dotless i and long s), kana and Chinese characters (without the six that look like
# punctuation or another letter), and Hangul.
_CLEAR = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0130\u0132-\u017e\u3041-\u3096\u30a1-\u30cd\u30cf-\u30fa"
_CLEAR += "\u3400-\u4dbf\u4e00-\u4e35\u4e37-\u4e3e\u4e40-\u9fff\uac00-\ud7a3"
# Greek and Cyrillic letters that look like no ASCII letter. A word that has one of them, and no ASCII letter, is
# clear as a whole: its other letters may be any of these alphabets.
_GREEK = "\u0386-\u03ce"
_CYRILLIC = "\u0400-\u045f\u0490-\u0491"
_GREEK_CLEAR = "\u0393\u0394\u0398\u039b\u039e\u03a0\u03a3\u03a6\u03a8\u03a9\u03b2\u03b4-\u03b8\u03ba-\u03bc\u03be\u03c0\u03c2\u03c4\u03c6-\u03c9"
_CYRILLIC_CLEAR = "\u0411\u0413\u0414\u0416\u0418-\u041b\u041f\u0423\u0424\u0426-\u042b\u042d-\u042f\u0432-\u0434\u0436-\u043d\u043f\u0442\u0444\u0446-\u044f"

_CLEAR_WORD = re.compile(
    f"[0-9A-Za-z_{_CLEAR}]+"
    f"|[0-9_{_GREEK}]*[{_GREEK_CLEAR}][0-9_{_GREEK}]*"
    f"|[0-9_{_CYRILLIC}]*[{_CYRILLIC_CLEAR}][0-9_{_CYRILLIC}]*"
)


def is_clear(word: str) -> bool:
    """Return whether a word (letters, digits and underscores) cannot be mistaken for another one."""
    return word.isascii() or _CLEAR_WORD.fullmatch(word) is not None


def measure_width(text: str) -> int:
    """Return how many columns a line of code takes; Chinese characters, kana and Hangul take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
