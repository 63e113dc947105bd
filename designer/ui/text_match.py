"""How well a typed text fits a title: by beginnings of words, parts, initials and letters in order. Pure, no Qt."""

import re

# The less the better; a text of several words costs their sum.
WHOLE, STARTS, WORD, INSIDE, INITIALS, ALSO, SCATTERED = 0, 1, 2, 4, 5, 8, 12

_WORDS = re.compile(r"[^\W_]+")


def rate_text(text: str, title: str, also: str = "") -> int | None:
    """Return how badly a text fits a title, None where a word of it does not; `also` is what is said beside the title.

    Each word must begin a word of the title, lie in it, be made of the beginnings of its words ("sap" finds Save as
    picture), lie in `also`, or have its letters in the title in order, the first one at the beginning of a word.
    """
    title, also = title.lower(), also.lower()
    words = _WORDS.findall(title)
    total = 0
    for word in text.lower().split()[:8]:
        cost = _rate_word(word[:40], title, words, also)
        if cost is None:
            return None
        total += cost
    return total


def _rate_word(word: str, title: str, words: list[str], also: str) -> int | None:
    if word == title:
        return WHOLE
    if title.startswith(word):
        return STARTS
    if any(one.startswith(word) for one in words):
        return WORD
    if word in title:
        return INSIDE
    if len(word) > 1 and "".join(one[0] for one in words).startswith(word):
        return INITIALS
    if word in also:
        return ALSO
    if len(word) > 1 and any(_is_spread(word, title[title.find(one) :]) for one in words if one[0] == word[0]):
        return SCATTERED
    return None


def _is_spread(word: str, text: str) -> bool:
    """Return whether the letters of a word come in a text in order, with at most as many others between them again."""
    at = -1
    for letter in word:
        at = text.find(letter, at + 1)
        if at < 0 or at > 3 * len(word):
            return False
    return True
