"""Numbers, sizes and times as the window writes them."""

import html
import re

from designer.catalogue.spec import TensorType

GLUED_TIMES = "\u00a0×\u00a0"  # with spaces at which no line is broken

_SCALES = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))

DAY = 24 * 3600  # seconds


def write_sizes(kind: TensorType | None) -> str:
    """Return one sample's sizes, 64 × 28 × 28; a question mark where they are not known yet."""
    return "?" if kind is None else str(kind).replace(" x ", " × ")


def write_message(text: str) -> str:
    """Return a message with the x between sizes turned into the multiplication sign, and no line broken there."""
    return re.sub(r"(?<=[\d?]) [x×] (?=[\d?])", GLUED_TIMES, text)


def write_count(number: int) -> str:
    """Return every digit of a count: 142,410."""
    return f"{number:,}"


def write_short(number: float) -> str:
    """Return a count in three or four digits: 320, 9.25 k, 16.4 M."""
    for scale, letter in _SCALES:
        if number >= scale:
            value = number / scale
            digits = 2 if value < 10 else 1 if value < 100 else 0
            return f"{value:.{digits}f} {letter}"
    return f"{number:g}"


def write_bytes(size: float) -> str:
    """Return a size in memory: 0.6 MB. Steps of 1,000, as disks and file managers count."""
    if size < 1000:
        return f"{size:.0f} B"
    if size < 100_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"


def write_amount(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: 1 layer, 14 layers."""
    return f"{write_count(number)} {one if number == 1 else many or one + 's'}"


def tell_change(change: str) -> str:
    """Return how a layer differs between two projects: added, removed, changed, or only its sizes do."""
    return "other sizes" if change == "follows" else change


def write_age(seconds: float) -> str:
    """Return how long ago something was: just now, 12 s ago, 3 min ago, 2 h ago, 5 days ago."""
    if seconds < 5:
        return "just now"
    if seconds < 60:
        return f"{seconds:.0f} s ago"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    return f"{seconds // 3600:.0f} h ago" if seconds < 2 * DAY else f"{seconds // DAY:.0f} days ago"


def write_rich(text: str) -> str:
    """Return a message as safe rich text: everything escaped, names between back quotes bold: as bold as the font goes, where `<b>` would be smeared."""
    return re.sub(r"`([^`]*)`", r'<span style="font-weight:600">\1</span>', html.escape(write_message(text)))


def write_plain(text: str) -> str:
    """Return a message without its back quotes, for a screen reader or a tool tip."""
    return write_message(text).replace("`", "")


def write_tip(text: str) -> str:
    """Return a tool tip that shows a stranger's text as it is: Qt takes what looks like tags for tags."""
    return f"<p>{html.escape(text, quote=False)}</p>".replace("\n", "<br>") if text else ""
