"""Which letters outside ASCII may stand in generated code: those that nobody can mistake for another one.

A letter that looks like an ASCII letter (the Cyrillic er like a p) could make code read as something it is not, and
one that is written from right to left moves the code around it. ruff's RUF001 to RUF003 warn of the first kind.
"""

import re
import unicodedata

# Letters that look like no ASCII letter, whatever stands beside them: Latin with accents, kana, Chinese, Hangul.
_CLEAR = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u012f\u0134-\u013e\u0141-\u0148\u014a-\u017e"
    "\u3041-\u3096\u30a1-\u30cd\u30cf-\u30fa\u3400-\u4dbf\u4e00-\u4e35\u4e37-\u4e3e\u4e40-\u9fff\uac00-\ud7a3"
)
# Greek and Cyrillic, and those of their letters that look like no ASCII letter: a word of one alphabet with one of
# these in it is clear as a whole.
_GREEK = "\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
_CLEAR_GREEK = (
    "\u0393\u0394\u0398\u039b\u039e\u03a0\u03a3\u03a6\u03a8-\u03b0\u03b2\u03b4-\u03b8\u03ba-\u03bc\u03be\u03c0\u03c2"
    "\u03c4\u03c6-\u03ce"
)
_CYRILLIC = "\u0400-\u045f\u0490\u0491"
_CLEAR_CYRILLIC = (
    "\u0402\u0409\u040b\u0411\u0413\u0414\u0416\u0418\u0419\u041b\u041f\u0424\u0426-\u042b\u042d-\u042f\u0432\u0434"
    "\u0436-\u043d\u043f\u0442\u0444\u0446-\u044f\u0459-\u045b"
)
_CLEAR_BESIDE = re.compile(f"[0-9A-Za-z_{_CLEAR}]+")
_CLEAR_ALONE = re.compile(f"[{_GREEK}]*[{_CLEAR_GREEK}][{_GREEK}]*|[{_CYRILLIC}]*[{_CLEAR_CYRILLIC}][{_CYRILLIC}]*")


def is_clear(word: str, alone: bool = True) -> bool:
    """Return whether a word (letters, digits and underscores) cannot be mistaken for another one.

    A word that is not `alone` has an ASCII letter right beside it, such as that of an escape sequence.
    """
    return word.isascii() or bool(_CLEAR_BESIDE.fullmatch(word) or (alone and _CLEAR_ALONE.fullmatch(word)))


def measure_width(text: str) -> int:
    """Return how many columns a line of code takes; Chinese characters, kana and Hangul take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
